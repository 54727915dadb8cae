"""What the audit log holds of results."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from refcheck.verdict.suite_judge import Told
from refcheck.verdict.verdict import ENGINE
from refcheck_server.accounts.authentication import SigningKey
from refcheck_server.audit.log import record
from refcheck_server.results.judging import Judged
from refcheck_server.results.reading import Upload


def record_upload(
    session: Session, upload: Upload, key: SigningKey, found: Judged, *, private: bool
) -> None:
    """Tell that a result came in, whose signature was on it, and what it was judged to be."""
    detail = {
        "cloud": upload.result.cloud,
        "payload": upload.payload_sha256,
        "key": key.keyid,
        "private": private,
        "verdicts": [_told(found, one) for one in found.verdicts],
    }
    record(session, "result.judged", f"result:{upload.id}", detail, at=found.at)


def _told(found: Judged, verdict: Told) -> dict[str, object]:
    return {
        "target": verdict.target,
        "guideline": found.guideline.id,
        "guideline_sha256": found.guideline.sha256,
        "verdict_sha256": hashlib.sha256(verdict.document).hexdigest(),
        "qualifies": verdict.qualifies,
        "mark": verdict.mark,
    }


def record_rejudging(
    session: Session, found: Judged, result_ids: list[str], *, current: bool
) -> None:
    """Tell that some results were judged anew, in one event: there may be very many.

    Args:
        session: in whose transaction the judgements are.
        found: one of the judgements; they are all by the same guideline and engine.
        result_ids: of all results that were judged, sorted.
        current: the new verdicts take the place of those before.
    """
    detail = {
        "guideline_sha256": found.guideline.sha256,
        "engine": ENGINE,
        "current": current,
        "results": len(result_ids),
        "results_sha256": hashlib.sha256(" ".join(result_ids).encode()).hexdigest(),
        "first": result_ids[0],
        "last": result_ids[-1],
    }
    record(session, "results.rejudged", f"guideline:{found.guideline.id}", detail, at=found.at)
