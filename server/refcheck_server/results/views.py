"""The HTTP API: `/api/v1`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from refcheck import __version__
from refcheck.claim.statement import as_text
from refcheck.result.signing import open_envelope
from refcheck_server.accounts.authentication import check_signature
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.arguments import flag
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.publication.arguments import (
    CAPABILITIES,
    CLOUDS,
    PROGRAMS,
    RESULTS,
    listed_capabilities,
    listed_clouds,
    listed_programs,
    results_page,
)
from refcheck_server.publication.clouds import card
from refcheck_server.publication.marks import standings_of
from refcheck_server.results import queries, representation, services
from refcheck_server.results.errors import NoSuchResult
from refcheck_server.results.models import StoredResult
from refcheck_server.results.nonces import give_nonce
from refcheck_server.results.reading import read_upload
from refcheck_server.results.uploading import read_body

ENVELOPE = "application/vnd.dsse.envelope.v1+json"
api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.post("/results")
@needs(Action.SEND_RESULT)
@describe(
    Operation(
        status=201,
        query=("private",),
        token=True,
        body=(ENVELOPE, {"type": "object"}),
        refusals=(409, 422),
    )
)
def upload() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Take in a signed result: DSSE envelope in the body, `Authorization: Bearer TOKEN`.

    `private=yes` keeps it to the account until it is shared.
    """
    session, now = current_session(), context().now()
    private = flag(request.args, "private")
    body = read_body(request, context().settings.upload_limit)
    envelope = open_envelope(body, where="$")
    key = check_signature(session, current_principal(), envelope)
    receipt = services.store(
        session,
        read_upload(body, envelope, context().guidelines, now=now),
        key,
        now=now,
        private=private,
    )
    answer = representation.receipt(receipt)
    return answer, 201, {"Location": answer["api_url"]}


@api.post("/nonces")
@needs(Action.SEND_RESULT)
@describe(Operation(status=201, token=True))
def nonce() -> tuple[dict[str, Any], int]:
    """Give out a nonce for one result of the account: a run that has it is no older."""
    sender = current_principal()
    given = give_nonce(current_session(), sender.account_id, now=context().now())
    return {"nonce": given.nonce, "expires_at": as_text(given.expires_at)}, 201


@api.post("/results/<hex(length=32):result_id>/share")
@needs(Action.SEND_RESULT)
@describe(Operation(token=True))
def share(result_id: str) -> dict[str, Any]:
    """Let anyone see a private result of the account from now on."""
    session, sender = current_session(), current_principal()
    found = queries.find_own_result(session, result_id, sender)
    services.share(session, found, now=context().now())
    return _told(found)


@api.delete("/results/<hex(length=32):result_id>/share")
@needs(Action.SEND_RESULT)
@describe(Operation(token=True))
def withdraw(result_id: str) -> dict[str, Any]:
    """Keep a result of the account to itself again: it no longer speaks for its cloud."""
    session, sender = current_session(), current_principal()
    found = queries.find_own_result(session, result_id, sender)
    services.withdraw(session, found, now=context().now())
    return _told(found)


@api.get("/results/<hex(length=32):result_id>")
@needs(Action.BROWSE)
@describe(Operation(token=False))
def result(result_id: str) -> dict[str, Any]:
    """One result with the registry's verdicts in full."""
    return _told(queries.find_result(current_session(), result_id, reader=current_principal()))


@api.get("/results/<hex(length=32):result_id>/envelope")
@needs(Action.BROWSE)
@describe(Operation(token=False))
def envelope(result_id: str) -> Response:
    """The bytes that were uploaded, as they were."""
    found = queries.find_result(
        current_session(), result_id, reader=current_principal(), envelope=True
    )
    return _download(found, found.envelope, f"{result_id}.result.json")


@api.get("/results/<hex(length=32):result_id>/verdicts")
@needs(Action.BROWSE)
@describe(Operation(token=False))
def verdicts(result_id: str) -> dict[str, Any]:
    """Every verdict there ever was on a result, newest first, with the inputs to replay it."""
    session = current_session()
    found = queries.find_result(session, result_id, reader=current_principal())
    return representation.history(found, queries.judgements_of(session, found))


@api.get("/results/<hex(length=32):result_id>/verdicts/<number:verdict_id>")
@needs(Action.BROWSE)
@describe(Operation(token=False))
def earlier_verdict(result_id: str, verdict_id: int) -> Response:
    """The canonical bytes of one verdict, current or not."""
    session = current_session()
    found = queries.find_result(session, result_id, reader=current_principal())
    for stored in queries.judgements_of(session, found):
        if stored.id == verdict_id:
            return _download(found, stored.document, f"{result_id}.{verdict_id}.verdict.json")
    raise NoSuchResult(
        f"the result {result_id} has no verdict {verdict_id}",
        next_step="Look at the list of its verdicts.",
    )


@api.get("/results/<hex(length=32):result_id>/verdicts/<word:target>")
@needs(Action.BROWSE)
@describe(Operation(token=False))
def verdict(result_id: str, target: str) -> Response:
    """The canonical bytes of the current verdict for one program."""
    session = current_session()
    found = queries.find_result(session, result_id, reader=current_principal())
    for stored in queries.verdicts_of(session, [found], documents=True)[found.id]:
        if stored.target == target:
            return _download(found, stored.document, f"{result_id}.{target}.verdict.json")
    raise NoSuchResult(
        f"the result {result_id} was not judged for {target!r}",
        next_step="Look at the result: it lists the programs it was judged for.",
    )


CLOUDS.offer_json(api, "/clouds", Action.BROWSE, listed_clouds, token=None)
PROGRAMS.offer_json(
    api, "/clouds/<hex(length=64):digest>/programs", Action.BROWSE, listed_programs, token=None
)
CAPABILITIES.offer_json(
    api, "/results/<hex(length=32):result_id>/capabilities", Action.BROWSE, listed_capabilities,
    token=False,
)  # fmt: skip


@api.get("/clouds/<hex(length=64):digest>")
@needs(Action.BROWSE)
@describe(RESULTS.operation(token=None))
def cloud(digest: str) -> dict[str, Any]:
    """One cloud: what stands for it, and its results."""
    session = current_session()
    found = queries.find_cloud(session, digest, reader=current_principal())
    standing = standings_of(session, [found], now=context().now())[found.id]
    return representation.cloud_row(card(found, standing)) | RESULTS.told(results_page(found))


@api.get("/health")
@needs(Action.WATCH)
@describe(Operation())
def health() -> dict[str, Any]:
    """Whether the registry and its database answer."""
    queries.ping(current_session())
    return {"status": "ok", "version": __version__}


def _told(found: StoredResult) -> dict[str, Any]:
    verdicts = queries.verdicts_of(current_session(), [found], documents=True)[found.id]
    return representation.result(found, verdicts)


def _download(of: StoredResult, data: bytes, name: str) -> Response:
    """A file of a result; only what everyone may see is kept by whoever stands in between."""
    kept = "public, max-age=300" if of.shared_at is not None else "no-store"
    return Response(
        data,
        mimetype="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": kept,
        },
    )
