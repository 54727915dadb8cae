"""Taking a result in: judge it for every program of its guideline, keep all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.orm import Session

from refcheck_server.accounts.authentication import SigningKey, key_was_revoked, revoked_at
from refcheck_server.audit.log import record
from refcheck_server.database import insert_into
from refcheck_server.results.auditing import record_upload
from refcheck_server.results.dictionaries import packer_for
from refcheck_server.results.envelopes import pack_envelope
from refcheck_server.results.errors import BadLabel, Duplicate
from refcheck_server.results.judging import Judged, judge_for, keep
from refcheck_server.results.models import TEXT, Cloud, StoredResult
from refcheck_server.results.nonces import spend_nonce
from refcheck_server.results.queries import cloud_of_prefix
from refcheck_server.results.reading import Upload
from refcheck_server.results.standings import move_standings, stand_anew
from refcheck_server.results.suites import pack_outcomes, suite_for


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored."""

    result_id: str
    cloud: str
    judged: Judged
    shared: bool


def store(
    session: Session, upload: Upload, key: SigningKey, *, now: datetime, private: bool = False
) -> Receipt:
    """Judge and keep a result in one transaction.

    What takes time is done before the first write. Two uploads that meet (of the same result, or
    the first two of a cloud) wait for each other at the row of the cloud.

    Args:
        private: only its account may see it, until it is shared.

    Raises:
        Duplicate: the result is here already.
        BadNonce: it has one that was not given out to this account, or was used.
        SigningKeyRefused: the key was revoked meanwhile.
    """
    result, whole = upload.result, upload.result.whole
    packer = packer_for(session, upload.guideline)
    packed = pack_outcomes(result.outcomes)
    suite_id = suite_for(session, packed)
    judge = judge_for(session, upload.guideline, suite_id, packed.tests)
    sha256 = judge.sha256_of(packed.others)
    verdicts = judge.judge(packed.others, sha256, at=now)
    found = Judged.of(verdicts, upload.guideline, packer, now)
    row = {
        "id": upload.id,
        "payload_sha256": upload.payload_sha256,
        "account_id": key.account_id,
        "key_id": key.id,
        "uploaded_at": now,
        "shared_at": None if private else now,
        "nonce_at": None,
        "run_id": result.run_id,
        "deployment": result.deployment,
        "started": upload.started,
        "ended": upload.ended,
        "complete": whole,
        "guideline_id": result.guideline_id,
        "guideline_sha256": result.guideline_sha256,
        "target": result.target,
        "tool_version": result.tool_version,
        "suite_sha256": result.suite_sha256,
        "suite_id": suite_id,
        "outcomes": packed.outcomes,
        "outcomes_sha256": sha256,
        "dictionary_id": packer.id,
        "packed_envelope": pack_envelope(packer, upload.body, upload.payload),
    }
    connection = session.connection()
    cloud_id, holder_id = _cloud(session, connection, result.cloud, key, now, private=private)
    if result.nonce is not None:
        row["nonce_at"] = spend_nonce(session, result.nonce, key.account_id, now=now)
    _insert(session, connection, {**row, "cloud_id": cloud_id})
    keep(connection, upload.id, found)
    if whole and not private and holder_id == key.account_id:
        move_standings(connection, upload.id, cloud_id)
    record_upload(session, upload, key, found, private=private)
    session.commit()
    return Receipt(upload.id, result.cloud, found, shared=not private)


def _cloud(
    session: Session,
    connection: Connection,
    digest: str,
    key: SigningKey,
    now: datetime,
    *,
    private: bool,
) -> tuple[int, int]:
    """Id and holder's id of a cloud that is made if it is new, and locked. One statement.

    Raises:
        SigningKeyRefused: the key was revoked.
    """
    row = {
        "digest": digest,
        "search": digest,
        "holder_id": key.account_id,
        "first_seen": now,
        "latest_at": None if private else now,
        "stale": False,
        "signed_by": key.id,
    }
    statement = _cloud_upsert(connection.dialect.name, private=private)
    cloud_id, holder_id, revoked = connection.execute(statement, row).one()
    if revoked is not None:
        session.rollback()
        raise key_was_revoked(key.keyid)
    return cloud_id, holder_id


@cache
def _cloud_upsert(dialect: str, *, private: bool) -> Any:
    new = insert_into(dialect, Cloud)
    moved = {"digest": new.excluded.digest} if private else {"latest_at": new.excluded.latest_at}
    return new.on_conflict_do_update(index_elements=["digest"], set_=moved).returning(
        Cloud.id, Cloud.holder_id, revoked_at(bindparam("signed_by"))
    )


def _insert(session: Session, connection: Connection, row: dict[str, Any]) -> None:
    statement = _result_insert(connection.dialect.name)
    if connection.execute(statement, row).one_or_none() is None:
        session.rollback()
        raise Duplicate(row["id"])


@cache
def _result_insert(dialect: str) -> Any:
    return insert_into(dialect, StoredResult).on_conflict_do_nothing().returning(StoredResult.id)


def share(session: Session, stored: StoredResult, *, now: datetime) -> None:
    """Let anyone see a result from now on; it counts for its cloud as if it had just come in."""
    if stored.shared_at is not None:
        return
    cloud_id = stored.cloud_id
    session.execute(update(Cloud).where(Cloud.id == cloud_id).values(latest_at=now))
    stored.shared_at = now
    session.flush()
    stand_anew(session, [cloud_id])
    _record(session, "result.shared", stored, now)
    session.commit()


def withdraw(session: Session, stored: StoredResult, *, now: datetime) -> None:
    """Keep a result to its account again: as if it had never been shared, but for the log."""
    cloud_id = stored.cloud_id
    # writing first locks the cloud, as sharing does: the two never wait for each other in a ring
    session.execute(update(Cloud).where(Cloud.id == cloud_id).values(stale=Cloud.stale))
    session.refresh(stored, ["shared_at"])
    if stored.shared_at is None:
        session.rollback()
        return
    stored.shared_at = None
    session.flush()
    last = select(func.max(StoredResult.shared_at)).where(StoredResult.cloud_id == cloud_id)
    session.execute(
        update(Cloud)
        .where(Cloud.id == cloud_id)
        .values(latest_at=last.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    stand_anew(session, [cloud_id])
    _record(session, "result.withdrawn", stored, now)
    session.commit()


def _record(session: Session, what: str, stored: StoredResult, at: datetime) -> None:
    record(session, what, f"result:{stored.id}", {"cloud": stored.cloud.digest}, at=at)


def label_cloud(session: Session, digest: str, label: str) -> Cloud:
    """Give a cloud, named as for `cloud_of_prefix`, the name that people know it by.

    Raises:
        NoSuchCloud, BadDigest: the digest names no cloud, or more than one.
        BadLabel: too long, or not one line of text.
    """
    if not label.isprintable() or not 1 <= len(label.strip()) <= TEXT:
        raise BadLabel(
            "cannot be the label of a cloud",
            next_step=f"Give one line of at most {TEXT} characters.",
        )
    cloud = cloud_of_prefix(session, digest)
    cloud.label = label.strip()
    cloud.search = cloud.label.lower()[:TEXT]
    return cloud
