"""Schema 2.0 (2018.02 and later, and the add-ons) to the model."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from refcheck.guideline.capability_parts import (
    by_status,
    note_bare_ids,
    note_undefined,
    read_capability,
    read_criteria,
    read_tests,
)
from refcheck.guideline.marks import addon_mark, program_mark, target_of
from refcheck.guideline.model import (
    Component,
    ComponentRef,
    DesignatedSection,
    Guideline,
    Program,
)
from refcheck.guideline.section_parts import project_sections, section_status
from refcheck.guideline.tree import Node


def normalise(root: Node, sha256: str) -> Guideline:
    """Fill the model; defects that real files have are tolerated and noted at their nodes.

    Raises:
        BadGuideline: with the path of the fault.
    """
    metadata = root.node("metadata")
    approval = metadata.node("os_trademark_approval")
    scoring = metadata.node("scoring") if "scoring" in metadata else None
    criteria = read_criteria(scoring) if scoring else {}
    capabilities = {
        name: read_capability(
            name,
            node,
            tests=read_tests(node),
            since=node.key("required_since", "required-since"),
            criteria=criteria,
        )
        for name, node in root.nodes("capabilities")
    }
    note_bare_ids(root)
    components = {
        name: _component(name, node, capabilities) for name, node in root.nodes("components")
    }
    programs = _programs(root)
    _check_components(root, programs, components)
    return Guideline(
        id=metadata.text("id"),
        schema=metadata.text("schema"),
        status=approval.text("status"),
        replaces=approval.optional_text("replaces"),
        releases=approval.texts("releases"),
        programs=programs,
        components=components,
        capabilities=capabilities,
        sections=_sections(root),
        criteria=criteria,
        cutoff_score=scoring.whole("cutoff_score") if scoring else None,
        provenance=root.optional_text("provenance"),
        sha256=sha256,
    )


def _component(name: str, node: Node, capabilities: Container[str]) -> Component:
    listed = by_status(node.node("capabilities")) if "capabilities" in node else {}
    if listed:
        note_undefined(node.node("capabilities"), listed, capabilities)
    designated = "designated_sections"
    return Component(
        name=name,
        description=node.optional_text("description"),
        capabilities=listed,
        designated=by_status(node.node(designated)) if designated in node else {},
    )


def _programs(root: Node) -> Mapping[str, Program]:
    programs = [_platform(title, node) for title, node in root.nodes("platforms")]
    programs += [_addon(title, node) for title, node in root.nodes("add-ons")]
    if not programs:
        raise root.fault("platforms", "is missing: the guideline has neither platforms nor add-ons")
    by_target = {program.target: program for program in programs}
    if len(by_target) < len(programs):
        raise root.fault("platforms", "has two programs of the same short name")
    return by_target


def _check_components(
    root: Node, programs: Mapping[str, Program], components: Container[str]
) -> None:
    for program in programs.values():
        for ref in (*program.components, *program.prerequisites):
            if ref.source is None and ref.name not in components:
                raise root.fault("components", f"lacks {ref.name!r}, which {program.title!r} names")


def _platform(title: str, node: Node) -> Program:
    return Program(
        target=target_of(title),
        title=title,
        description=node.optional_text("description"),
        components=tuple(_refs(node.items("components"))),
        prerequisites=(),
        mark=program_mark(title),
    )


def _addon(title: str, node: Node) -> Program:
    return Program(
        target=target_of(title),
        title=title,
        description=node.optional_text("description"),
        components=tuple(_refs(node.items("components"))),
        prerequisites=tuple(_refs(node.items("required_platform_components"))),
        mark=addon_mark(title),
    )


def _refs(nodes: Iterable[Node]) -> Iterable[ComponentRef]:
    for node in nodes:
        yield ComponentRef(node.text("name"), node.optional_text("source") or None)


def _sections(root: Node) -> tuple[DesignatedSection, ...]:
    return tuple(
        section
        for project, statuses in root.nodes("designated_sections")
        for word, body in statuses.entries()
        for section in project_sections(project, section_status(statuses, word), body)
    )
