"""Writing to the audit log, in the transaction of what is told."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, insert, update
from sqlalchemy.orm import Session

from refcheck.verdict.canonical import canonical_json
from refcheck_server.audit.merkle import Frontier, leaf_hash
from refcheck_server.audit.models import AuditEvent, AuditHead
from refcheck_server.columns import table_of
from refcheck_server.database import kept

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


_EVENT_TABLE, _HEADS = table_of(AuditEvent), table_of(AuditHead)
_TOLD = tuple(one.name for one in _EVENT_TABLE.columns if one.name != "root")
_EVENTS = insert(_EVENT_TABLE)
_SET_PEAKS = update(_HEADS).where(_HEADS.c.id == _HEAD).values(peaks=bindparam("peaks_now"))
_TAKE = (
    update(_HEADS)
    .where(_HEADS.c.id == _HEAD)
    .values(
        size=_HEADS.c.size + bindparam("count"),
        peaks=case(
            (
                and_(
                    _HEADS.c.size == bindparam("guessed_size"),
                    _HEADS.c.peaks == bindparam("guessed_peaks"),
                ),
                bindparam("peaks_then"),
            ),
            else_=_HEADS.c.peaks,
        ),
    )
    .returning(_HEADS.c.size, _HEADS.c.peaks)
)


@dataclass(frozen=True, slots=True)
class _End:
    """Where the log ends."""

    size: int
    peaks: str


_NOTHING = _End(0, "")


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
    until it ends. So they are best added last. However many they are it takes two statements, or
    three when another process has written to the log since this one did.
    """
    if not happenings:
        return
    session.flush()
    connection, actor = session.connection(), actor_of(session)
    seen: dict[str, _End] = kept(session, "end of the audit log")
    guess = seen.get("end", _NOTHING)
    rows, end = _chained(guess, happenings, actor, at)
    found = _take_head(connection, guess, end, len(happenings))
    if found != end:
        rows, end = _chained(found, happenings, actor, at)
        connection.execute(_SET_PEAKS, {"peaks_now": end.peaks})
    connection.execute(_EVENTS, rows)
    seen["end"] = end


def _chained(
    end: _End, happenings: Sequence[Happening], actor: str, at: datetime
) -> tuple[list[dict[str, Any]], _End]:
    """The rows of events that follow on this end of the log, and where it ends then."""
    frontier = Frontier(end.size, map(bytes.fromhex, end.peaks.split()))
    rows = []
    for one in happenings:
        told = {
            "number": frontier.size,
            "at": at,
            "actor": actor,
            "action": one.action,
            "subject": one.subject,
            "detail": canonical_json(dict(one.detail)).decode(),
        }
        frontier.add(leaf_hash(_json_of(told)))
        rows.append({**told, "root": frontier.root.hex()})
    return rows, _End(frontier.size, peaks_text(frontier))


def _take_head(connection: Connection, guess: _End, end: _End, count: int) -> _End:
    """Hold the head of the log, with room for so many events more.

    Returns:
        `end`, if the log ended where it was guessed to: it is written already. Else where it did.
    """
    taken = {
        "count": count,
        "guessed_size": guess.size,
        "guessed_peaks": guess.peaks,
        "peaks_then": end.peaks,
    }
    head = connection.execute(_TAKE, taken).one_or_none()
    if head is None:
        connection.execute(insert(_HEADS), {"id": _HEAD, "size": count, "peaks": ""})
        return _NOTHING
    return end if head.peaks == end.peaks else _End(head.size - count, head.peaks)


def peaks_text(frontier: Frontier) -> str:
    """The peaks as the head keeps them."""
    return " ".join(peak.hex() for peak in frontier.peaks)


def leaf_of(event: AuditEvent) -> bytes:
    """The leaf of an event: the hash of all that it says, but not of the root beside it."""
    return leaf_hash(as_json(event))


def as_json(event: AuditEvent) -> bytes:
    """An event as canonical JSON; `detail` stays the text that it is, to the byte."""
    return _json_of({name: getattr(event, name) for name in _TOLD})


def _json_of(told: Mapping[str, Any]) -> bytes:
    at = told["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return canonical_json({**told, "at": at})
