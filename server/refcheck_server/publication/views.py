"""The pages: server-rendered, without scripts."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, public_url
from refcheck_server.database import current_session
from refcheck_server.evidence.views import evidence_page
from refcheck_server.products.queries import version_that_runs, versions_to_choose
from refcheck_server.publication.arguments import (
    capabilities_page,
    listed_clouds,
    programs_page,
    reported,
    results_page,
)
from refcheck_server.publication.clouds import card, cloud_name
from refcheck_server.publication.marks import standings_of
from refcheck_server.publication.outcomes import legend
from refcheck_server.publication.wording import highest, plain_badge
from refcheck_server.results import queries

pages = Blueprint("pages", __name__)
pages.add_app_template_filter(cloud_name)
_BADGE_SECONDS = 300


@pages.get("/")
@needs(Action.BROWSE)
def front() -> str:
    """What this is, and the clouds."""
    return render_template("front.html", page=listed_clouds(), registry=public_url("pages.front"))


@pages.get("/clouds/<hex(length=64):digest>")
@needs(Action.BROWSE)
def cloud(digest: str) -> str:
    """What a cloud may claim now, and how it came to that."""
    session = current_session()
    found = queries.find_cloud(session, digest, reader=current_principal())
    standing = standings_of(session, [found], now=context().now())[found.id]
    shown = card(found, standing)
    return render_template(
        "cloud.html",
        cloud=shown,
        programs=programs_page(shown),
        page=results_page(found),
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
    shown = reported(result_id)
    return render_template(
        "result.html",
        report=shown,
        capabilities=capabilities_page(shown),
        legend=legend(),
        own=shown.stored.account_id == current_principal().account_id,
        evidence=evidence_page(shown.stored),
    )
