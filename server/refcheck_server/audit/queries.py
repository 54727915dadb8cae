"""Parts of the log, for those who read it: newest first, by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.audit.errors import NoSuchEvent
from refcheck_server.audit.models import AuditCheckpoint, AuditEvent, AuditHead

PAGE_SIZE = 50
_SHOWN_CHECKPOINTS = 20
_LOOK = "Look at the log for what there is."


@dataclass(frozen=True, slots=True)
class Part:
    """Some events of the log.

    Attributes:
        events: newest first.
        next: the `before` of the part that follows; None at the beginning of the log.
    """

    events: Sequence[AuditEvent]
    next: int | None


def events_before(
    session: Session, before: int | None, about: str | None, size: int = PAGE_SIZE
) -> Part:
    """The events before that number, or the newest; all, or those about one thing."""
    rows = select(AuditEvent).order_by(AuditEvent.number.desc()).limit(size + 1)
    if before is not None:
        rows = rows.where(AuditEvent.number < before)
    if about is not None:
        rows = rows.where(AuditEvent.subject == about)
    found = session.scalars(rows).all()
    shown = found[:size]
    return Part(shown, shown[-1].number if len(found) > size else None)


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


def newest_checkpoints(session: Session) -> Sequence[AuditCheckpoint]:
    """The checkpoints that were signed last, newest first."""
    newest = select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc())
    return session.scalars(newest.limit(_SHOWN_CHECKPOINTS)).all()


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
