"""A small official-looking guideline to break in many ways."""

from __future__ import annotations

import copy
import json
from typing import Any

from refcheck.guideline.model import Guideline
from refcheck.guideline.reader import read

ID = "4a4735a7-f22f-49b6-b0d9-66e1ef7453eb"

SOUND: dict[str, Any] = {
    "metadata": {
        "id": "2030.01",
        "schema": "2.0",
        "scoring": {
            "cutoff_score": 74,
            "criteria": {"atomic": {"name": "Atomic", "description": "Alone.", "weight": 6}},
        },
        "os_trademark_approval": {
            "target_approval": "2030.01",
            "replaces": "2029.06",
            "releases": ["zed"],
            "status": "approved",
        },
    },
    "platforms": {
        "OpenStack Powered Platform": {
            "description": "All.",
            "components": [{"name": "os_powered_compute"}],
        }
    },
    "components": {
        "os_powered_compute": {
            "capabilities": {"required": ["boot"], "advisory": [], "deprecated": [], "removed": []},
            "designated_sections": {"required": ["nova"]},
        }
    },
    "capabilities": {
        "boot": {
            "project": "nova",
            "description": "Boots.",
            "admin": False,
            "achievements": ["atomic"],
            "required_since": "2029.01",
            "tests": {
                "suite.boot": {
                    "idempotent_id": f"id-{ID}",
                    "aliases": ["old.boot"],
                    "flagged": {"reason": "[D401] Bug.", "action": "Wait.", "date": "2029-02-03"},
                }
            },
        }
    },
    "designated_sections": {
        "nova": {
            "required": {
                "guidance": "All.",
                "sections": {
                    "api": {"description": "API", "designated": True, "paths": ["nova/api/**"]},
                    "driver": {"designated": False, "comment": "free"},
                },
            }
        },
        "heat": {"informational": {"guidance": "None.", "sections": {}}},
    },
}


def sound(path: str = "", value: Any = ...) -> dict[str, Any]:
    """The sound document, with `value` at the dotted `path` (`...` removes it)."""
    tree = copy.deepcopy(SOUND)
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


def load(tree: dict[str, Any]) -> Guideline:
    return read(json.dumps(tree).encode(), where="file.json")


TEXT_OF_SOUND = json.dumps(SOUND)
