"""Reading the log."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.audit.errors import NoSuchEvent
from refcheck_server.audit.models import AuditCheckpoint, AuditEvent, AuditHead

_LOOK = "Look at the log for what there is."


def find_event(session: Session, number: int) -> AuditEvent:
    """The event of that number.

    Raises:
        NoSuchEvent: the log is not that long.
    """
    event = session.get(AuditEvent, number)
    if event is None:
        raise NoSuchEvent(f"there is no event {number}", next_step=_LOOK)
    return event


def size_of(session: Session) -> int:
    """How many events there are."""
    return session.scalar(select(AuditHead.size)) or 0


def newest_checkpoint(session: Session) -> AuditCheckpoint | None:
    """The checkpoint that was signed last."""
    newest = select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc())
    return session.scalar(newest.limit(1))


def checkpoint_over(session: Session, number: int) -> AuditCheckpoint | None:
    """The first checkpoint that holds the event of that number."""
    over = select(AuditCheckpoint).where(AuditCheckpoint.size > number)
    return session.scalar(over.order_by(AuditCheckpoint.size).limit(1))


def find_checkpoint(session: Session, size: int) -> AuditCheckpoint:
    """What was signed when the log had that size.

    Raises:
        NoSuchEvent: nothing was.
    """
    found = session.get(AuditCheckpoint, size)
    if found is None:
        raise NoSuchEvent(f"no checkpoint of {size} events was signed", next_step=_LOOK)
    return found
