"""The lists of events and of checkpoints; what they are asked takes the right to read the log."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, select

from refcheck_server.accounts.guarding import Views, require
from refcheck_server.accounts.rights import Action
from refcheck_server.audit.models import NAME, WORD, AuditCheckpoint, AuditEvent
from refcheck_server.columns import HEX_DIGEST
from refcheck_server.context import public_url
from refcheck_server.lists import Filter, Listed, Listing, Sort
from refcheck_server.moments import spelled

audit_api = Views("audit_api", __name__, url_prefix="/api/v1/audit")


def _event(one: AuditEvent) -> dict[str, Any]:
    return {
        "number": one.number,
        "at": spelled(one.at),
        "actor": one.actor,
        "action": one.action,
        "subject": one.subject,
        "detail": json.loads(one.detail),
        "root": one.root,
    }


def _checkpoint(one: AuditCheckpoint) -> dict[str, Any]:
    url = public_url("audit.checkpoint", size=one.size)
    return {"size": one.size, "signed": spelled(one.signed_at), "root": one.root, "url": url}


def _about(subject: str) -> ColumnElement[bool]:
    """To ask so tells of what there is."""
    require(Action.SEE_LOG)
    return AuditEvent.subject == subject


def _is(action: str) -> ColumnElement[bool]:
    require(Action.SEE_LOG)
    return AuditEvent.action == action


EVENTS = Listing(
    "events",
    page="audit.log",
    csv="audit.log_as_csv",
    json="audit_api.log",
    id=AuditEvent.number,
    sorts={"number": Sort(AuditEvent.number, descending=True)},
    filters={
        "about": Filter("About", "A subject, like `vendor:example`.", _about, longest=NAME),
        "action": Filter("What", "An action, like `token.revoked`.", _is, longest=WORD),
    },
    row=_event,
    columns=("number", "at", "actor", "action", "subject", "detail", "root"),
    anchor="events",
)
CHECKPOINTS = Listing(
    "checkpoints",
    page="audit.checkpoints",
    csv="audit.checkpoints_as_csv",
    json="audit_api.checkpoints",
    id=AuditCheckpoint.size,
    sorts={"size": Sort(AuditCheckpoint.size, descending=True)},
    filters={
        "root": Filter(
            "Root begins with", "How its root begins, in hex.",
            lambda root: AuditCheckpoint.root.startswith(root.lower(), autoescape=True),
            longest=HEX_DIGEST,
        ),
    },
    row=_checkpoint,
    columns=("size", "signed", "root", "url"),
)  # fmt: skip


def listed_events(**how: Any) -> Listed[AuditEvent]:
    """Events of the log."""
    return EVENTS.read(select(AuditEvent), **how)


def listed_checkpoints(**how: Any) -> Listed[AuditCheckpoint]:
    """What the registry has signed of its log."""
    return CHECKPOINTS.read(select(AuditCheckpoint), **how)


EVENTS.offer_json(audit_api, "", Action.SEE_LOG, listed_events, token=True)
CHECKPOINTS.offer_json(audit_api, "/checkpoints", Action.BROWSE, listed_checkpoints, token=False)
