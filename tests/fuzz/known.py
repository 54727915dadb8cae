"""Hooks for schemathesis: most made-up addresses name what the registry has, so that they lead on.

Without them nearly every request would end at "no such vendor". `REFCHECK_FUZZ_KNOWN` holds the
names and values as JSON.
"""

from __future__ import annotations

import json
import os
import random
from typing import Any

import schemathesis

_KNOWN = json.loads(os.environ["REFCHECK_FUZZ_KNOWN"])
_MADE_UP = 0.25


def _known(given: dict[str, Any] | None) -> dict[str, Any] | None:
    if not isinstance(given, dict):
        return given
    choose = random.Random(repr(sorted(given.items(), key=str)))
    return {
        name: choose.choice(_KNOWN[name])
        if name in _KNOWN and choose.random() > _MADE_UP
        else value
        for name, value in given.items()
    }


@schemathesis.hook
def map_path_parameters(_context: Any, path_parameters: dict[str, Any]) -> dict[str, Any] | None:
    return _known(path_parameters)


@schemathesis.hook
def map_query(_context: Any, query: dict[str, Any]) -> dict[str, Any] | None:
    return _known(query)


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    return _known(body)
