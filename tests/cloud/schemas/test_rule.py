"""A call finds the rule of the most literal path, for the microversion it was sent with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.cloud.schemas.rule import Rule, Rules, parse_microversion


def rule(path, method="GET", **more):
    return Rule(method, path, (200,), None, **more)


def paths(rules, path, method="GET", microversion=None):
    return [found.path for found in rules.find(method, path, microversion)]


ALL = Rules.of(
    [
        rule(""),
        rule("~/"),
        rule("~/v2.1"),
        rule("/servers"),
        rule("/servers/{server_id}"),
        rule("/servers/detail"),
        rule("/servers/{server_id}/metadata/{key}"),
        rule("/servers/{server_id}/action#reboot", "POST"),
        rule("/{container}"),
        rule("/{container}/{object...}"),
    ]
)


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("", ""),
        ("/", ""),
        ("~/", "~/"),
        ("~/v2.1", "~/v2.1"),
        ("~/v2.1/", "~/v2.1"),
        ("/servers", "/servers"),
        ("/servers/", "/servers"),
        ("/servers/detail", "/servers/detail"),
        ("/servers/8", "/servers/{server_id}"),
        ("/servers/8/metadata/detail", "/servers/{server_id}/metadata/{key}"),
        ("/box", "/{container}"),
        ("/box/thing", "/{container}/{object...}"),
        ("/box/a/b/c/", "/{container}/{object...}"),
        ("/box/line\nbreak", "/{container}/{object...}"),
    ],
)
def test_a_path_finds_the_most_literal_template(path, template):
    assert paths(ALL, path) == [template]


def test_an_action_is_found_by_its_name():
    template = "/servers/{server_id}/action#reboot"
    assert paths(ALL, "/servers/8/action#reboot", "POST") == [template]
    assert paths(ALL, "/servers/8/action#resize", "POST") == []
    assert paths(ALL, "/servers/8/action", "POST") == []


def test_another_method_finds_nothing():
    assert paths(ALL, "/servers", "PUT") == []


@given(st.permutations(["/a/{x}", "/a/b", "/{x}/b", "/{x}/{y}", "/{rest...}"]))
def test_the_order_of_the_rules_does_not_matter(templates):
    rules = Rules.of(map(rule, templates))
    assert paths(rules, "/a/b") == ["/a/b"]
    assert paths(rules, "/a/c") == ["/a/{x}"]
    assert paths(rules, "/c/b") == ["/{x}/b"]
    assert paths(rules, "/c/d") == ["/{x}/{y}"]
    assert paths(rules, "/c/d/e") == ["/{rest...}"]


GROWN = Rules.of(
    [
        rule("/flavors", until="2.54"),
        rule("/flavors", since="2.55", until="2.60"),
        rule("/flavors", since="2.61"),
    ],
    base="2.1",
)


@pytest.mark.parametrize(
    ("microversion", "since"),
    [
        (None, ""),
        ("2.1", ""),
        ("2.9", ""),
        ("2.54", ""),
        ("2.55", "2.55"),
        ("2.60", "2.55"),
        ("2.61", "2.61"),
        ("2.100", "2.61"),
        ("latest", "2.61"),
    ],
)
def test_a_microversion_finds_its_rule(microversion, since):
    assert [found.since for found in GROWN.find("GET", "/flavors", microversion)] == [since]


def test_without_a_microversion_the_service_speaks_its_base():
    rules = [rule("/x", since="2.1", until="2.1"), rule("/x", since="2.2")]
    found = Rules.of(rules, base="2.1").find("GET", "/x", None)
    assert [one.since for one in found] == ["2.1"]


def test_rules_that_differ_in_status_are_found_together():
    rules = Rules.of([Rule("GET", "/x", (200,), {}), Rule("GET", "/x", (204,), None)])
    assert [found.statuses for found in rules.find("GET", "/x", None)] == [(200,), (204,)]


@given(st.integers(1, 500), st.integers(1, 500))
def test_microversions_are_ordered_by_number(one, other):
    first, second = f"2.{one}", f"2.{other}"
    assert (parse_microversion(first) < parse_microversion(second)) == (one < other)
    assert parse_microversion(first) < parse_microversion("latest")
