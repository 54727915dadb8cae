"""Every word of the vocabulary accepts what services write, and refuses what they must not."""

import ipaddress
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from refcheck.cloud.schemas import shape

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=6,
)


def accepts(words, value):
    formats = dict(shape.FORMATS)
    validator = Draft202012Validator(dict(words), formats=formats, validate_formats=True)
    return validator.is_valid(value)


@pytest.mark.parametrize(
    ("words", "good", "bad"),
    [
        (shape.TEXT, ["", "x"], [5, None, [], {}]),
        (shape.BOOLEAN, [True, False], ["true", 0, None]),
        (shape.INTEGER, [0, -1, 10**12], [0.5, "1", True, None]),
        (shape.COUNT, [0, 7], [-1, 0.5, "7", True, None]),
        (shape.NUMBER, [0, -0.5], ["0", True, None]),
        (shape.NULL, [None], [0, "", False]),
        (
            shape.UUID,
            ["f7ffdeda-e200-4a7a-bcbe-05716e86bf43", "f7ffdedae2004a7abcbe05716e86bf43"],
            ["", "f7ffdeda", "f7ffdeda-e2004a7a-bcbe-05716e86bf43", "g" * 32, 5],
        ),
        (
            shape.TIME,
            ["2026-11-20T16:41:20.470340", "2026-11-20T16:41:20Z", "2026-11-20T16:41:20+00:00"],
            [
                "2026-11-20",
                "16:41:20",
                "2026-13-20T16:41:20Z",
                "2026-11-20T25:00:00Z",
                "2026-11-20 16:41:20",
                "now",
                5,
            ],
        ),
        (shape.URL, ["http://h/v3", "https://h"], ["/v3", "ftp://h", "http://a b", ""]),
        (shape.IP, ["192.0.2.1", "2001:db8::1"], ["192.0.2.256", "192.0.2.0/24", "host", ""]),
        (
            shape.CIDR,
            ["192.0.2.0/24", "2001:db8::/64"],
            ["192.0.2.1/24", "192.0.2.0", "x", "192.0.2.0/33"],
        ),
        (shape.MAC, ["fa:16:3e:00:aa:FF"], ["fa:16:3e:00:aa", "fa-16-3e-00-aa-ff", "x"]),
        (shape.WHOLE_NUMBER, ["0", "12"], ["-1", "1.5", "", "x"]),
        (shape.SECONDS, ["1795192879.19385", "5"], ["-5", "1.", "x"]),
        (
            shape.HTTP_DATE,
            ["Fri, 20 Nov 2026 16:41:40 GMT"],
            [
                "2026-11-20T16:41:40",
                "Fri, 20 Nov 2026 16:41:40 CET",
                "Xyz, 20 Nov 2026 16:41:40 GMT",
            ],
        ),
        (
            shape.MD5,
            [
                "d41d8cd98f00b204e9800998ecf8427e",
                '"d41d8cd98f00b204e9800998ecf8427e"',
                "a" * 32 + "-2",
            ],
            ["d41d8cd98f00b204e9800998ecf8427", "x" * 32, ""],
        ),
        (shape.one_of("a", "b"), ["a", "b"], ["c", "", None, 1]),
        (shape.list_of(shape.TEXT), [[], ["a"]], [["a", 5], "a", {}, None]),
        (shape.mapping(shape.TEXT), [{}, {"a": "b"}], [{"a": 5}, [], None]),
        (
            shape.obj({"a": shape.TEXT}, {"b": shape.COUNT}),
            [{"a": "x"}, {"a": "x", "b": 1}],
            [{}, {"b": 1}, {"a": 5}, {"a": "x", "b": "1"}, {"a": "x", "c": 1}, [], None],
        ),
        (
            shape.obj({"a": shape.TEXT}, rest=shape.COUNT),
            [{"a": "x"}, {"a": "x", "own": 1}],
            [{"own": 1}, {"a": "x", "own": "1"}],
        ),
        (shape.either(shape.TEXT, shape.COUNT), ["x", 5], [None, -1, []]),
        (
            shape.LINKS,
            [[], [{"rel": "self", "href": "http://h/x"}]],
            [[{"rel": "self"}], [{"rel": "self", "href": "/x"}], {}],
        ),
    ],
)
def test_a_word_accepts_the_good_and_refuses_the_bad(words, good, bad):
    assert [value for value in good if not accepts(words, value)] == []
    assert [value for value in bad if accepts(words, value)] == []


WORDS = st.sampled_from(
    [
        shape.TEXT,
        shape.COUNT,
        shape.UUID,
        shape.one_of("a", "b"),
        shape.list_of(shape.TEXT),
        shape.either(shape.TEXT, shape.COUNT),
        shape.obj({"a": shape.TEXT}),
        shape.anything(),
    ]
)


@given(WORDS, JSON)
def test_nullable_accepts_null_and_changes_nothing_else(words, value):
    assert accepts(shape.nullable(words), None)
    if value is not None:
        assert accepts(shape.nullable(words), value) == accepts(words, value)


@given(WORDS, WORDS, JSON)
def test_either_accepts_what_one_of_them_accepts(one, other, value):
    assert accepts(shape.either(one, other), value) == (
        accepts(one, value) or accepts(other, value)
    )


@given(st.dictionaries(st.text("abc", min_size=1), JSON, max_size=4), WORDS)
def test_an_object_never_accepts_a_property_that_is_not_declared(value, words):
    if accepts(shape.obj({}, {"a": words}), value):
        assert set(value) <= {"a"}


@given(st.uuids())
def test_every_uuid_is_one(value):
    assert accepts(shape.UUID, str(value))
    assert accepts(shape.UUID, value.hex)


@given(st.datetimes(timezones=st.none() | st.just(UTC)))
def test_every_time_in_iso_8601_is_one(value):
    assert accepts(shape.TIME, value.isoformat())


@given(st.ip_addresses())
def test_every_address_is_one_and_a_range_with_its_length(value):
    assert accepts(shape.IP, str(value))
    assert accepts(shape.CIDR, str(ipaddress.ip_network(value)))


def test_an_unknown_format_is_refused():
    with pytest.raises(KeyError, match="colour"):
        shape.text_of("colour")


def test_a_shape_is_not_changed_by_what_is_made_of_it():
    words = shape.one_of("a")
    shape.nullable(words)
    assert words == shape.one_of("a")
