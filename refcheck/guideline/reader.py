"""One reader for guidelines: bytes of any known schema to the model."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from refcheck.guideline import schema1, schema2
from refcheck.guideline.defects import defects
from refcheck.guideline.faults import fault
from refcheck.guideline.model import Guideline
from refcheck.guideline.parse import parse
from refcheck.guideline.tree import Node

_SCHEMAS = {**dict.fromkeys(schema1.SCHEMAS, schema1.normalise), "2.0": schema2.normalise}
"""Schema → the function that fills the model from the tree."""


def read(data: bytes, *, where: str) -> Guideline:
    """Read a guideline, JSON or YAML.

    Known defects of real files are tolerated and listed in `Guideline.notices`.

    Args:
        data: the whole document.
        where: its file or address, for messages.

    Raises:
        BadGuideline: with `where` and the path of the fault.
    """
    tree = parse(data, where=where)
    schema = _schema(tree, where)
    if schema not in _SCHEMAS:
        known = ", ".join(_SCHEMAS)
        raise fault(where, "$.metadata.schema", f"is {schema[:80]!r}; known are {known}")
    notices: list[str] = []
    root = Node(tree, "$", where, notices)
    guideline = _SCHEMAS[schema](root, hashlib.sha256(data).hexdigest())
    return replace(guideline, notices=(*notices, *map(str, defects(guideline))))


def _schema(tree: dict[str, object], where: str) -> str:
    """The schema that the document names, under `metadata` (2.0 on) or at the top (before)."""
    metadata = tree.get("metadata")
    home = metadata if isinstance(metadata, dict) else tree
    schema = home.get("schema")
    if not isinstance(schema, str):
        raise fault(where, "$.metadata.schema", "is missing or not text")
    return schema
