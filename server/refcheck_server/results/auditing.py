"""What the audit log holds of results."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy.orm import Session

from refcheck_server.audit.log import record
from refcheck_server.results.models import StoredResult, StoredVerdict


def record_upload(
    session: Session, stored: StoredResult, verdicts: Iterable[StoredVerdict]
) -> None:
    """Tell that a result came in, whose signature was on it, and what it was judged to be."""
    detail = {
        "cloud": stored.cloud.digest,
        "payload": stored.payload_sha256,
        "key": stored.key.keyid,
        "verdicts": [_told(verdict) for verdict in verdicts],
    }
    record(session, "result.judged", f"result:{stored.id}", detail, at=stored.uploaded_at)


def _told(verdict: StoredVerdict) -> dict[str, object]:
    return {
        "target": verdict.target,
        "guideline": verdict.guideline_id,
        "guideline_sha256": verdict.guideline_sha256,
        "verdict_sha256": hashlib.sha256(verdict.document).hexdigest(),
        "qualifies": verdict.qualifies,
        "mark": verdict.mark,
    }
