"""Taking in, finding, listing and sharing results of RefStack's client."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, undefer

from refcheck.guideline.library import load
from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import Verdict
from refcheck_server.accounts.rights import ANYONE, Action, Principal, may
from refcheck_server.audit.log import record
from refcheck_server.database import dialect_of, insert_into
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.refstack.errors import BadMeta, Duplicate, NoSuchResult, NotYours
from refcheck_server.refstack.models import RefstackKey, RefstackResult
from refcheck_server.refstack.reading import Sent, outcomes_of
from refcheck_server.results.dictionaries import packer_for, unpack

PAGE_SIZE = 20
MOST_PAGES = 500
META = ("shared", "guideline", "target")
MISSING = (
    "The format has the tests that passed and nothing else: failed, skipped and not run are one.",
    "It names no digest of the tests, so nothing shows that they were not changed.",
    "Its cpid is no digest of the cloud's catalogue: two clouds can share one.",
    "It carries no evidence about designated code: it cannot qualify for any program.",
)
_NO = frozenset({"", "0", "false", "no", "off"})
_COMMON = "2020.06"
"""The guideline whose tests are in most such results: they are packed by its dictionary."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which results to list; None takes all.

    Attributes:
        reader: whoever asks.
        own: only those of their account, shared or not; else what is shared.
    """

    reader: Principal = ANYONE
    own: bool = False
    cpid: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def store(
    session: Session, body: bytes, sent: Sent, key: RefstackKey | None, signature: str | None,
    *, now: datetime,
) -> RefstackResult:  # fmt: skip
    """Keep an upload: anonymous ones are public, signed ones private until they are shared.

    Raises:
        Duplicate: the same sender sent it before.
    """
    packer = packer_for(session, load(_COMMON))
    sender = f"{key.account_id}:" if key is not None else ":"
    sha256 = hashlib.sha256(sender.encode() + body).hexdigest()
    made = RefstackResult(
        id=str(uuid.uuid4()),
        sha256=sha256,
        cpid=sent.cpid,
        duration_seconds=sent.duration_seconds,
        passed=len(sent.outcomes),
        created_at=now,
        account_id=None if key is None else key.account_id,
        key_id=None if key is None else key.id,
        signature=signature,
        shared=key is None,
        dictionary_id=packer.id,
        packed=packer.pack(body),
    )
    row = {column.key: getattr(made, column.key) for column in RefstackResult.__table__.columns}
    new = insert_into(dialect_of(session), RefstackResult).on_conflict_do_nothing()
    if session.scalar(new.returning(RefstackResult.id), row) is None:
        session.rollback()
        known = session.scalars(
            select(RefstackResult.id).where(RefstackResult.sha256 == sha256)
        ).one()
        raise Duplicate(known)
    detail = {"sha256": sha256, "key": None if key is None else key.sha256, "passed": made.passed}
    _record(session, "sent", made, detail, now)
    session.commit()
    return made


def find(session: Session, result_id: str, reader: Principal) -> RefstackResult:
    """The result of that id, with its body.

    Raises:
        NoSuchResult: there is none, or the reader may not see it.
    """
    found = session.scalar(
        select(RefstackResult)
        .where(RefstackResult.id == result_id, _visible_to(reader))
        .options(
            joinedload(RefstackResult.account),
            joinedload(RefstackResult.key),
            undefer(RefstackResult.packed),
        )
    )
    if found is None:
        raise NoSuchResult(
            f"no result {result_id} is known here",
            next_step="Look at the list, or send the token of the account that signed it.",
        )
    return found


def _visible_to(reader: Principal) -> ColumnElement[bool]:
    """Results that are shared, the reader's own, and for some readers all."""
    if may(reader, Action.SEE_PRIVATE_RESULT):
        return true()
    return or_(RefstackResult.shared, RefstackResult.account_id == reader.account_id)


