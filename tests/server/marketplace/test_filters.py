"""Filters of the tree's lists: only what is of use is offered, and a rule shows what is chosen."""

from __future__ import annotations

from refcheck_server.marketplace.filters import Filter, css_class, offered, rules

KIND = Filter("kind", "Kind", {"kind-a": "a", "kind-b": "b", "kind-c": "c"})


def choices(*lines: set[str]) -> list[dict[str, str]]:
    return [dict(one.choices) for one in offered([KIND], lines)]


def test_a_choice_that_shows_no_line_is_not_offered():
    assert choices({"kind-a"}, {"kind-b"}) == [{"kind-a": "a", "kind-b": "b"}]


def test_a_choice_that_shows_every_line_is_not_offered():
    assert choices({"kind-a", "kind-b"}, {"kind-a"}) == [{"kind-b": "b"}]


def test_a_filter_that_would_change_nothing_is_not_offered():
    assert choices({"kind-a"}, {"kind-a"}) == []
    assert choices() == []


def test_each_choice_hides_what_neither_has_its_class_nor_holds_it_once():
    again = Filter("more", "More", {"kind-a": "again"})
    first, *more = rules([KIND, again]).decode().splitlines()
    assert first == (
        'section:has(.controls [value="kind-a"]:checked) .lines > '
        ":not(.kind-a, :has(.kind-a)) { display: none; }"
    )
    assert len(more) == 2


def test_any_name_makes_a_class():
    assert css_class("guideline", "2022.11 (reconstructed)") == "guideline-2022-11-reconstructed"
