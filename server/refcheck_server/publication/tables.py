"""The tables of the pages as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response, request

from refcheck.result.document import from_statement
from refcheck.result.signing import open_envelope
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.publication.clouds import card, history
from refcheck_server.publication.views import pages
from refcheck_server.results import queries
from refcheck_server.results.arguments import cloud_filter, place_in
from refcheck_server.results.paging import MOST_COUNTED

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run instead of show."""


@pages.get("/clouds.csv")
def clouds_table() -> Response:
    """The list of clouds, up to 1,000 from where `after` says; filters as on the front page."""
    session = current_session()
    wanted = cloud_filter(request.args, context().guidelines)
    after = place_in(request.args, wanted.order)
    page = queries.list_clouds(session, wanted, after, size=MOST_COUNTED)
    standings = queries.standings_of(session, page.rows)
    cards = (card(cloud, standings[cloud.id]) for cloud in page.rows)
    return table(
        "clouds.csv",
        ("cloud", "digest", "standing", "program", "guideline", "as of", "last heard", "held by"),
        (
            (
                one.name,
                one.digest,
                one.said.headline,
                one.best.title if one.best else "",
                one.best.guideline if one.best else "",
                one.best.as_of.isoformat() if one.best else "",
                one.latest_at.isoformat() if one.latest_at else "",
                one.holder,
            )
            for one in cards
        ),
        page.next,
    )


@pages.get("/clouds/<hex(length=64):digest>/results.csv")
def results_table(digest: str) -> Response:
    """The results of a cloud, up to 1,000 from where `after` says."""
    session = current_session()
    found = queries.find_cloud(session, digest)
    after = place_in(request.args, queries.RESULT_ORDER)
    page = queries.results_of(session, found, after, size=MOST_COUNTED)
    rows = history(found, page.rows, queries.verdicts_of(session, page.rows))
    return table(
        f"{digest[:12]}.results.csv",
        (
            "result",
            "run ended",
            "program",
            "guideline",
            "verdict",
            "complete",
            "sent by",
            "decides",
        ),
        (
            (
                one.result_id,
                one.ended.isoformat(),
                one.program,
                one.guideline,
                one.said.headline,
                "yes" if one.complete else "no",
                one.account,
                "yes" if one.counts else "no",
            )
            for one in rows
        ),
        page.next,
    )


@pages.get("/results/<hex(length=32):result_id>/tests.csv")
def tests_table(result_id: str) -> Response:
    """Every test of a result."""
    found = queries.find_result(current_session(), result_id, envelope=True)
    result = from_statement(open_envelope(found.envelope).payload)
    return table(
        f"{result_id}.tests.csv",
        ("id", "test", "outcome", "reason", "seconds", "attempts"),
        (
            (one.id, one.name, one.outcome.value, one.reason, f"{one.duration:g}", one.attempts)
            for one in result.outcomes
        ),
    )


def table(
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str | int]],
    next_place: str | None = None,
) -> Response:
    """A table as a file; no cell of it is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if next_place is not None:
        headers["X-Next"] = next_place
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


def _harmless(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
