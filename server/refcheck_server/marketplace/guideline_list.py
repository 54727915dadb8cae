"""The list of guidelines that this registry judges by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from refcheck.guideline.model import Guideline
from refcheck_server.marketplace.filters import Filter, css_class, offered
from refcheck_server.marketplace.guideline_pages import gives_marks

_of_status, _of_program = (partial(css_class, kind) for kind in ("status", "program"))


def classes(guideline: Guideline) -> frozenset[str]:
    """What a guideline is filtered by."""
    return frozenset({_of_status(guideline.status), *map(_of_program, guideline.programs)})


def filters(guidelines: Sequence[Guideline]) -> tuple[Filter, ...]:
    """What these guidelines are filtered by."""
    statuses = sorted({one.status for one in guidelines})
    programs = {
        _of_program(program.target): program.title
        for one in guidelines
        for program in one.programs.values()
    }
    every = (
        Filter("status", "Status", {_of_status(status): status for status in statuses}),
        Filter("program", "Program", programs),
    )
    return offered(every, map(classes, guidelines))


def row(guideline: Guideline) -> Mapping[str, Any]:
    """A guideline of the list, for programs."""
    return {
        "id": guideline.id,
        "status": guideline.status,
        "gives_marks": gives_marks(guideline),
        "programs": [program.title for program in guideline.programs.values()],
        "releases": list(guideline.releases),
        "capabilities": len(guideline.capabilities),
        "replaces": guideline.replaces or None,
        "sha256": guideline.sha256,
        "page": f"guidelines/{guideline.id}/index.html",
    }
