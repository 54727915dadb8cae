"""What is no guideline is refused with the path of the fault, in bounded time."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from refcheck.errors import BadGuideline, ExitCode
from refcheck.guideline.parse import DEPTH_LIMIT, SIZE_LIMIT, VALUE_LIMIT
from refcheck.guideline.reader import read
from tests.guideline.documents import SOUND, sound

BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
TEXT = json.dumps(SOUND)


def refused(data: bytes | str) -> BadGuideline:
    start = time.process_time()
    with pytest.raises(BadGuideline) as caught:
        read(data.encode() if isinstance(data, str) else data, where="file")
    assert time.process_time() - start < 10
    assert caught.value.exit_code is ExitCode.WRONG_USE
    assert caught.value.where == "file"
    assert caught.value.next_step
    assert len(str(caught.value)) < 700
    return caught.value


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "$ is not an object"),
        (b"\xff\xfe{}", "byte 0 is not UTF-8"),
        (b"hello", "$ is not an object"),
        (b"[1, 2]", "$ is not an object"),
        (b"- a\n- b\n", "$ is not an object"),
        (b"\x00\x01\x02", "is not YAML"),
        (b'{"metadata": ', "$ is not JSON"),
        (TEXT[:-40], "$ is not JSON"),
        ("a: b: c", "line 1 is not YAML"),
        ("a: [1, 2", "is not YAML"),
        ("a: 1\nb: 2\na: 3\n", "line 3 has the key 'a' twice"),
        ('{"a": {"b": 1, "b": 2}}', "$.a has the key 'b' twice"),
        ('{"a": 1, "a": 2}', "$ has the key 'a' twice"),
        ('{"a": [NaN]}', "$.a[0] is NaN, not a number"),
        ('{"a": -Infinity}', "$.a is -Infinity, not a number"),
        ('{"a": 1e999}', "$.a is too large a number"),
        ('{"a": "\\ud800"}', "$.a holds half of a surrogate pair"),
        ('{"a\\u0007": 1}', "is a name that cannot be printed"),
        (BOMB, "line 1 has a YAML anchor"),
        ("a: *b\n", "has a YAML alias"),
        ("a: !!python/object/apply:os.getcwd []\n", "has the YAML tag"),
        ("a: !x 1\n", "has the YAML tag"),
        ("? [a, b]\n: c\n", "has a key that is not text"),
        ("a: 1\n---\nb: 2\n", "begins a second YAML document"),
        ("[" * 100_000, "$ is not JSON"),
        ("a: " + "[" * 100_000, f"nested deeper than {DEPTH_LIMIT}"),
        ("a: " + "{a: " * 100_000, f"nested deeper than {DEPTH_LIMIT}"),
        ('{"a":' * 40 + "1" + "}" * 40, f"nested deeper than {DEPTH_LIMIT}"),
        (json.dumps({"x" * 10_000: 1}), "is a name of 10,000 characters"),
        ("x" * 600 + ": 1\n", "is a name of 600 characters"),
        ('{"a": ' + "9" * 5000 + "}", "$ is not JSON"),
        (b" " * (SIZE_LIMIT + 1), f"at most {SIZE_LIMIT:,} are read"),
    ],
    ids=range(32),
)
def test_what_is_no_sound_document_is_refused(data, told):
    assert told in str(refused(data))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a:\n" + b"- b\n" * 5_000_000, f"is beyond the {VALUE_LIMIT:,} values"),
        (b'{"a":[' + b"1," * 5_000_000 + b"1]}", f"is beyond the {VALUE_LIMIT:,} values"),
    ],
    ids=["yaml", "json"],
)
def test_a_document_of_millions_of_values_is_refused(data, told):
    assert told in str(refused(data))


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("metadata", ..., "$.metadata.schema is missing or not text"),
        ("metadata", [], "$.metadata.schema is missing or not text"),
        ("metadata/schema", ..., "$.metadata.schema is missing or not text"),
        (
            "metadata/schema",
            "1.7",
            "$.metadata.schema is '1.7'; known are 1.2, 1.3, 1.4, 1.5, 1.6, 2.0",
        ),
        ("metadata/schema", 2.0, "$.metadata.schema is missing or not text"),
        ("metadata/schema", "9" * 500, "$.metadata.schema is '999"),
        ("metadata/id", ..., "$.metadata.id is missing or empty"),
        ("metadata/id", 7, "$.metadata.id is not text"),
        (
            "metadata/os_trademark_approval",
            ...,
            "os_trademark_approval is missing or not an object",
        ),
        ("metadata/os_trademark_approval/status", "", "status is missing or empty"),
        ("metadata/os_trademark_approval/releases", "zed", "releases is not a list"),
        ("metadata/os_trademark_approval/releases", [1], "releases[0] is not text"),
        ("metadata/scoring/cutoff_score", "high", "cutoff_score is not a whole number"),
        ("metadata/scoring/cutoff_score", True, "cutoff_score is not a whole number"),
        ("platforms", ..., "neither platforms nor add-ons"),
        ("platforms", {}, "neither platforms nor add-ons"),
        ("platforms", [], "$.platforms is missing or not an object"),
        ("platforms/OpenStack Powered Platform/components", [{}], "components[0].name is missing"),
        (
            "platforms/OpenStack Powered Platform/components",
            ["x"],
            "components[0] is missing or not",
        ),
        ("components/os_powered_compute", ..., "$.components lacks 'os_powered_compute'"),
        ("components/os_powered_compute/capabilities/needed", [], "needed is not a status"),
        ("components/os_powered_compute/capabilities/required", "boot", "required is not a list"),
        ("capabilities", 3, "$.capabilities is missing or not an object"),
        ("capabilities/boot", None, "$.capabilities.boot is missing or not an object"),
        ("capabilities/boot/admin", "no", "boot.admin is not true or false"),
        ("capabilities/boot/tests", ["suite.boot"], "boot.tests is missing or not an object"),
        ("capabilities/boot/tests/suite.boot/flagged", True, "flagged is missing or not an object"),
        ("capabilities/boot/tests/suite.boot/aliases", {}, "aliases is not a list"),
        ("designated_sections/nova/needed", {}, "nova.needed is not a status"),
        ("designated_sections/nova/required/sections/api/paths", [3], "paths[0] is not text"),
    ],
)
def test_a_fault_of_the_schema_is_told_with_its_path(path, value, told):
    assert told in str(refused(json.dumps(sound(path, value))))


def test_two_programs_of_the_same_short_name_are_refused():
    body = SOUND["platforms"]["OpenStack Powered Platform"]
    titles = {"OpenStack Powered Storage": body, "OpenStack Powered Object Storage": body}
    assert "same short name" in str(refused(json.dumps(sound("platforms", titles))))


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)
PATHS = [
    "metadata",
    "metadata/scoring",
    "metadata/scoring/criteria",
    "platforms",
    "platforms/OpenStack Powered Platform",
    "components",
    "components/os_powered_compute/capabilities",
    "capabilities",
    "capabilities/boot",
    "capabilities/boot/tests",
    "capabilities/boot/tests/suite.boot",
    "designated_sections",
    "designated_sections/nova",
    "designated_sections/nova/required",
]


@given(st.sampled_from(PATHS), trees)
def test_anything_anywhere_is_read_or_refused_but_never_breaks_the_reader(path, value):
    data = json.dumps(sound(path, value)).encode()
    with suppress(BadGuideline):
        read(data, where="file")


@given(
    st.binary(max_size=200)
    | st.text(alphabet="{}[]:,-\"'&*!|>#%@` \n\tab0", max_size=60).map(str.encode)
)
def test_any_bytes_are_refused_and_never_break_the_reader(data):
    refused(data)


@given(st.integers(0, len(TEXT)), st.sampled_from([TEXT, yaml.safe_dump(SOUND)]))
def test_a_truncated_file_is_read_or_refused(length, text):
    with suppress(BadGuideline):
        read(text[:length].encode(), where="file")
