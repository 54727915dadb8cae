"""Writing to the audit log, in the transaction of what is told."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from refcheck.verdict.canonical import canonical_json
from refcheck_server.audit.merkle import Frontier, leaf_hash
from refcheck_server.audit.models import AuditEvent, AuditHead

_ACTOR = "audit actor"
_HEAD = 1
REGISTRY = "registry"


def acting_as(session: Session, actor: str) -> None:
    """From now on, what this session does is done by `actor`."""
    session.info[_ACTOR] = actor


def operator() -> str:
    """Who runs a command on this machine."""
    try:
        return f"operator:{getpass.getuser()}"
    except (OSError, KeyError):  # a container's user without a name
        return "operator"


def record(
    session: Session, action: str, subject: str, detail: Mapping[str, Any], *, at: datetime
) -> AuditEvent:
    """Add an event; it is there when the session's transaction is, and not otherwise. 3 statements.

    Two transactions that add events go one after the other: the first holds the head of the log
    until it ends. So it is best added last.
    """
    frontier = _taken_head(session)
    event = AuditEvent(
        number=frontier.size,
        at=at,
        actor=session.info.get(_ACTOR, REGISTRY),
        action=action,
        subject=subject,
        detail=canonical_json(dict(detail)).decode(),
    )
    frontier.add(leaf_of(event))
    event.root = frontier.root.hex()
    session.add(event)
    session.execute(
        update(AuditHead)
        .where(AuditHead.id == _HEAD)
        .values(peaks=peaks_text(frontier))
        .execution_options(synchronize_session=False)
    )
    session.flush()
    return event


def _taken_head(session: Session) -> Frontier:
    """The end of the log as it was, with one event more reserved."""
    head = session.execute(
        update(AuditHead)
        .where(AuditHead.id == _HEAD)
        .values(size=AuditHead.size + 1)
        .returning(AuditHead.size, AuditHead.peaks)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if head is None:
        session.add(AuditHead(id=_HEAD, size=1, peaks=""))
        session.flush()
        return Frontier()
    return Frontier(head.size - 1, map(bytes.fromhex, head.peaks.split()))


def peaks_text(frontier: Frontier) -> str:
    """The peaks as the head keeps them."""
    return " ".join(peak.hex() for peak in frontier.peaks)


def leaf_of(event: AuditEvent) -> bytes:
    """The leaf of an event: the hash of all that it says, but not of the root beside it."""
    return leaf_hash(as_json(event))


def as_json(event: AuditEvent) -> bytes:
    """An event as canonical JSON; `detail` stays the text that it is, to the byte."""
    return canonical_json(
        {
            "number": event.number,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": event.actor,
            "action": event.action,
            "subject": event.subject,
            "detail": event.detail,
        }
    )
