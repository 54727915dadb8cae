"""Is the log what it was? Every row is looked at, against the tree and against checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck.errors import BadClaim, BadSignature
from refcheck_server.audit.checkpoints import Checkpoint, read_checkpoint
from refcheck_server.audit.log import leaf_of, peaks_text
from refcheck_server.audit.merkle import EMPTY_ROOT, Frontier
from refcheck_server.audit.models import AuditCheckpoint, AuditEvent, AuditHead

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """What the look at a log found.

    Attributes:
        size, root: of the log as its rows make it.
        covered: how many events the newest good checkpoint covers.
        faults: what is not as it was, one sentence each; empty for a sound log.
    """

    size: int
    root: str
    covered: int
    faults: tuple[str, ...]


def check(session: Session, keys: Sequence[SSlibKey], kept: Sequence[Checkpoint] = ()) -> Finding:
    """Look at every row of the log.

    Whoever can write to the database can write a whole new log whose rows agree; only checkpoints
    that were signed before show that. What came after the newest of them is not covered.

    Args:
        session: on the registry's database.
        keys: of the registry, for the checkpoints that the database holds; none: they are not
            looked at.
        kept: checkpoints that were kept elsewhere, already checked.
    """
    faults: list[str] = []
    stored = list(_stored_checkpoints(session, keys, faults)) if keys else []
    signed = [*stored, *kept]
    roots, frontier = _walk(session, {one.size for one in signed}, faults)
    _compare_head(session.scalar(select(AuditHead)), frontier, faults)
    covered = 0
    for one in signed:
        if roots.get(one.size) == one.root:
            covered = max(covered, one.size)
        else:
            faults.append(f"the log is not the one whose first {one.size} events were signed")
    return Finding(frontier.size, frontier.root.hex(), covered, tuple(dict.fromkeys(faults)))


def _walk(session: Session, sizes: set[int], faults: list[str]) -> tuple[dict[int, str], Frontier]:
    """The roots at these sizes, and the end; stops where a row is missing or does not fit."""
    frontier, roots = Frontier(), {0: EMPTY_ROOT.hex()}
    rows = select(AuditEvent).order_by(AuditEvent.number)
    for event in session.scalars(rows.execution_options(yield_per=_AT_ONCE)):
        if event.number != frontier.size:
            faults.append(f"event {frontier.size} is missing: {event.number} comes next")
            break
        frontier.add(leaf_of(event))
        if frontier.root.hex() != event.root:
            faults.append(f"event {event.number} is not as it was recorded")
            break
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root.hex()
        session.expunge(event)
    return roots, frontier


def _compare_head(head: AuditHead | None, frontier: Frontier, faults: list[str]) -> None:
    size, peaks = (0, "") if head is None else (head.size, head.peaks)
    if size != frontier.size:
        faults.append(f"the log should have {size} events, and {frontier.size} of them fit")
    elif peaks != peaks_text(frontier):
        faults.append("the end of the log is not the one that was kept beside it")


def _stored_checkpoints(
    session: Session, keys: Sequence[SSlibKey], faults: list[str]
) -> Iterator[Checkpoint]:
    for row in session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.size)):
        where = f"checkpoint {row.size}"
        try:
            signed = read_checkpoint(row.envelope.encode(), keys, where=where)
        except (BadClaim, BadSignature) as error:
            faults.append(str(error))
            continue
        if (signed.size, signed.root, signed.signed) != (row.size, row.root, row.signed_at):
            faults.append(f"{where}: is not what was signed")
        else:
            yield signed
