"""Taking a result in: judge it for every program of its guideline, keep all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refcheck.guideline.library import load
from refcheck.guideline.model import Guideline
from refcheck.result.document import Result
from refcheck.verdict.judge import judge_all
from refcheck.verdict.verdict import Verdict
from refcheck_server.accounts.models import PublicKey
from refcheck_server.results.auditing import record_upload
from refcheck_server.results.errors import BadLabel, Duplicate
from refcheck_server.results.models import TEXT, Cloud, StoredResult, StoredVerdict
from refcheck_server.results.queries import cloud_of_prefix
from refcheck_server.results.reading import Upload
from refcheck_server.results.standings import move_standings

_CAN_COLLIDE = 2
"""Rows that another upload may have written meanwhile: the cloud's and the result's."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored."""

    result_id: str
    cloud: str
    verdicts: tuple[StoredVerdict, ...]


def refuse_duplicate(session: Session, result_id: str) -> None:
    """Raise `Duplicate` when the result is here already."""
    if session.scalar(select(StoredResult.id).where(StoredResult.id == result_id)) is not None:
        raise Duplicate(result_id)


def judged(guideline: Guideline, result: Result, *, at: datetime) -> tuple[StoredVerdict, ...]:
    """A verdict for each program of the guideline, in its order."""
    verdicts = judge_all(guideline, result.outcomes, at=at, load=load)
    return tuple(_stored(guideline, verdict) for verdict in verdicts.values())


def _stored(guideline: Guideline, verdict: Verdict) -> StoredVerdict:
    document: Mapping[str, Any] = verdict.to_json()
    required = document["counts"]["required"]
    flagged = required["flagged_passed"] + required["flagged_not_passed"]
    return StoredVerdict(
        target=verdict.target,
        title=verdict.title,
        guideline_id=guideline.id,
        guideline_sha256=guideline.sha256,
        guideline_status=guideline.status,
        engine=document["engine"],
        qualifies=document["qualifies"],
        capability_rule=document["capability_rule"],
        designated_code_rule=document["designated_code_rule"],
        mark=document["mark"],
        required_tests=required["tests"] - flagged,
        required_passed=required["passed"] - required["flagged_passed"],
        document=verdict.canonical(),
    )


def store(session: Session, upload: Upload, key: PublicKey, *, now: datetime) -> Receipt:
    """Judge and keep a result in one transaction.

    Two uploads that meet (of the same result, or the first two of a cloud) cannot both win: the
    database refuses one, which is then tried again and sees what the other one wrote.

    Raises:
        Duplicate: the result is here already.
    """
    key_id, account_id = key.id, key.account_id
    for _ in range(_CAN_COLLIDE):
        refuse_duplicate(session, upload.id)
        try:
            return _store(session, upload, key_id, account_id, now)
        except IntegrityError:
            session.rollback()
    refuse_duplicate(session, upload.id)
    return _store(session, upload, key_id, account_id, now)


def _store(
    session: Session, upload: Upload, key_id: int, account_id: int, now: datetime
) -> Receipt:
    verdicts = judged(upload.guideline, upload.result, at=now)
    cloud = _cloud(session, upload.result.cloud, account_id, now)
    stored = _result(upload, cloud, key_id, account_id, now)
    for verdict in verdicts:
        verdict.result = stored
        verdict.judged_at = now
    session.add_all(verdicts)
    session.flush()
    if upload.result.whole and cloud.holder_id == account_id:
        move_standings(session, cloud, verdicts)
    record_upload(session, stored, verdicts)
    session.commit()
    return Receipt(upload.id, upload.result.cloud, verdicts)


def _cloud(session: Session, digest: str, account_id: int, now: datetime) -> Cloud:
    cloud = session.scalar(select(Cloud).where(Cloud.digest == digest).with_for_update())
    if cloud is None:
        cloud = Cloud(digest=digest, holder_id=account_id, first_seen=now, latest_at=now)
        session.add(cloud)
        session.flush()
    else:
        cloud.latest_at = now
        session.flush()
        session.refresh(cloud, ["holder_id"])  # SQLite locks at the first write: it may have moved
    return cloud


def _result(
    upload: Upload, cloud: Cloud, key_id: int, account_id: int, now: datetime
) -> StoredResult:
    result = upload.result
    return StoredResult(
        id=upload.id,
        payload_sha256=upload.payload_sha256,
        cloud=cloud,
        account_id=account_id,
        key_id=key_id,
        uploaded_at=now,
        run_id=result.run_id,
        deployment=result.deployment,
        started=upload.started,
        ended=upload.ended,
        complete=result.whole,
        guideline_id=result.guideline_id,
        guideline_sha256=result.guideline_sha256,
        target=result.target,
        tool_version=result.tool_version,
        suite_sha256=result.suite_sha256,
        envelope=upload.body,
    )


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
    return cloud
