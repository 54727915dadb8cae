"""Small guidelines of schemas 1.2 and 1.5, with the defects that the real ones have."""

from __future__ import annotations

import copy
from typing import Any

from tests.guideline.documents import ID

CRITERIA = {"atomic": {"name": "Atomic", "Description": "Alone.", "weight": 6}}
SECTIONS = {
    "required": {
        "nova": {
            "guidance": "All.",
            "comment": "",
            "sections": {"api": {"description": "API", "designated": True, "comment": "none"}},
        },
        "swift": {"guidance": "Servers.", "sections": {"proxy": {"designated": True}}},
    },
    "advisory": {},
    "deprecated": {},
    "removed": {},
    "informational": {"heat": {"guidance": "None.", "sections": []}},
}
PLATFORM = {"required": ["compute", "object"], "advisory": [], "deprecated": [], "removed": []}


def _lists(required: list[str], **others: list[str]) -> dict[str, list[str]]:
    return {"required": required, "advisory": [], "deprecated": [], "removed": [], **others}


V12: dict[str, Any] = {
    "id": "2015.03",
    "schema": "1.2",
    "source": "nowhere",
    "status": "superseded",
    "replaces": "2014.07",
    "releases": ["havana", "icehouse"],
    "platform": PLATFORM,
    "components": {
        "compute": _lists(["boot", "flavors"], removed=["floating"]),
        "object": _lists(["store"]),
    },
    "capabilities": {
        "boot": {
            "achievements": ["atomic"],
            "admin": False,
            "status": "required",
            "guidelines": ["2015.03"],
            "project": "nova",
            "description": "Boots.",
            "flagged": ["suite.slow"],
            "name": "boot",
            "tests": ["suite.boot", "suite.slow"],
        },
        "flavors": {"project": "nova", "status": "required", "tests": [], "flagged": []},
        "floating": {"project": "nova", "status": "removed", "tests": ["suite.ip"], "flagged": []},
        "store": {"project": "swift", "status": "required", "tests": ["suite.put"], "flagged": []},
    },
    "designated-sections": SECTIONS,
    "criteria": CRITERIA,
}

V15: dict[str, Any] = {
    "id": "2016.01",
    "schema": "1.5",
    "reference": "nowhere",
    "source": "nowhere",
    "status": "superseded",
    "cutoff_score": "74",
    "target_approval": "2016-01-27",
    "replaces": "2015.07",
    "releases": ["juno"],
    "platform": PLATFORM,
    "components": {"compute": _lists(["boot"]), "object": _lists(["store"])},
    "test-repositories": {"tempest": {"url": "nowhere", "git-sha": "26149b612d"}},
    "capabilities": {
        "boot": {
            "achievements": ["atomic"],
            "admin": False,
            "project": "nova",
            "description": "Boots.",
            "required-since": "2014.07",
            "tests": {
                "suite.boot": {"idempotent_id": f"id-{ID},smoke", "aliases": ["old.boot"]},
                "suite.slow": {
                    "idempotent_id": "id-11111111-2222-3333-4444-555555555555",
                    "flagged": {"reason": "D401 Bug.", "action": "Wait.", "date": "2015-08-20"},
                },
            },
        },
        "store": {
            "achievements": [],
            "admin": True,
            "project": "swift",
            "description": "Stores.",
            "required-since": "",
            "tests": {"suite.put": {"idempotent_id": "id-11111111-2222-3333-4444-666666666666"}},
        },
    },
    "designated-sections": SECTIONS,
    "criteria": CRITERIA,
}


def old(tree: dict[str, Any], path: str = "", value: Any = ...) -> dict[str, Any]:
    """A copy of `tree`, with `value` at `path` (`...` removes it)."""
    tree = copy.deepcopy(tree)
    if path:
        *parents, last = path.split("/")
        node = tree
        for step in parents:
            node = node[step]
        if value is ...:
            del node[last]
        else:
            node[last] = value
    return tree
