"""Loading a guideline and judging one result, in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

import yaml

from refcheck.guideline.library import folder, load
from refcheck.guideline.reader import read
from refcheck.result.load import load as load_result
from refcheck.verdict.judge import judge
from tests.bench.measuring import Figure, compare
from tests.bench.samples import CURRENT, LARGEST, guideline, outcomes
from tests.verdict.second_scorer import score


def figures() -> Iterator[Figure]:
    yield from loading()
    yield from judging()


def loading() -> Iterator[Figure]:
    """The first time from YAML, and again from the library's cache."""
    data = (folder() / f"{LARGEST}.yaml").read_bytes()
    facts = json.dumps(asdict(read(data, where=LARGEST)))
    yield compare(
        f"load {LARGEST}, the largest, from the library, warm",
        lambda: load(LARGEST),
        "json.loads of the same facts",
        lambda: json.loads(facts),
        limit=0.050,
        rounds=20,
    )
    yield compare(
        f"load {LARGEST} from its bytes, cold",
        lambda: read(data, where=LARGEST),
        "yaml's C loader of the same bytes",
        lambda: yaml.load(data, Loader=yaml.CSafeLoader),
        limit=0.500,
        rounds=3,
    )


def judging() -> Iterator[Figure]:
    """One result against one target, and reading a RefStack result of the same size."""
    one = guideline()
    seen = outcomes(one)
    document = yaml.load((folder() / f"{CURRENT}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    entries = [(each.id, each.name, each.outcome.value) for each in seen]
    at = datetime.now(UTC)
    judge(one, "platform", seen, at=at, load=load)  # builds the index, as the first of many does
    yield compare(
        f"judge {len(seen)} outcomes against {CURRENT} platform",
        lambda: judge(one, "platform", seen, at=at, load=load),
        "the second scorer in tests/verdict",
        lambda: score(document, "platform", entries),
        limit=0.001,
        rounds=50,
    )
    verdict = judge(one, "platform", seen, at=at, load=load)
    told = verdict.to_json()
    yield compare(
        "its canonical document",
        verdict.canonical,
        "json.dumps of the document, once made",
        lambda: json.dumps(told),
        limit=0.002,
        rounds=50,
    )
    refstack = json.dumps({"results": [{"name": e.name, "uuid": e.id} for e in seen]}).encode()
    yield compare(
        f"read RefStack JSON of {len(seen)} tests",
        lambda: load_result(refstack, where="bench"),
        "json.loads of the same bytes",
        lambda: json.loads(refstack),
        limit=0.005,
        rounds=20,
    )
