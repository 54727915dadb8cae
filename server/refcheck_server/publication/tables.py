"""The tables of the pages as CSV, for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from flask import Response, request

from refcheck.result.document import from_statement
from refcheck.result.outcome import TestOutcome
from refcheck_server import tables
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.publication.arguments import cloud_filter
from refcheck_server.publication.clouds import CloudCard, HistoryRow, card, history
from refcheck_server.publication.listing import list_clouds
from refcheck_server.publication.marks import standings_of
from refcheck_server.publication.views import pages
from refcheck_server.results import queries
from refcheck_server.results.arguments import place_in
from refcheck_server.results.paging import MOST_COUNTED

Row = TypeVar("Row")
_CLOUD: dict[str, Callable[[CloudCard], object]] = {
    "cloud": lambda one: one.name,
    "digest": lambda one: one.digest,
    "standing": lambda one: one.said.headline,
    "program": lambda one: one.best and one.best.title,
    "guideline": lambda one: one.best and one.best.guideline,
    "as of": lambda one: one.best and one.best.as_of.isoformat(),
    "mark": lambda one: one.mark and one.mark.state,
    "until or since": lambda one: one.mark and one.mark.when.isoformat(),
    "last heard": lambda one: one.latest_at and one.latest_at.isoformat(),
    "held by": lambda one: one.holder,
}
_RESULT: dict[str, Callable[[HistoryRow], object]] = {
    "result": lambda one: one.result_id,
    "run ended": lambda one: one.ended.isoformat(),
    "program": lambda one: one.program,
    "guideline": lambda one: one.guideline,
    "verdict": lambda one: one.said.headline,
    "complete": lambda one: "yes" if one.complete else "no",
    "sent by": lambda one: one.account,
    "decides": lambda one: "yes" if one.counts else "no",
}
_TEST: dict[str, Callable[[TestOutcome], object]] = {
    "id": lambda one: one.id,
    "test": lambda one: one.name,
    "outcome": lambda one: one.outcome.value,
    "reason": lambda one: one.reason,
    "seconds": lambda one: f"{one.duration:g}",
    "attempts": lambda one: one.attempts,
}


@pages.get("/clouds.csv")
@needs(Action.BROWSE)
def clouds_table() -> Response:
    """The list of clouds, up to 1,000 from where `after` says; filters as on the front page."""
    session, now = current_session(), context().now()
    wanted = cloud_filter(request.args, context().guidelines)
    after = place_in(request.args, wanted.order)
    page = list_clouds(session, wanted, after, now=now, size=MOST_COUNTED)
    standings = standings_of(session, page.rows, now=now)
    cards = [card(cloud, standings[cloud.id]) for cloud in page.rows]
    return _table("clouds", _CLOUD, cards, page.next)


@pages.get("/clouds/<hex(length=64):digest>/results.csv")
@needs(Action.BROWSE)
def results_table(digest: str) -> Response:
    """The results of a cloud, up to 1,000 from where `after` says."""
    session = current_session()
    found = queries.find_cloud(session, digest, reader=current_principal())
    after = place_in(request.args, queries.RESULT_ORDER)
    page = queries.results_of(session, found, after, size=MOST_COUNTED)
    rows = history(found, page.rows, queries.verdicts_of(session, page.rows))
    return _table(f"{digest[:12]}.results", _RESULT, rows, page.next)


@pages.get("/results/<hex(length=32):result_id>/tests.csv")
@needs(Action.BROWSE)
def tests_table(result_id: str) -> Response:
    """Every test of a result."""
    session, reader = current_session(), current_principal()
    found = queries.find_result(session, result_id, reader=reader, envelope=True)
    result = from_statement(found.payload)
    return _table(f"{result_id}.tests", _TEST, result.outcomes)


def _table(
    name: str,
    columns: Mapping[str, Callable[[Row], object]],
    rows: Iterable[Row],
    next_place: str | None = None,
) -> Response:
    cells = ([cell(row) for cell in columns.values()] for row in rows)
    return tables.as_csv(name, tuple(columns), cells, next_place=next_place)
