"""Signed checkpoints: what the log was, said by the registry, to be kept by others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck.claim.statement import MOMENT, NUMBER, Kind, as_text, closed, issue, moment, read
from refcheck_server.audit.merkle import Frontier
from refcheck_server.audit.models import AuditCheckpoint, AuditHead

CHECKPOINT = Kind(
    "urn:refcheck:audit-checkpoint:1",
    subject="audit log",
    predicate=closed(size=NUMBER, signed=MOMENT),
    limit=16 * 1024,
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A size and root of the log, and when the registry signed them."""

    size: int
    root: str
    signed: datetime


def sign_checkpoint(session: Session, signer: CryptoSigner, *, now: datetime) -> AuditCheckpoint:
    """Sign what the log is now; a size that was signed before keeps its first checkpoint."""
    head = session.scalar(select(AuditHead).execution_options(populate_existing=True))
    size, peaks = (0, "") if head is None else (head.size, head.peaks)
    known = session.get(AuditCheckpoint, size)
    if known is not None:
        return known
    root = Frontier(size, map(bytes.fromhex, peaks.split())).root.hex()
    says = {"size": size, "signed": as_text(now)}
    made = AuditCheckpoint(
        size=size,
        root=root,
        signed_at=now.replace(microsecond=0),
        envelope=issue(CHECKPOINT, root, says, signer).decode(),
    )
    session.add(made)
    session.flush()
    return made


def read_checkpoint(data: bytes, keys: Sequence[SSlibKey], *, where: str) -> Checkpoint:
    """A checkpoint that one of the keys has signed.

    Raises:
        BadClaim, BadSignature: it is none, or signed by another key.
    """
    statement = read(data, CHECKPOINT, keys, where=where)
    return Checkpoint(statement.says["size"], statement.about, moment(statement.says["signed"]))
