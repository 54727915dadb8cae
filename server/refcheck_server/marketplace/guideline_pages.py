"""What the page of a guideline shows."""

from __future__ import annotations

from dataclasses import dataclass

from refcheck.guideline.model import Guideline, Status
from refcheck_server.marketplace.filters import Filter, offered

_APPROVED = frozenset({"approved", "superseded"})
STATUS = Filter("status", "Status", {status.value: status.value for status in Status})


@dataclass(frozen=True, slots=True)
class CapabilityLine:
    """A capability of a component."""

    name: str
    status: str
    description: str
    tests: int
    flagged: int


@dataclass(frozen=True, slots=True)
class ComponentPart:
    """A component with its capabilities, the required ones first."""

    name: str
    description: str
    capabilities: tuple[CapabilityLine, ...]


@dataclass(frozen=True, slots=True)
class GuidelinePage:
    """A guideline; `gives_marks` is false for drafts and reconstructions."""

    guideline: Guideline
    gives_marks: bool
    components: tuple[ComponentPart, ...]

    @property
    def lines(self) -> tuple[CapabilityLine, ...]:
        """The capabilities of all components."""
        return tuple(line for component in self.components for line in component.capabilities)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What its capabilities are filtered by."""
        return offered([STATUS], ({line.status} for line in self.lines))


def gives_marks(guideline: Guideline) -> bool:
    """Whether a mark can be claimed under it."""
    return guideline.status in _APPROVED


def guideline_page(guideline: Guideline) -> GuidelinePage:
    """Everything that the page of a guideline shows."""
    return GuidelinePage(
        guideline=guideline,
        gives_marks=gives_marks(guideline),
        components=tuple(
            ComponentPart(
                component.name,
                component.description,
                tuple(
                    _line(guideline, name, status)
                    for status in Status
                    for name in component.capabilities.get(status, ())
                ),
            )
            for component in guideline.components.values()
        ),
    )


def _line(guideline: Guideline, name: str, status: Status) -> CapabilityLine:
    known = guideline.capabilities.get(name)
    tests = known.tests if known is not None else ()
    return CapabilityLine(
        name=name,
        status=status.value,
        description=known.description if known is not None else "",
        tests=len(tests),
        flagged=sum(test.flag is not None for test in tests),
    )
