"""The tables of the pages as CSV, for spreadsheets."""

from __future__ import annotations

from flask import Response, request

from refcheck.result.document import from_statement
from refcheck.result.signing import open_envelope
from refcheck_server import tables
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.publication.arguments import cloud_filter
from refcheck_server.publication.clouds import card, history
from refcheck_server.publication.listing import list_clouds
from refcheck_server.publication.marks import standings_of
from refcheck_server.publication.views import pages
from refcheck_server.results import queries
from refcheck_server.results.arguments import place_in
from refcheck_server.results.paging import MOST_COUNTED


@pages.get("/clouds.csv")
@needs(Action.BROWSE)
def clouds_table() -> Response:
    """The list of clouds, up to 1,000 from where `after` says; filters as on the front page."""
    session, now = current_session(), context().now()
    wanted = cloud_filter(request.args, context().guidelines)
    after = place_in(request.args, wanted.order)
    page = list_clouds(session, wanted, after, now=now, size=MOST_COUNTED)
    standings = standings_of(session, page.rows, now=now)
    cards = (card(cloud, standings[cloud.id]) for cloud in page.rows)
    return tables.as_csv(
        "clouds",
        (
            "cloud",
            "digest",
            "standing",
            "program",
            "guideline",
            "as of",
            "mark",
            "until or since",
            "last heard",
            "held by",
        ),
        (
            (
                one.name,
                one.digest,
                one.said.headline,
                one.best.title if one.best else "",
                one.best.guideline if one.best else "",
                one.best.as_of.isoformat() if one.best else "",
                one.mark.state if one.mark else "",
                one.mark.when.isoformat() if one.mark else "",
                one.latest_at.isoformat() if one.latest_at else "",
                one.holder,
            )
            for one in cards
        ),
        next_place=page.next,
    )


@pages.get("/clouds/<hex(length=64):digest>/results.csv")
@needs(Action.BROWSE)
def results_table(digest: str) -> Response:
    """The results of a cloud, up to 1,000 from where `after` says."""
    session = current_session()
    found = queries.find_cloud(session, digest, reader=current_principal())
    after = place_in(request.args, queries.RESULT_ORDER)
    page = queries.results_of(session, found, after, size=MOST_COUNTED)
    rows = history(found, page.rows, queries.verdicts_of(session, page.rows))
    return tables.as_csv(
        f"{digest[:12]}.results",
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
        next_place=page.next,
    )


@pages.get("/results/<hex(length=32):result_id>/tests.csv")
@needs(Action.BROWSE)
def tests_table(result_id: str) -> Response:
    """Every test of a result."""
    session, reader = current_session(), current_principal()
    found = queries.find_result(session, result_id, reader=reader, envelope=True)
    result = from_statement(open_envelope(found.envelope).payload)
    return tables.as_csv(
        f"{result_id}.tests",
        ("id", "test", "outcome", "reason", "seconds", "attempts"),
        (
            (one.id, one.name, one.outcome.value, one.reason, f"{one.duration:g}", one.attempts)
            for one in result.outcomes
        ),
    )
