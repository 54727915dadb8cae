"""Whatever comes in, the reader gives a guideline or says what is wrong with it, and where.

`corpus/` keeps inputs that are worth trying every time: `bad-*` are refused, `odd-*` are read with
notices, each for what its name says.
"""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from refcheck.errors import BadGuideline, ExitCode
from refcheck.guideline.defects import defects
from refcheck.guideline.facts import facts
from refcheck.guideline.known_keys import unknown_keys
from refcheck.guideline.lint import lint
from refcheck.guideline.listing import list_tests
from refcheck.guideline.model import Guideline
from refcheck.guideline.reader import read
from refcheck.guideline.scoring import scores
from tests.guideline.documents import SOUND
from tests.guideline.old_documents import V12, V15

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
DOCUMENTS = (SOUND, V12, V15)
FUZZ = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)

WORDS = st.sampled_from(
    [
        "",
        "2.0",
        "1.2",
        "1.5",
        "required",
        "removed",
        "id-x",
        "compute",
        "object",
        "\u2028",
        "$",
        ".",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def read_or_refuse(data: bytes) -> Guideline | None:
    """The guideline, used in every way there is; or None when it was refused as it should be."""
    try:
        one = read(data, where="file")
    except BadGuideline as error:
        refusal = error
    else:
        list(defects(one))
        facts(one)
        list(scores(one))
        list_tests(one, aliases=True)
        lint(one, previous=one)
        return one
    assert refusal.exit_code is ExitCode.WRONG_USE
    assert refusal.where == "file"
    assert refusal.fault.startswith(("$", "line ", "byte ")), refusal.fault
    assert len(str(refusal)) < 1000
    return None


@FUZZ
@given(VALUES)
def test_any_json_value(value):
    read_or_refuse(json.dumps(value).encode())


@FUZZ
@given(VALUES)
def test_any_yaml_value(value):
    read_or_refuse(yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace"))


@FUZZ
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8")))
@example(b"\xef\xbb\xbf{}")
@example(b"%YAML 9.9\n---\n{}")
def test_any_bytes(data):
    read_or_refuse(data)


def places(tree: Any, path: tuple = ()) -> list[tuple]:
    """The path of every value of a tree but the tree itself."""
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree)
    found = []
    for step, value in steps:
        found.append((*path, step))
        if isinstance(value, (dict, list)):
            found += places(value, (*path, step))
    return found


@st.composite
def mutated(draw: st.DrawFn) -> dict:
    """A sound document with one to three values replaced, removed, or given another name."""
    tree = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from(places(tree)))
        node = tree
        for step in parents:
            node = node[step]
        match draw(st.sampled_from(["replace", "remove", "rename", "graft"])):
            case "replace":
                node[last] = draw(VALUES)
            case "remove":
                del node[last]
            case "rename" if isinstance(node, dict):
                node[draw(WORDS | st.text(max_size=8))] = node.pop(last)
            case _:
                source = draw(st.sampled_from(DOCUMENTS))
                node[last] = copy.deepcopy(source[draw(st.sampled_from(sorted(source)))])
        if not tree:
            break
    return tree


@FUZZ
@given(mutated())
def test_sound_documents_with_a_few_faults(tree):
    data = json.dumps(tree).encode()
    one = read_or_refuse(data)
    if one is not None:
        list(unknown_keys(tree, one.schema))
        assert read(data, where="elsewhere") == one


@FUZZ
@given(st.sampled_from(DOCUMENTS), st.data())
def test_sound_documents_with_damaged_bytes(tree, data):
    text = bytearray(json.dumps(tree).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(text) - 1))
        text[position] = data.draw(st.integers(0, 255))
    read_or_refuse(bytes(text[: data.draw(st.integers(1, len(text)))]))


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_the_corpus(file):
    start = time.process_time()
    one = read_or_refuse(file.read_bytes())
    assert time.process_time() - start < 5
    if file.name.startswith("bad-"):
        assert one is None
    else:
        assert one is not None
        assert one.notices


def test_the_corpus_holds_both_kinds():
    kinds = [file.name.split("-")[0] for file in CORPUS]
    assert set(kinds) == {"bad", "odd"}
    assert all(file.stat().st_size < 20_000 for file in CORPUS)
