"""The pages: server-rendered, without scripts."""

from __future__ import annotations

from flask import Response, render_template

from refcheck_server.accounts.guarding import Views, current_principal
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, public_url
from refcheck_server.database import current_session
from refcheck_server.evidence.views import evidence_page
from refcheck_server.products.queries import versions_for
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

pages = Views("pages", __name__)
pages.add_app_template_filter(cloud_name)
_BADGE_SECONDS = 300


@pages.get("/", Action.BROWSE)
def front() -> str:
    """What this is, and the clouds."""
    return render_template("front.html", page=listed_clouds(), registry=public_url("pages.front"))


@pages.get("/clouds/<hex(length=64):digest>", Action.BROWSE)
def cloud(digest: str) -> str:
    """What a cloud may claim now, and how it came to that."""
    session, reader = current_session(), current_principal()
    found = queries.find_cloud(session, digest, reader=reader)
    standing = standings_of(session, [found], now=context().now())[found.id]
    runs, versions = versions_for(session, found, reader)
    shown = card(found, standing)
    return render_template(
        "cloud.html",
        cloud=shown,
        programs=programs_page(shown),
        page=results_page(found),
        runs=runs,
        holds=found.holder_id == reader.account_id,
        versions=versions,
        page_url=public_url("pages.cloud", digest=digest),
        badge_url=public_url("pages.badge", digest=digest),
    )


@pages.get("/clouds/<hex(length=64):digest>/badge.svg", Action.BROWSE)
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


@pages.get("/results/<hex(length=32):result_id>", Action.BROWSE)
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
