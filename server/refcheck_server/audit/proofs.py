"""Proofs about the log: small documents that need neither the log nor trust in who keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck.claim.statement import NUMBER, SHA256, closed
from refcheck.errors import BadInput
from refcheck_server.audit import merkle
from refcheck_server.audit.checkpoints import Checkpoint
from refcheck_server.audit.errors import AuditFault, Tampered
from refcheck_server.audit.log import as_json, leaf_of
from refcheck_server.audit.models import AuditEvent

_PATH = {"type": "array", "items": SHA256, "maxItems": 128}
_FORM = Draft202012Validator(
    {
        "oneOf": [
            closed(
                proof={"const": "inclusion"},
                event={"type": "string"},
                number=NUMBER,
                size=NUMBER,
                root=SHA256,
                path=_PATH,
            ),
            closed(
                proof={"const": "consistency"},
                old_size=NUMBER,
                old_root=SHA256,
                size=NUMBER,
                root=SHA256,
                path=_PATH,
            ),
        ]
    }
)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an event is in the log of that size and root; `event` is its canonical JSON."""

    event: str
    number: int
    size: int
    root: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of the new size and root begins with that of the old ones."""

    old_size: int
    old_root: str
    size: int
    root: str
    path: tuple[str, ...]


Proof = InclusionProof | ConsistencyProof


def prove_inclusion(session: Session, number: int, size: int | None = None) -> InclusionProof:
    """That event `number` is in the log, of that size or as it is now.

    Raises:
        AuditFault: there is no such event, or the log was never of that size.
    """
    event = session.get(AuditEvent, number)
    leaves = _leaves(session, size)
    if event is None or number >= len(leaves):
        raise AuditFault(
            f"there is no event {number} in a log of {len(leaves)}",
            next_step="See `refcheck registry audit list` for their numbers, from 0.",
        )
    return InclusionProof(
        event=as_json(event).decode(),
        number=number,
        size=len(leaves),
        root=merkle.root_of(leaves).hex(),
        path=_hex(merkle.inclusion_path(number, leaves)),
    )


def prove_consistency(session: Session, old: int, size: int | None = None) -> ConsistencyProof:
    """That the log, of that size or as it is now, begins with its first `old` events.

    Raises:
        AuditFault: it has fewer events.
    """
    leaves = _leaves(session, size)
    if old > len(leaves):
        raise AuditFault(
            f"the log has {len(leaves)} events, and cannot begin with {old}",
            next_step="Give the size of an older checkpoint.",
        )
    return ConsistencyProof(
        old_size=old,
        old_root=merkle.root_of(leaves[:old]).hex(),
        size=len(leaves),
        root=merkle.root_of(leaves).hex(),
        path=_hex(merkle.consistency_path(old, leaves)),
    )


def _leaves(session: Session, size: int | None) -> list[bytes]:
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.number).limit(size))
    leaves = [leaf_of(event) for event in rows]
    if size is not None and len(leaves) < size:
        raise AuditFault(
            f"the log has {len(leaves)} events, not yet {size}",
            next_step="Leave the size out, for the log as it is now.",
        )
    return leaves


def _hex(path: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in path)


def as_document(proof: Proof) -> dict[str, Any]:
    """A proof for a file."""
    kind = "inclusion" if isinstance(proof, InclusionProof) else "consistency"
    return {"proof": kind, **asdict(proof)}


def read_proof(data: bytes, *, where: str) -> Proof:
    """A proof from its file.

    Raises:
        BadInput: it is none.
    """
    try:
        document = json.loads(data, parse_float=str)  # to the schema, 2.0 is an integer too
        _FORM.validate(document)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            "is no proof about an audit log",
            where=where,
            next_step="Give what `refcheck registry audit prove-…` wrote.",
        ) from error
    kind = document.pop("proof")
    document["path"] = tuple(document["path"])
    made = InclusionProof if kind == "inclusion" else ConsistencyProof
    return made(**document)


def check_proof(proof: Proof, signed: Iterable[Checkpoint]) -> str:
    """See that a proof holds between logs that the registry has signed; what it shows.

    Raises:
        Tampered: it does not, or speaks of a log that none of the checkpoints is of.
    """
    known = {(one.size, one.root) for one in signed}
    path = [bytes.fromhex(one) for one in proof.path]
    root, named = bytes.fromhex(proof.root), {(proof.size, proof.root)}
    if isinstance(proof, InclusionProof):
        leaf = merkle.leaf_hash(proof.event.encode())
        good = merkle.is_included(proof.number, proof.size, leaf, path, root)
        shown = f"event {proof.number} of {proof.size}: {proof.event}"
    else:
        old_root = bytes.fromhex(proof.old_root)
        named.add((proof.old_size, proof.old_root))
        good = merkle.is_consistent(proof.old_size, old_root, proof.size, root, path)
        shown = f"the log of {proof.size} events begins with that of {proof.old_size}"
    if not good:
        raise Tampered("the proof does not hold", next_step="Ask the registry for it again.")
    if not named <= known:
        raise Tampered(
            "the proof is of a log that none of these checkpoints was signed for",
            next_step="Give the checkpoint of the size that the proof names.",
        )
    return shown
