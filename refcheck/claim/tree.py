"""The signed index of a published tree: the SHA-256 of each of its files, and of no others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]

from refcheck.claim.statement import (
    MOMENT,
    SHA256,
    Kind,
    as_text,
    closed,
    digest,
    issue,
    moment,
    read,
)
from refcheck.result.signing import SIZE_LIMIT
from refcheck.verdict.canonical import canonical_json

FILE = "tree.json"
"""The index; the only file of the tree that is not in it."""
TREE = Kind(
    "urn:refcheck:tree:1",
    subject="tree",
    predicate=closed(
        published=MOMENT,
        files={
            "type": "object",
            "propertyNames": {"pattern": r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$"},
            "additionalProperties": SHA256,
        },
    ),
    limit=SIZE_LIMIT,
)


@dataclass(frozen=True, slots=True)
class Tree:
    """What a tree was when it was published: digests by path."""

    published: datetime
    files: Mapping[str, str]


def sign_tree(tree: Tree, signer: CryptoSigner) -> bytes:
    """The index, signed, as the bytes of its envelope."""
    files = dict(tree.files)
    says = {"published": as_text(tree.published), "files": files}
    return issue(TREE, digest(canonical_json(files)), says, signer)


def read_tree(data: bytes, keys: Sequence[SSlibKey], *, where: str) -> Tree:
    """An index that is signed by one of the keys.

    Raises:
        BadClaim, BadSignature: it is none, or signed by another key.
    """
    says = read(data, TREE, keys, where=where).says
    return Tree(moment(says["published"]), says["files"])


def tree_faults(folder: Path, tree: Tree) -> Iterator[str]:
    """What in a folder is not as it was published, one line each, by path."""
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if _is_file(path)}
    for name in sorted({*there, *tree.files} - {FILE}):
        if name not in there:
            yield f"missing  {name}"
        elif name not in tree.files:
            yield f"foreign  {name}"
        elif _sha256(folder / name) != tree.files[name]:
            yield f"changed  {name}"


def _is_file(path: Path) -> bool:
    return path.is_symlink() or not path.is_dir()


def _sha256(path: Path) -> str | None:
    """None for what is no plain file: a link may lead anywhere."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
