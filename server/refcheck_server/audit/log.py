"""Writing to the audit log, in the transaction of what is told."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from refcheck.verdict.canonical import canonical_json
from refcheck_server.audit.merkle import Frontier, leaf_hash
from refcheck_server.audit.models import AuditEvent, AuditHead

_ACTOR = "audit actor"
_HEAD = 1
REGISTRY, ANYBODY = "registry", "anyone"


def acting_as(session: Session, actor: str) -> None:
    """From now on, what this session does is done by `actor`."""
    session.info[_ACTOR] = actor


def actor_of(session: Session) -> str:
    """Who does what this session does."""
    found: str = session.info.get(_ACTOR, REGISTRY)
    return found


def operator() -> str:
    """Who runs a command on this machine."""
    try:
        return f"operator:{getpass.getuser()}"
    except (OSError, KeyError):  # a container's user without a name
        return "operator"


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened: a word for it, what it is about (`cloud:DIGEST`), and the rest."""

    action: str
    subject: str
    detail: Mapping[str, Any]


def record(
    session: Session, action: str, subject: str, detail: Mapping[str, Any], *, at: datetime
) -> None:
    """Add an event: see `record_all`."""
    record_all(session, [Happening(action, subject, detail)], at=at)


def record_all(session: Session, happenings: Sequence[Happening], *, at: datetime) -> None:
    """Add events; they are there when the session's transaction is, and not otherwise.

    Two transactions that add events go one after the other: the first holds the head of the log
    until it ends. So they are best added last. 3 statements, however many they are.
    """
    if not happenings:
        return
    frontier = _taken_head(session, len(happenings))
    actor = actor_of(session)
    for one in happenings:
        event = AuditEvent(
            number=frontier.size,
            at=at,
            actor=actor,
            action=one.action,
            subject=one.subject,
            detail=canonical_json(dict(one.detail)).decode(),
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


def _taken_head(session: Session, count: int) -> Frontier:
    """The end of the log as it was, with room for so many events more."""
    head = session.execute(
        update(AuditHead)
        .where(AuditHead.id == _HEAD)
        .values(size=AuditHead.size + count)
        .returning(AuditHead.size, AuditHead.peaks)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if head is None:
        session.add(AuditHead(id=_HEAD, size=count, peaks=""))
        session.flush()
        return Frontier()
    return Frontier(head.size - count, map(bytes.fromhex, head.peaks.split()))


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