def own(session: Session, result_id: str, reader: Principal) -> RefstackResult:
    """A result that this account may change.

    Raises:
        NoSuchResult, NotYours: it is not there, or another's.
    """
    found = find(session, result_id, reader)
    if found.account_id != reader.account_id:
        raise NotYours(
            "this result is not your account's",
            next_step="Ask whoever signed it; nobody can change an anonymous one.",
        )
    return found


def list_results(
    session: Session, wanted: Filter, page: int
) -> tuple[tuple[RefstackResult, ...], int]:
    """A page, newest first, and how many pages there are, `MOST_PAGES` at most. Two statements."""
    conditions: list[ColumnElement[bool]] = [
        RefstackResult.account_id == wanted.reader.account_id
        if wanted.own
        else RefstackResult.shared.is_(true())
    ]
    if wanted.cpid is not None:
        conditions.append(RefstackResult.cpid == wanted.cpid)
    if wanted.since is not None:
        conditions.append(RefstackResult.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(RefstackResult.created_at <= wanted.until)
    some = select(RefstackResult.id).where(*conditions).limit(PAGE_SIZE * MOST_PAGES)
    count = session.scalar(select(func.count()).select_from(some.subquery())) or 0
    rows = session.scalars(
        select(RefstackResult)
        .where(*conditions)
        .order_by(RefstackResult.created_at.desc(), RefstackResult.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return tuple(rows), max(1, -(-count // PAGE_SIZE))


def meta_of(result: RefstackResult) -> dict[str, str]:
    """The metadata that is set."""
    meta = {"guideline": result.guideline, "target": result.target}
    shared = {"shared": "true"} if result.shared else {}
    return shared | {name: value for name, value in meta.items() if value is not None}


def change(
    session: Session, result: RefstackResult, meta: Mapping[str, str | None],
    guidelines: GuidelineShelf, *, now: datetime,
) -> None:  # fmt: skip
    """Share a result, or say what it is for; what is None is taken back.

    Raises:
        BadMeta: no such key, no guideline known here, or no program of any.
    """
    meant = {name: _meant(name, value, guidelines) for name, value in meta.items()}
    new = {name: value for name, value in meant.items() if getattr(result, name) != value}
    for name, value in new.items():
        setattr(result, name, value)
    if new:
        _record(session, "changed", result, new, now)
    session.commit()


def _meant(name: str, value: str | None, guidelines: GuidelineShelf) -> str | bool | None:
    text = None if value is None else value.strip()
    if name == "shared":
        return text is not None and text.lower() not in _NO
    if name not in META:
        raise BadMeta(
            f"{name[:40]!a} is no key of the metadata", next_step=f"Give {', '.join(META)}."
        )
    if text is None:
        return None
    if name == "guideline":
        return _one_of(guidelines.ids(), text.removesuffix(".json"), "guideline known here")
    return _one_of(guidelines.programs(), text, "program")


def _one_of(known: Sequence[str], value: str, what: str) -> str:
    if value not in known:
        raise BadMeta(f"is no {what}", where="$", next_step=f"Give {', '.join(known)}.")
    return value


def remove(session: Session, result: RefstackResult, *, now: datetime) -> None:
    """Forget a result; what it was stays in the audit log as a digest."""
    session.delete(result)
    session.flush()
    _record(session, "removed", result, {"sha256": result.sha256}, now)
    session.commit()


def _record(
    session: Session, what: str, result: RefstackResult, detail: Mapping[str, Any], now: datetime
) -> None:
    record(session, f"refstack-result.{what}", f"refstack-result:{result.id}", detail, at=now)


def body_of(session: Session, result: RefstackResult) -> bytes:
    """The bytes that were uploaded."""
    return unpack(session, result.packed, result.dictionary_id)


def judged(
    session: Session, result: RefstackResult, guidelines: GuidelineShelf, *, at: datetime
) -> Verdict | None:
    """What the tests that passed come to, by what the sender says they are for; never a mark."""
    guideline = guidelines.get(result.guideline or "")
    if guideline is None or result.target not in guideline.programs:
        return None
    outcomes = outcomes_of(body_of(session, result))
    return judge(guideline, str(result.target), outcomes, at=at, load=load)
