"""What is known about the code that a product runs, per designated section."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from refcheck.errors import BadInput


class SectionState(StrEnum):
    """How a section's files compare with the release they should come from."""

    IDENTICAL = "identical"
    PATCHED = "patched"
    MISSING = "missing"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class SectionEvidence:
    """What was found for one section.

    Attributes:
        project: such as `nova`.
        section: the section's name in the guideline.
        upstream_change: for a declared patch, the upstream change it comes from; "" otherwise.
        detail: one line for people, such as which files differ.
    """

    project: str
    section: str
    state: SectionState
    upstream_change: str = ""
    detail: str = ""

    @property
    def satisfies(self) -> bool:
        """Identical code does, and a patch that names its upstream change."""
        return self.state is SectionState.IDENTICAL or (
            self.state is SectionState.PATCHED and bool(self.upstream_change)
        )


class CodeEvidence:
    """The evidence about one product: at most one statement per section."""

    def __init__(self, sections: Iterable[SectionEvidence]) -> None:
        """Index the statements.

        Raises:
            BadInput: when a section is spoken of twice.
        """
        self._by_section: dict[tuple[str, str], SectionEvidence] = {}
        for evidence in sections:
            key = (evidence.project, evidence.section)
            if key in self._by_section:
                raise BadInput(
                    f"the code evidence speaks twice of {evidence.project}: {evidence.section}",
                    next_step="Give one statement per designated section.",
                )
            self._by_section[key] = evidence

    @property
    def statements(self) -> tuple[SectionEvidence, ...]:
        """All that is known, in the order given."""
        return tuple(self._by_section.values())

    def of(self, project: str, section: str) -> SectionEvidence | None:
        """What is known about a section, or None."""
        return self._by_section.get((project, section))
