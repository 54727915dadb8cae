"""The keys that each schema knows: a misspelt key is read by nobody, and found by nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Shape = Mapping[str, "Shape"]
"""Key → the shape of its value; an empty shape is not looked into."""

_ANY = "*"
"""Stands for every name in a shape: the value's own names are free."""


def _keys(*names: str) -> Shape:
    return {name: {} for name in names}


_FLAG = _keys("reason", "action", "date")
_TESTS: Shape = {_ANY: {**_keys("idempotent_id", "aliases"), "flagged": _FLAG, "flag": _FLAG}}
_PROJECT: Shape = {
    **_keys("guidance", "comment"),
    "sections": {_ANY: _keys("description", "designated", "comment", "paths")},
}
_REFS = _keys("name", "source")
_CAPABILITY: Shape = {**_keys("achievements", "admin", "description", "project"), "tests": _TESTS}
_REPLACED = {"acheivements", "descriptin", "required-since", "required_since"}
"""Spellings that the reader takes for what they mean, and reports itself."""

_SCHEMA_2: Shape = {
    "metadata": {
        **_keys("id", "schema", "reference", "source"),
        "scoring": {
            "cutoff_score": {},
            "criteria": {_ANY: _keys("name", "description", "weight")},
        },
        "os_trademark_approval": _keys("target_approval", "replaces", "releases", "status"),
    },
    "provenance": {},
    "platforms": {_ANY: {"description": {}, "components": _REFS}},
    "add-ons": {
        _ANY: {
            "description": {},
            "components": _REFS,
            "required_platform_components": _REFS,
            "optional_platform_components": _REFS,
        }
    },
    "components": {_ANY: _keys("description", "capabilities", "designated_sections")},
    "capabilities": {_ANY: _CAPABILITY},
    "designated_sections": {_ANY: {_ANY: _PROJECT}},
    "test_repositories": {_ANY: _keys("repository", "reference", "description")},
}
_SCHEMA_1: Shape = {
    **_keys("id", "schema", "reference", "source", "status", "replaces", "releases"),
    **_keys("cutoff_score", "target_approval", "provenance", "platform", "components"),
    "test-repositories": {_ANY: _keys("url", "git-sha")},
    "capabilities": {_ANY: {**_CAPABILITY, **_keys("flagged", "guidelines", "name", "status")}},
    "designated-sections": {_ANY: {_ANY: _PROJECT}},
    "criteria": {_ANY: _keys("name", "Description", "description", "weight")},
}


def unknown_keys(tree: Mapping[str, Any], schema: str) -> Iterator[str]:
    """Paths of the keys that the schema does not know."""
    yield from _unknown(tree, _SCHEMA_2 if schema == "2.0" else _SCHEMA_1, "$")


def _unknown(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(item, shape, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            below = shape.get(key, shape.get(_ANY))
            if below is not None:
                yield from _unknown(inner, below, f"{path}.{key}") if below else ()
            elif key not in _REPLACED:
                yield f"{path}.{key}"
