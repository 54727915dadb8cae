"""Which tests a run has to account for, and which of the collected ones belong to them."""

from __future__ import annotations

import difflib
from collections.abc import Collection

import pytest

from refcheck.errors import UnknownTarget
from refcheck.guideline.model import Guideline, Status
from refcheck.result.events import Selected

_SERVICES = {
    "keystone": "identity",
    "nova": "compute",
    "glance": "image",
    "neutron": "network",
    "cinder": "block-storage",
    "swift": "object-store",
    "designate": "dns",
    "heat": "orchestration",
}
"""Project, as guidelines name it → service type."""


def select(guideline: Guideline, target: str, implemented: set[str]) -> tuple[Selected, ...]:
    """Every test that a program's components name, once, in the guideline's order.

    Removed capabilities are left out; advisory, deprecated and flagged ones are run and recorded.

    Raises:
        UnknownTarget: naming the nearest.
    """
    if target not in guideline.programs:
        known = tuple(guideline.programs)
        near = difflib.get_close_matches(target, known, n=2) or known
        raise UnknownTarget(
            f"guideline {guideline.id} has no target {target!r}",
            next_step=f"Give one of: {', '.join(near)}.",
        )
    chosen: dict[str, Selected] = {}
    for component in guideline.programs[target].components:
        capabilities = guideline.components[component.name].capabilities
        for status in (Status.REQUIRED, Status.ADVISORY, Status.DEPRECATED):
            for name in capabilities.get(status, ()):
                capability = guideline.capabilities.get(name)
                if capability is None:  # named by the component, defined nowhere: no tests
                    continue
                service = _SERVICES.get(capability.project, capability.project)
                for test in capability.tests:
                    known_test = Selected(test.id, test.name, service, test.id in implemented)
                    chosen.setdefault(test.id or test.name, known_test)
    return tuple(chosen.values())


def keep_selected(
    config: pytest.Config, items: list[pytest.Item], selected: Collection[str]
) -> None:
    """Deselect the collected tests that the run need not account for.

    Raises:
        pytest.UsageError: when two tests carry the same id, or one carries none.
    """
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    seen: dict[str, str] = {}
    for item in items:
        test_id = idempotent_id(item)
        if not test_id or test_id in seen:
            other = f"has the id of {seen[test_id]}" if test_id in seen else "has no idempotent id"
            raise pytest.UsageError(f"{item.nodeid} {other}")
        seen[test_id] = item.nodeid
        (kept if test_id in selected else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def idempotent_id(item: pytest.Item) -> str:
    """The id that a test is marked with, "" when it is not."""
    mark = item.get_closest_marker("idempotent_id")
    return str(mark.args[0]) if mark and mark.args else ""
