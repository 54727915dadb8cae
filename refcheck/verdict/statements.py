"""Waivers and code evidence as people hand them to the judge: files in JSON or YAML.

Waivers file: `waivers`, a list of guideline, product, capability and/or test, reason, public,
approver, expires. Code file: `code`, a list of project, section, state and, for a patch, its
upstream_change; detail is for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from refcheck.code.evidence import CodeEvidence, SectionEvidence, SectionState
from refcheck.errors import BadInput
from refcheck.guideline.parse import parse
from refcheck.verdict.form import fault_of
from refcheck.verdict.waiver import Waiver

_NEXT_STEP = "Mend it; docs/explanation/verdict.md shows the form."
TEXT = {"type": "string"}
STATE = {"enum": [str(state) for state in SectionState]}
_WAIVER = ("guideline", "product", "capability", "test", "reason", "public", "approver", "expires")
_WAIVER_NEEDS = ("guideline", "product", "public", "approver", "expires")
_SECTION = ("project", "section", "state", "upstream_change", "detail")
_SECTION_NEEDS = ("project", "section", "state")


def _list_of(key: str, fields: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, Any]:
    """The schema of an object (all that `parse` gives) that holds one list of objects of texts."""
    entry = {
        "type": "object",
        "required": list(needed),
        "properties": {field: STATE if field == "state" else TEXT for field in fields},
        "additionalProperties": False,  # a misspelt scope must not widen an exception
    }
    return {
        "required": [key],
        "properties": {key: {"type": "array", "items": entry}},
        "additionalProperties": False,
    }


def read_waivers(data: bytes, *, where: str) -> tuple[Waiver, ...]:
    """The waivers of a file.

    Raises:
        BadInput: with the path of the fault.
    """
    tree = _checked(data, _list_of("waivers", _WAIVER, _WAIVER_NEEDS), where)
    return tuple(
        Waiver(
            **{field: entry.get(field, "") for field in _WAIVER if field != "expires"},
            expires=moment(entry["expires"], f"$.waivers[{index}].expires", where),
        )
        for index, entry in enumerate(tree["waivers"])
    )


def read_code(data: bytes, *, where: str) -> CodeEvidence:
    """The code evidence of a file.

    Raises:
        BadInput: with the path of the fault.
    """
    tree = _checked(data, _list_of("code", _SECTION, _SECTION_NEEDS), where)
    return CodeEvidence(section(entry) for entry in tree["code"])


def section(entry: Mapping[str, str]) -> SectionEvidence:
    """One statement about a designated section."""
    return SectionEvidence(
        entry["project"],
        entry["section"],
        SectionState(entry["state"]),
        entry.get("upstream_change", ""),
        entry.get("detail", ""),
    )


def moment(text: str, path: str, where: str, *, next_step: str = _NEXT_STEP) -> datetime:
    """A time with its zone.

    Raises:
        BadInput: it is none, or has no zone.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        fault = f"{path} is {text[:40]!r}, not a time"
        raise BadInput(fault, where=where, next_step=next_step) from error
    if time.tzinfo is None:
        fault = f"{path} is {text!r}, a time without its zone"
        raise BadInput(fault, where=where, next_step=next_step)
    return time


def _checked(data: bytes, schema: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    tree: Mapping[str, Any] = parse(data, where=where)
    if problem := fault_of(tree, schema):
        raise BadInput(problem, where=where, next_step=_NEXT_STEP)
    return tree
