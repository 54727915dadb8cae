"""Designated sections of one project: the same in every schema."""

from __future__ import annotations

from collections.abc import Iterable

from refcheck.guideline.model import DesignatedSection, Status
from refcheck.guideline.tree import Node

_INFORMATIONAL = "informational"


def section_status(parent: Node, word: str) -> Status | None:
    """The status that `word` means; None for an informational section.

    Raises:
        BadGuideline: with the path in `parent`, for a word that is neither.
    """
    if word == _INFORMATIONAL:
        return None
    if word not in set(Status):
        raise parent.fault(word, f"is not a status; known are {', '.join(Status)}")
    return Status(word)


def project_sections(
    project: str, status: Status | None, body: Node
) -> Iterable[DesignatedSection]:
    """The sections of a project at one status."""
    if body.is_empty_list("sections"):
        body.note("sections", "is [] where an object belongs; taken as none")
        return
    for name, node in body.nodes("sections"):
        yield DesignatedSection(
            project=project,
            status=status,
            name=name,
            designated=node.truth("designated"),
            description=node.optional_text("description"),
            comment=node.optional_text("comment"),
            paths=node.texts("paths"),
        )
