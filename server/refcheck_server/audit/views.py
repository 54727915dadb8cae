"""Pages of the log: what it is, for everyone; what it says, for those who may read it.

Everyone sees number, time and hash of each event, the signed checkpoints, and that each continues
the one before. Who did what is shown by right alone: it names accounts, and what is not public yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template

from refcheck_server.accounts.guarding import Views, current_principal
from refcheck_server.accounts.rights import Action, may
from refcheck_server.audit import queries
from refcheck_server.audit.lists import (
    CHECKPOINTS,
    EVENTS,
    listed_checkpoints,
    listed_events,
)
from refcheck_server.audit.log import as_json, leaf_of
from refcheck_server.audit.proofs import as_document, prove_consistency, prove_inclusion
from refcheck_server.database import current_session, kept
from refcheck_server.lists import MOST_ROWS

audit = Views("audit", __name__)
_MOST_KEPT = 1000


@audit.get("/audit", Action.BROWSE)
def log() -> str:
    """The log, newest first, and how to check it."""
    session = current_session()
    return render_template(
        "audit.html",
        page=listed_events(),
        leaf_of=leaf_of,
        reads=may(current_principal(), Action.SEE_LOG),
        size=queries.size_of(session),
        newest=queries.newest_checkpoint(session),
    )


@audit.get("/audit/checkpoints", Action.BROWSE)
def checkpoints() -> str:
    """What was signed, and that each continues the one before."""
    page = listed_checkpoints()
    sizes = sorted(one.size for one in page.rows)
    before = dict(zip(sizes[1:], sizes, strict=False))
    return render_template("checkpoints.html", page=page, before=before)


EVENTS.offer_csv(audit, "/audit", Action.SEE_LOG, listed_events)
CHECKPOINTS.offer_csv(audit, "/audit/checkpoints", Action.BROWSE, listed_checkpoints)


@audit.get("/audit.jsonl", Action.SEE_LOG)
def log_as_leaves() -> Response:
    """The events as leaves of the tree, one a line: what `audit list --json` writes."""
    page = listed_events(size=MOST_ROWS)
    lines = b"".join(as_json(one) + b"\n" for one in page.rows)
    return Response(lines, mimetype="application/jsonl")


@audit.get("/audit/<index:number>", Action.BROWSE)
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


@audit.get("/audit/<index:number>/proof.json", Action.SEE_LOG)
def inclusion(number: int) -> Response:
    """That an event is in the log: of the first signed size that holds it, or as it is now."""
    session = current_session()
    queries.find_event(session, number)
    over = queries.checkpoint_over(session, number)
    proof = prove_inclusion(session, number, None if over is None else over.size)
    return _file(f"event-{number}.proof.json", as_document(proof))


@audit.get("/audit/checkpoints/<index:size>.json", Action.BROWSE)
def checkpoint(size: int) -> Response:
    """What the registry signed when the log had that size."""
    found = queries.find_checkpoint(current_session(), size)
    return _file(f"checkpoint-{size}.json", json.loads(found.envelope))


@audit.get("/audit/checkpoints/<index:old>/to/<index:new>.json", Action.BROWSE)
def consistency(old: int, new: int) -> Response:
    """That the log of one checkpoint begins with that of an older one.

    Both are signed, so the proof never changes: it is worked out once.
    """
    session = current_session()
    known = kept(session, "consistency")
    if (old, new) not in known:
        if len(known) >= _MOST_KEPT:
            known.clear()
        first, second = (queries.find_checkpoint(session, one).size for one in (old, new))
        known[old, new] = as_document(prove_consistency(session, first, second))
    return _file(f"from-{old}-to-{new}.proof.json", known[old, new])


def _file(name: str, document: Mapping[str, Any]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    text = json.dumps(document, indent=1)
    return Response(text + "\n", mimetype="application/json", headers=headers)
