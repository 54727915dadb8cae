"""Evidence for programs: sent to an address that names its digest, read by who sees the result."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

from flask import Response, request

from refcheck_server.accounts.guarding import Views, current_principal
from refcheck_server.accounts.rights import Action
from refcheck_server.arguments import BadArgument
from refcheck_server.context import context, perform, public_url
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation
from refcheck_server.evidence import services
from refcheck_server.evidence.models import NAME, Attachment, Blob
from refcheck_server.evidence.receiving import received
from refcheck_server.evidence.stores import current_store
from refcheck_server.lists import Filter, Listed, Listing, Sort, has_words
from refcheck_server.moments import spelled
from refcheck_server.results.errors import NotYours
from refcheck_server.results.models import StoredResult
from refcheck_server.results.queries import find_result

evidence = Views("evidence", __name__, url_prefix="/api/v1/results/<hex(length=32):result_id>")
BYTES = "application/octet-stream"
_PIECE = "/evidence/<hex(length=64):sha256>"
_FILE_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{NAME - 1}}}")


def piece(found: Attachment, url: str) -> dict[str, Any]:
    """One piece of evidence, without its bytes, which are at that address."""
    return {
        "sha256": found.sha256,
        "name": found.name,
        "size": found.blob.size,
        "attached": spelled(found.attached_at),
        "url": url,
    }


def _beside(found: Attachment) -> dict[str, Any]:
    names = {"result_id": found.result_id, "sha256": found.sha256}
    return piece(found, public_url("evidence.download", **names))


FILE_SORTS = {
    "attached": Sort(Attachment.attached_at),
    "name": Sort(Attachment.name),
    "size": Sort(Blob.size),
}
BY_NAME = Filter(
    "File", "In the name of the file.", lambda words: has_words(words, Attachment.name)
)
EVIDENCE = Listing(
    "evidence",
    page="pages.result",
    csv="pages.evidence_as_csv",
    json="evidence.listed",
    id=Attachment.id,
    sorts=FILE_SORTS,
    filters={"q": BY_NAME},
    row=_beside,
    columns=("name", "size", "attached", "sha256", "url"),
    anchor="evidence",
    among=("evidence", "capabilities"),
)


def listed_evidence(result_id: str, **how: Any) -> Listed[Attachment]:
    """The evidence for a result."""
    found = find_result(current_session(), result_id, reader=current_principal())
    return evidence_page(found, **how)


def evidence_page(found: StoredResult, **how: Any) -> Listed[Attachment]:
    """The same of one that was found."""
    return EVIDENCE.read(services.attachments_of(found), here={"result_id": found.id}, **how)


EVIDENCE.offer_json(evidence, "/evidence", Action.BROWSE, listed_evidence, token=False)


@evidence.put(
    _PIECE,
    Action.ATTACH_EVIDENCE,
    Operation(
        status=201,
        query=("name",),
        token=True,
        body=(BYTES, {"type": "string", "format": "binary"}),
        refusals=(409, 422),
    ),
)
def send(result_id: str, sha256: str) -> tuple[dict[str, Any], int]:
    """Attach the body as evidence to a result of the account; the address names its SHA-256.

    A second time changes nothing. It is seen by whoever sees the result.
    """
    session, result = current_session(), _own_result(result_id)
    name = file_name(request.args.get("name", sha256[:12]))
    limit, store = context().settings.evidence_limit, current_store()
    session.rollback()  # nothing is held while it comes in
    with received(request, sha256, limit, store.scratch) as got:
        made = services.attach(
            session, store, result, sha256, got, name=name, limit=limit, now=context().now()
        )
    return _beside(made), 201


@evidence.get(_PIECE, Action.BROWSE, Operation(token=False, media=BYTES))
def download(result_id: str, sha256: str) -> Response:
    """One piece of evidence, to the byte; always a file, never a page."""
    session = current_session()
    result = find_result(session, result_id, reader=current_principal())
    found = services.find(session, result, sha256)
    return as_file(found, shared=result.shared_at is not None)


@evidence.delete(_PIECE, Action.ATTACH_EVIDENCE, Operation(token=True))
def take_back(result_id: str, sha256: str) -> dict[str, Any]:
    """Let a result of the account have this evidence no more."""
    found = services.find(current_session(), _own_result(result_id), sha256)
    told = _beside(found)
    perform(services.take_back, found)
    return told


def as_file(found: Attachment, *, shared: bool) -> Response:
    """The answer that holds a piece of evidence, which others may keep if it is shared.

    Raises:
        EvidenceAway: the store cannot be used, or has lost it.
    """
    chunks = services.read(current_store(), found.blob)
    first = next(chunks, b"")  # what cannot be read is told before the answer begins
    headers = {
        "Content-Length": str(found.blob.size),
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "Cache-Control": "public, max-age=3600" if shared else "no-store",
    }
    return Response(chain([first], chunks), mimetype=BYTES, headers=headers)


def _own_result(result_id: str) -> StoredResult:
    sender = current_principal()
    found = find_result(current_session(), result_id, reader=sender)
    if found.account_id != sender.account_id:
        raise NotYours(
            f"the result {result_id} is another account's",
            next_step="Only the account that sent a result attaches evidence to it.",
        )
    return found


def file_name(name: str) -> str:
    """The name that somebody gave a file.

    Raises:
        BadArgument: it could be more than a name.
    """
    if not _FILE_NAME.fullmatch(name):
        raise BadArgument(
            "is not the name of a file",
            where="name",
            next_step=f"Use up to {NAME} letters, digits, dots, dashes and underscores.",
        )
    return name
