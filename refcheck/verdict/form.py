"""Whether a document has the form that its reader needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator

_LONGEST = 200
"""Characters of a message."""


def fault_of(document: Any, schema: Mapping[str, Any]) -> str | None:
    """The fault nearest to the document's root, with its path; None when there is none."""
    try:
        faults = list(Draft202012Validator(dict(schema)).iter_errors(document))
    except ValueError as error:  # nested too deep, or half of a surrogate pair
        return f"$ {str(error)[:_LONGEST]}"
    if not faults:
        return None
    nearest = min(faults, key=lambda fault: len(fault.instance_path))
    return f"{_path(nearest.instance_path)} {nearest.message[:_LONGEST]}"


def _path(steps: list[str | int]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
