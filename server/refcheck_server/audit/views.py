"""Pages of the log: what it is, for everyone; what it says, for those who may read it.

Everyone sees number, time and hash of each event, the signed checkpoints, and that each continues
the one before. Who did what is shown by right alone: it names accounts, and what is not public yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request

from refcheck_server import tables
from refcheck_server.accounts.guarding import current_principal, needs, require
from refcheck_server.accounts.rights import Action, may
from refcheck_server.audit import queries
from refcheck_server.audit.log import as_json, leaf_of
from refcheck_server.audit.models import NAME
from refcheck_server.audit.proofs import as_document, prove_consistency, prove_inclusion
from refcheck_server.database import current_session, kept
from refcheck_server.moments import spelled
from refcheck_server.results.arguments import BadArgument

audit = Blueprint("audit", __name__)
_MOST = 1000


@audit.get("/audit")
@needs(Action.BROWSE)
def log() -> str:
    """The log, newest first, with its checkpoints and how to check it."""
    session, about = current_session(), _about()
    return render_template(
        "audit.html",
        part=queries.events_before(session, _before(), about),
        begins="before" not in request.args,
        about=about,
        leaf_of=leaf_of,
        reads=may(current_principal(), Action.SEE_LOG),
        size=queries.size_of(session),
        checkpoints=queries.newest_checkpoints(session),
    )


@audit.get("/audit.csv")
@needs(Action.SEE_LOG)
def log_as_csv() -> Response:
    """Up to 1,000 events before `before`, for a spreadsheet."""
    part = queries.events_before(current_session(), _before(), _about(), _MOST)
    rows = [
        (one.number, spelled(one.at), one.actor, one.action, one.subject, one.detail, one.root)
        for one in part.events
    ]
    head = ("number", "at", "actor", "action", "subject", "detail", "root")
    following = None if part.next is None else str(part.next)
    return tables.as_csv("audit-log", head, rows, next_place=following)


@audit.get("/audit.jsonl")
@needs(Action.SEE_LOG)
def log_as_leaves() -> Response:
    """The same as leaves of the tree, one a line: what `audit list --json` writes."""
    part = queries.events_before(current_session(), _before(), _about(), _MOST)
    lines = b"".join(as_json(one) + b"\n" for one in part.events)
    return Response(lines, mimetype="application/jsonl")


@audit.get("/audit/<index:number>")
@needs(Action.BROWSE)
def event(number: int) -> str:
    """One event, its place in the tree, and what was signed over it."""
    session = current_session()
    found = queries.find_event(session, number)
    return render_template(
        "audit_event.html",
        event=found,
        leaf=leaf_of(found).hex(),
        reads=may(current_principal(), Action.SEE_LOG),
        checkpoint=queries.checkpoint_over(session, number),
        last=queries.size_of(session) - 1,
    )


@audit.get("/audit/<index:number>/proof.json")
@needs(Action.SEE_LOG)
def inclusion(number: int) -> Response:
    """That an event is in the log: of the first signed size that holds it, or as it is now."""
    session = current_session()
    queries.find_event(session, number)
    over = queries.checkpoint_over(session, number)
    proof = prove_inclusion(session, number, None if over is None else over.size)
    return _file(f"event-{number}.proof.json", as_document(proof))


@audit.get("/audit/checkpoints/<index:size>.json")
@needs(Action.BROWSE)
def checkpoint(size: int) -> Response:
    """What the registry signed when the log had that size."""
    found = queries.find_checkpoint(current_session(), size)
    return _file(f"checkpoint-{size}.json", json.loads(found.envelope))


@audit.get("/audit/checkpoints/<index:old>/to/<index:new>.json")
@needs(Action.BROWSE)
def consistency(old: int, new: int) -> Response:
    """That the log of one checkpoint begins with that of an older one.

    Both are signed, so the proof never changes: it is worked out once.
    """
    session = current_session()
    known = kept(session, "consistency")
    if (old, new) not in known:
        if len(known) >= _MOST:
            known.clear()
        first, second = (queries.find_checkpoint(session, one).size for one in (old, new))
        known[old, new] = as_document(prove_consistency(session, first, second))
    return _file(f"from-{old}-to-{new}.proof.json", known[old, new])


def _file(name: str, document: Mapping[str, Any]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    text = json.dumps(document, indent=1)
    return Response(text + "\n", mimetype="application/json", headers=headers)


def _before() -> int | None:
    text = request.args.get("before")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise BadArgument(
        "is no number of an event", where="before", next_step="Give one, or leave it out."
    )


def _about() -> str | None:
    """What the events shall be about; asking so tells of what there is, so it takes the right."""
    text = request.args.get("about", "").strip()
    if not text:
        return None
    require(Action.SEE_LOG)
    if len(text) > NAME or not text.isprintable():
        raise BadArgument(
            "is no subject", where="about", next_step="Give one like `vendor:example`."
        )
    return text
