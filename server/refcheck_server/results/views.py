"""The HTTP API: `/api/v1`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from refcheck import __version__
from refcheck.result.signing import open_envelope
from refcheck_server.accounts.authentication import check_signature
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.results import queries, representation
from refcheck_server.results.arguments import cloud_filter, page_number
from refcheck_server.results.errors import NoSuchResult
from refcheck_server.results.reading import read_upload
from refcheck_server.results.services import store
from refcheck_server.results.uploading import read_body

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.post("/results")
@needs(Action.SEND_RESULT)
def upload() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Take in a signed result: DSSE envelope in the body, `Authorization: Bearer TOKEN`."""
    session, now = current_session(), context().now()
    body = read_body(request, context().settings.upload_limit)
    envelope = open_envelope(body, where="$")
    key = check_signature(session, current_principal(), envelope)
    receipt = store(
        session,
        read_upload(body, envelope, context().guidelines, now=now),
        key,
        now=now,
    )
    answer = representation.receipt(receipt)
    return answer, 201, {"Location": answer["api_url"]}


@api.get("/results/<hex(length=32):result_id>")
@needs(Action.BROWSE)
def result(result_id: str) -> dict[str, Any]:
    """One result with the registry's verdicts in full."""
    session = current_session()
    found = queries.find_result(session, result_id)
    verdicts = queries.verdicts_of(session, [found], documents=True)[found.id]
    return representation.result(found, verdicts)


@api.get("/results/<hex(length=32):result_id>/envelope")
@needs(Action.BROWSE)
def envelope(result_id: str) -> Response:
    """The bytes that were uploaded, as they were."""
    found = queries.find_result(current_session(), result_id, envelope=True)
    return _download(found.envelope, f"{result_id}.result.json")


@api.get("/results/<hex(length=32):result_id>/verdicts/<word:target>")
@needs(Action.BROWSE)
def verdict(result_id: str, target: str) -> Response:
    """The canonical bytes of the current verdict for one program."""
    session = current_session()
    found = queries.find_result(session, result_id)
    for stored in queries.verdicts_of(session, [found], documents=True)[found.id]:
        if stored.target == target:
            return _download(stored.document, f"{result_id}.{target}.verdict.json")
    raise NoSuchResult(
        f"the result {result_id} was not judged for {target!r}",
        next_step="Look at the result: it lists the programs it was judged for.",
    )


@api.get("/clouds")
@needs(Action.BROWSE)
def clouds() -> dict[str, Any]:
    """Clouds with what stands for them; `page`, `target`, `guideline`, `qualifies` narrow it."""
    session = current_session()
    wanted = cloud_filter(request.args, context().guidelines)
    page = queries.list_clouds(session, wanted, page_number(request.args))
    return representation.cloud_list(page, queries.standings_of(session, page.rows))


@api.get("/clouds/<hex(length=64):digest>")
@needs(Action.BROWSE)
def cloud(digest: str) -> dict[str, Any]:
    """One cloud: what stands for it, and its results."""
    session = current_session()
    found = queries.find_cloud(session, digest)
    standings = queries.standings_of(session, [found])[found.id]
    page = queries.results_of(session, found, page_number(request.args))
    return representation.cloud(found, standings, page, queries.verdicts_of(session, page.rows))


@api.get("/health")
@needs(Action.WATCH)
def health() -> dict[str, Any]:
    """Whether the registry and its database answer."""
    queries.ping(current_session())
    return {"status": "ok", "version": __version__}


def _download(data: bytes, name: str) -> Response:
    return Response(
        data,
        mimetype="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "public, max-age=3600",
        },
    )
