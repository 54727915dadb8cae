"""Signed checkpoints: what the log was, said by the registry, to be kept by others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck.claim.statement import MOMENT, NUMBER, Kind, as_text, closed, issue, moment, read
from refcheck_server.audit.errors import AuditFault
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
    """Sign what the log is now; a size that was signed before keeps its first checkpoint.

    Raises:
        AuditFault: the log is empty.
    """
    head = session.scalar(select(AuditHead))
    if head is None:
        raise AuditFault(
            "the audit log is empty", next_step="Sign a checkpoint once something has happened."
        )
    known = session.get(AuditCheckpoint, head.size)
    if known is not None:
        return known
    frontier = Frontier(head.size, map(bytes.fromhex, head.peaks.split()))
    root = frontier.root.hex()
    says = {"size": head.size, "signed": as_text(now)}
    made = AuditCheckpoint(
        size=head.size,
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
