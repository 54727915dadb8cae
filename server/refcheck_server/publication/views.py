"""The pages: server-rendered, without scripts."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.addresses import carried
from refcheck_server.context import context, public_url
from refcheck_server.database import current_session
from refcheck_server.evidence.services import attachments_of
from refcheck_server.products.queries import version_that_runs, versions_to_choose
from refcheck_server.publication.arguments import FILTERS, cloud_filter
from refcheck_server.publication.clouds import card, history
from refcheck_server.publication.listing import CloudSort, list_clouds
from refcheck_server.publication.marks import MarkState, standings_of
from refcheck_server.publication.outcomes import legend
from refcheck_server.publication.reports import report
from refcheck_server.publication.wording import highest, plain_badge
from refcheck_server.results import queries
from refcheck_server.results.arguments import place_in
from refcheck_server.results.standings import MAIN_PROGRAMS

pages = Blueprint("pages", __name__)
_BADGE_SECONDS = 300
_ORDERS = {
    CloudSort.LATEST: "the one heard from last first",
    CloudSort.FIRST_SEEN: "the newest one first",
    CloudSort.NAME: "by name",
}


@pages.get("/")
@needs(Action.BROWSE)
def front() -> str:
    """What this is, and the clouds."""
    session, guidelines, now = current_session(), context().guidelines, context().now()
    wanted = cloud_filter(request.args, guidelines)
    page = list_clouds(session, wanted, place_in(request.args, wanted.order), now=now)
    standings = standings_of(session, page.rows, now=now)
    by_run = "the one with the newest deciding run first"
    return render_template(
        "front.html",
        order=by_run if wanted.by_standing else _ORDERS[wanted.sort],
        clouds=[card(cloud, standings[cloud.id]) for cloud in page.rows],
        page=page,
        wanted=wanted,
        arguments=carried(*FILTERS),
        registry=public_url("pages.front"),
        sorts=tuple(CloudSort),
        guidelines=guidelines.ids(),
        targets=MAIN_PROGRAMS,
        marks=tuple(MarkState),
    )


@pages.get("/clouds/<hex(length=64):digest>")
@needs(Action.BROWSE)
def cloud(digest: str) -> str:
    """What a cloud may claim now, and how it came to that."""
    session = current_session()
    found = queries.find_cloud(session, digest, reader=current_principal())
    page = queries.results_of(session, found, place_in(request.args, queries.RESULT_ORDER))
    verdicts = queries.verdicts_of(session, page.rows)
    standing = standings_of(session, [found], now=context().now())[found.id]
    return render_template(
        "cloud.html",
        cloud=card(found, standing),
        history=history(found, page.rows, verdicts),
        page=page,
        runs=version_that_runs(session, found),
        holds=found.holder_id == current_principal().account_id,
        versions=versions_to_choose(session, found, current_principal()),
        page_url=public_url("pages.cloud", digest=digest),
        badge_url=public_url("pages.badge", digest=digest),
    )


@pages.get("/clouds/<hex(length=64):digest>/badge.svg")
@needs(Action.BROWSE)
def badge(digest: str) -> Response:
    """The badge of a cloud: always what stands now."""
    session = current_session()
    found = queries.find_cloud(session, digest, reader=current_principal())
    best = highest(standings_of(session, [found], now=context().now())[found.id].verdicts)
    return Response(
        plain_badge(best),
        mimetype="image/svg+xml",
        headers={"Cache-Control": f"public, max-age={_BADGE_SECONDS}"},
    )


@pages.get("/results/<hex(length=32):result_id>")
@needs(Action.BROWSE)
def result(result_id: str) -> str:
    """One result: the verdicts, what stands in the way, every test, and where it is from."""
    session = current_session()
    reader = current_principal()
    found = queries.find_result(session, result_id, reader=reader, envelope=True)
    verdicts = queries.verdicts_of(session, [found], documents=True)[found.id]
    return render_template(
        "result.html",
        report=report(found, verdicts, context().guidelines),
        legend=legend(),
        own=found.account_id == reader.account_id,
        evidence=attachments_of(session, found),
    )
