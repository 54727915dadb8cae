"""Every list there is: sorted both ways, narrowed, the same in each form, and cheap."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.server.expected_lists import EXPECTED, at
from tests.server.listed_world import World, listings, world_of

MOST_STATEMENTS = 6


@pytest.fixture
def world(registry, monkeypatch) -> World:
    """Every list is one page here, but where a test says otherwise."""
    monkeypatch.setattr("refcheck_server.paging.PAGE_SIZE", 200)
    return world_of(registry)


def test_every_list_is_tested_here():
    assert listings().keys() == EXPECTED.keys()
    for page, listing in listings().items():
        assert listing.sorts.keys() == EXPECTED[page].sorts.keys()
        assert listing.filters.keys() == EXPECTED[page].filters.keys()


def test_every_list_is_sorted_by_each_of_its_keys_in_both_directions(world):
    wrong = []
    for page, expected in world.expected.items():
        for sort, path in expected.sorts.items():
            told = {}
            for order in ("asc", "desc"):
                rows = world.rows(page, sort=sort, order=order)
                values = [at(path)(row) for row in rows]
                keys = [one.lower() if isinstance(one, str) else one for one in values]
                keys = ["" if one is None else one for one in keys]
                if keys != sorted(keys, reverse=order == "desc") or len(set(keys)) < 2:
                    wrong.append((page, sort, order, values))
                told[order] = [at(expected.shown[1])(row) for row in rows]
            if told["asc"] != told["desc"][::-1]:
                wrong.append((page, sort, told))
    assert wrong == []


def test_every_filter_leaves_what_matches_and_nothing_else(world):
    wrong = []
    for page, expected in world.expected.items():
        every = world.rows(page)
        for name, (value, matches) in expected.filters.items():
            left = world.rows(page, **{name: value})
            path = at(expected.shown[1])
            wanted = {path(row) for row in every if matches(row)}
            if {path(row) for row in left} != wanted or not 0 < len(left) < len(every):
                wrong.append((page, name, value, left))
    assert [one for one in wrong if one[:2] not in NOT_BY_ROW] == []


NOT_BY_ROW = [("pages.front", "target"), ("pages.front", "qualifies"), ("pages.front", "mark")]
"""What a row does not tell: tests of their own are about them."""


def test_page_json_and_csv_have_the_same_rows_in_the_same_order(world):
    wrong = []
    for page, expected in world.expected.items():
        pattern, path = expected.shown
        sort = next(reversed(expected.sorts))
        narrowed = {name: value for name, (value, _) in expected.filters.items()}
        for asked in ({}, {"sort": sort, "order": "desc"}, dict(list(narrowed.items())[-1:])):
            rows = [str(at(path)(row)) for row in world.rows(page, **asked)]
            shown = re.findall(pattern, world.get(page, "page", **asked).text)
            answer = world.get(page, "csv", **asked)
            table = list(csv.DictReader(io.StringIO(answer.text)))
            column = path if path in listings()[page].columns else "url"
            ends = [one[column].rpartition("/")[2] for one in table]
            if not rows or shown != rows or [one.removesuffix(".json") for one in ends] != rows:
                wrong.append((page, asked, rows, shown, ends))
    assert wrong == []


def test_what_a_list_cannot_be_asked_is_refused_with_the_name_of_it_in_every_form(world):
    wrong = []
    for page in world.expected:
        listing = listings()[page]
        bad = [("sort", "upwards"), ("order", "sideways")]
        bad += [("after", "x"), ("after", "WyIiXQ")] if listing.id is not None else []
        for name, one in listing.filters.items():
            bad += [(name, "x" * (one.longest + 1)), (name, "\0")]
            bad += [(name, "odd")] if one.choices else []
        for name, value in bad:
            for way in ("page", "csv", "json"):
                answer = world.get(page, way, **{name: value})
                if way == "json":
                    told = answer.get_json().get("error", {}).get("path") == name
                else:
                    told = f"<code>{name}</code>" in answer.text
                if answer.status_code != 400 or not told:
                    wrong.append((page, way, name, value, answer.status_code))
        if listing.among:
            answer = world.get(page, "page", list="unheard")
            if answer.status_code != 400 or "<code>list</code>" not in answer.text:
                wrong.append((page, "list", answer.status_code))
        answer = world.get(page, "json", unheard="of")
        if (answer.status_code, answer.get_json().get("error", {}).get("path")) != (400, "unheard"):
            wrong.append((page, "unheard", answer.status_code))
    assert wrong == []


def test_a_list_in_pages_has_each_row_once_whatever_it_is_sorted_by(world, monkeypatch):
    monkeypatch.setattr("refcheck_server.paging.PAGE_SIZE", 2)
    wrong = []
    for page, expected in world.expected.items():
        for sort in expected.sorts:
            for order in ("asc", "desc"):
                seen, after = [], None
                asked = {"sort": sort, "order": order}
                while True:
                    told = world.get(page, "json", **asked, **({"after": after} if after else {}))
                    told = told.get_json()
                    seen += [at(expected.shown[1])(row) for row in told[listings()[page].name]]
                    after = told["next"]
                    if after is None:
                        break
                    assert len(seen) < 200
                if len(set(seen)) != len(seen) or len(seen) != told["total"]:
                    wrong.append((page, asked, seen, told["total"]))
    assert wrong == []


@contextmanager
def statements(world: World) -> Iterator[list[tuple[str, Any]]]:
    """The SQL statements that are sent meanwhile, with their values."""
    seen: list[tuple[str, Any]] = []

    def note(_conn, _cursor, statement, values, *_rest):
        seen.append((statement, values))

    event.listen(world.registry.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(world.registry.database.engine, "before_cursor_execute", note)


MORE_THAN_A_LIST = {"account.own": 7, "accounts.account": 7, "applications.application": 16}
"""Statements of pages that show five lists, or much more than lists."""


def test_no_form_of_a_list_costs_more_than_a_few_statements(world):
    wrong = []
    for page in world.expected:
        for way in ("page", "csv", "json"):
            world.get(page, way)
            with statements(world) as seen:
                world.get(page, way)
            more = MORE_THAN_A_LIST.get(page.partition("#")[0]) if way == "page" else None
            if len(seen) > (more or MOST_STATEMENTS):
                wrong.append((page, way, len(seen), [one for one, _ in seen]))
    assert wrong == []


GROWING = (
    "pages.front", "pages.cloud", "pages.own_results", "audit.log", "notices.listed",
    "notices.webhook",
)  # fmt: skip
"""Lists that grow with the results."""


# PostgreSQL reads tables of few rows as they are.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("page", GROWING)
def test_what_grows_with_the_results_is_read_by_an_index_in_its_order(world, page):
    """Nothing is sorted, and each filter is a part of the index that is read."""
    expected, wrong = world.expected[page], []
    sorts = [{"sort": sort, "order": order} for sort in expected.sorts for order in ("asc", "desc")]
    for asked in sorts:
        every = plan(world, page, **asked)
        wrong += [(asked, every)] if "TEMP B-TREE" in every else []
        for name, (value, _) in expected.filters.items():
            how = {} if page == "pages.front" else asked
            narrowed = plan(world, page, **how, **{name: value})
            if "TEMP B-TREE" in narrowed or "SCAN a" in narrowed.replace("SCAN anon", ""):
                wrong.append((asked, name, narrowed))
            elif narrowed and narrowed.count("=?") + narrowed.count("<?") <= every.count("=?"):
                wrong.append((asked, name, every, narrowed))
    assert wrong == []


def plan(world: World, page: str, **asked: str) -> str:
    """How SQLite reads the rows of a list."""
    with statements(world) as seen:
        assert world.get(page, "json", **asked).status_code == 200
    with world.registry.database.engine.connect() as connection:
        return "\n".join(
            row[-1]
            for statement, values in seen
            if "place_value" in statement
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        )
