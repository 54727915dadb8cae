"""A pytest plugin that writes down every wait of a run: what for, from when, and when it looked.

Loaded by `tests.bench.waits` with `-p`, in each worker too.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from refcheck.cloud import waiting

OUTPUT = "REFCHECK_WAITS_OUTPUT"
"""The file that gets one JSON object a wait."""


def pytest_configure() -> None:
    """Listen wherever `wait_for` is known by that name already; tests import it later."""
    plain = waiting.wait_for

    def heard(state: Callable[[], str], *arguments: Any, **options: Any) -> None:
        looks: list[float] = []

        def look() -> str:
            # A look that asks nothing is none; it repeats what an answer said.
            began = time.time()
            seen = state()
            if time.time() - began > 0.0005:
                looks.append(began)
            return seen

        start = time.time()
        plain(look, *arguments, **options)
        note = {"what": options["what"], "start": start, "end": time.time(), "looks": looks}
        with Path(os.environ[OUTPUT]).open("a") as output:
            output.write(json.dumps(note) + "\n")

    for module in list(sys.modules.values()):
        if getattr(module, "wait_for", None) is plain:
            setattr(module, "wait_for", heard)  # noqa: B010 - a module's attribute
