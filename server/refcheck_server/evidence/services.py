"""Attaching evidence to a result, taking it back, and keeping the store tidy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, contains_eager, undefer

from refcheck_server.audit.log import record
from refcheck_server.database import dialect_of, insert_into
from refcheck_server.evidence.errors import EnoughEvidence, EvidenceAway, NoSuchEvidence
from refcheck_server.evidence.models import Attachment, Blob
from refcheck_server.evidence.receiving import Received
from refcheck_server.evidence.stores import Store
from refcheck_server.results.models import StoredResult

MOST_PIECES = 20
MOST_LIMITS = 4
"""So many times the limit of one piece may all of a result have."""
GRACE = timedelta(days=1)
"""What nobody refers to may be on its way in."""
_AT_ONCE = 100


def attach(
    session: Session,
    store: Store,
    result: StoredResult,
    sha256: str,
    got: Received,
    *,
    name: str,
    limit: int,
    now: datetime,
) -> Attachment:
    """Keep what came as evidence for a result; what it has already stays as it is.

    The database knows the blob before the store has it, and the result has it after that: whatever
    is killed in between, nothing is shown that is not there, and nothing is there unknown.

    Raises:
        EnoughEvidence: the result has as much as it may.
        EvidenceAway: the store cannot be used.
    """
    _see_that_there_is_room(session, result, sha256, got.size, limit)
    keep(session, sha256, got.size, now=now)
    session.commit()
    store.keep(sha256, got.file)
    row = {"result_id": result.id, "sha256": sha256, "name": name, "attached_at": now}
    new = insert_into(dialect_of(session), Attachment)
    made = session.execute(new.on_conflict_do_nothing().returning(Attachment.id), row).scalar()
    if made is not None:
        detail = {"sha256": sha256, "size": got.size, "name": name}
        record(session, "evidence.attached", f"result:{result.id}", detail, at=now)
    session.commit()
    return find(session, result, sha256)


def keep(
    session: Session, sha256: str, size: int, content: bytes | None = None, *, now: datetime
) -> None:
    """Let the database know a blob, perhaps with its bytes, and nobody clear it away for now.

    Waits for whoever does so at this moment.
    """
    given = {"sha256": sha256, "size": size, "touched_at": now}
    if content is not None:
        given["content"] = content
    new = insert_into(dialect_of(session), Blob).values(given)
    anew = {name: new.excluded[name] for name in ("touched_at", "content") if name in given}
    session.execute(new.on_conflict_do_update(index_elements=["sha256"], set_=anew))


def _see_that_there_is_room(
    session: Session, result: StoredResult, sha256: str, size: int, limit: int
) -> None:
    pieces, held = session.execute(
        select(func.count(), func.coalesce(func.sum(Blob.size), 0))
        .select_from(Attachment)
        .join(Attachment.blob)
        .where(Attachment.result_id == result.id, Attachment.sha256 != sha256)
    ).one()
    if pieces >= MOST_PIECES or held + size > MOST_LIMITS * limit:
        raise EnoughEvidence(
            f"the result has {pieces} pieces of evidence, with {held:,} bytes",
            next_step=f"Take some back: {MOST_PIECES} and {MOST_LIMITS * limit:,} bytes are most.",
        )


def attachments_of(result: StoredResult) -> Select[Attachment]:
    """The evidence for a result."""
    return (
        select(Attachment)
        .join(Attachment.blob)
        .where(Attachment.result_id == result.id)
        .options(contains_eager(Attachment.blob))
    )


def find(session: Session, result: StoredResult, sha256: str) -> Attachment:
    """One piece of evidence for a result.

    Raises:
        NoSuchEvidence: it has none with that digest.
    """
    found = session.scalar(
        select(Attachment).where(Attachment.result_id == result.id, Attachment.sha256 == sha256)
    )
    if found is None:
        raise NoSuchEvidence(
            f"the result {result.id} has no such evidence", next_step="Look at the result's page."
        )
    return found


def take_back(session: Session, found: Attachment, *, now: datetime) -> None:
    """Let a result have a piece of evidence no more; its bytes go with the next clearing."""
    detail = {"sha256": found.sha256, "name": found.name}
    session.delete(found)
    session.flush()
    record(session, "evidence.taken_back", f"result:{found.result_id}", detail, at=now)


def read(store: Store, blob: Blob) -> Iterator[bytes]:
    """The bytes of a blob, piece by piece, from wherever they are.

    Raises:
        EvidenceAway: the store cannot be used, or has lost them.
    """
    return store.read(blob.sha256) if blob.content is None else iter((blob.content,))


def collect(session: Session, store: Store, *, now: datetime) -> int:
    """Remove what nothing has as evidence, and has had for a day; how many blobs.

    The rows go first and are held until the bytes are gone: who sends the same bytes waits, and
    then sends them anew. Commits.
    """
    last, count = now - GRACE, 0
    unused = ~select(Attachment.id).where(Attachment.sha256 == Blob.sha256).exists()
    while some := session.scalars(
        delete(Blob)
        .where(
            Blob.sha256.in_(
                select(Blob.sha256).where(unused, Blob.touched_at < last).limit(_AT_ONCE)
            )
        )
        .returning(Blob.sha256)
        .execution_options(synchronize_session=False)
    ).all():
        for sha256 in some:
            store.remove(sha256)
        session.commit()
        count += len(some)
    session.rollback()
    for sha256, came in list(store.names()):
        if came < last and session.get(Blob, sha256) is None:
            store.remove(sha256)
            count += 1
    return count


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in the store: how much is right, and the digests of what is not."""

    pieces: int
    size: int
    lost: tuple[str, ...]


def check(session: Session, store: Store) -> Checked:
    """Read everything that is evidence for something, and see that it is what it was."""
    pieces, size, lost = 0, 0, []
    used = select(Attachment.id).where(Attachment.sha256 == Blob.sha256).exists()
    blobs = select(Blob).where(used).options(undefer(Blob.content)).order_by(Blob.sha256)
    for blob in session.scalars(blobs):
        digest = hashlib.sha256()
        try:
            for chunk in read(store, blob):
                digest.update(chunk)
        except EvidenceAway:
            lost.append(blob.sha256)
            continue
        if digest.hexdigest() != blob.sha256:
            lost.append(blob.sha256)
            continue
        pieces, size = pieces + 1, size + blob.size
    return Checked(pieces, size, tuple(lost))


def held(session: Session) -> tuple[int, int]:
    """How many blobs are evidence for something, and their bytes. One statement."""
    used = select(Attachment.id).where(Attachment.sha256 == Blob.sha256).exists()
    pieces, size = session.execute(
        select(func.count(), func.coalesce(func.sum(Blob.size), 0)).select_from(Blob).where(used)
    ).one()
    return pieces, int(size)


def amount(pieces: int, size: int) -> str:
    """How much evidence there is, in words."""
    return f"{pieces:,} piece{'' if pieces == 1 else 's'}, {size:,} bytes"
