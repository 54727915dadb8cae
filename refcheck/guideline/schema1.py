"""Schemas 1.2 to 1.6 (2015.03 to 2017.09) to the model.

They differ from 2.0 in shape: everything is at the top, programs have no titles, designated
sections are by status first, and 1.2 lists tests and flagged tests by name only.
"""

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
from refcheck.guideline.marks import program_mark
from refcheck.guideline.model import (
    Capability,
    Component,
    ComponentRef,
    DesignatedSection,
    Flag,
    Guideline,
    Program,
    Status,
    Test,
)
from refcheck.guideline.section_parts import project_sections, section_status
from refcheck.guideline.tree import Node

SCHEMAS = ("1.2", "1.3", "1.4", "1.5", "1.6")
_TITLES = {"compute": "OpenStack Powered Compute", "object": "OpenStack Powered Storage"}
_SECTIONS = "designated-sections"

_SectionsByStatus = list[tuple[Status | None, Node]]
"""The objects of `designated-sections`, which hold projects; None for informational ones."""


def normalise(root: Node, sha256: str) -> Guideline:
    """Fill the model; defects that real files have are tolerated and noted at their nodes.

    Raises:
        BadGuideline: with the path of the fault.
    """
    criteria = read_criteria(root)
    capabilities = {
        name: read_capability(
            name,
            node,
            tests=_tests(node),
            since=node.key("required-since", "required_since"),
            criteria=criteria,
        )
        for name, node in root.nodes("capabilities")
    }
    if root.text("schema") == "1.2":
        root.note("capabilities", "schema 1.2 has no ids; the tests are known by their names only")
    else:
        note_bare_ids(root)
    sections = _sections_by_status(root)
    components = dict(_components(root, capabilities, sections))
    _note_own_status(root, components)
    return Guideline(
        id=root.text("id"),
        schema=root.text("schema"),
        status=root.text("status"),
        replaces=root.optional_text("replaces"),
        releases=root.texts("releases"),
        programs=_programs(root, components),
        components=components,
        capabilities=capabilities,
        sections=tuple(_sections(sections)),
        criteria=criteria,
        cutoff_score=root.whole("cutoff_score"),
        provenance=root.optional_text("provenance"),
        sha256=sha256,
    )


def _tests(node: Node) -> Iterable[Test]:
    """Tests by name (1.2), with the flagged ones in a list beside them, or as objects (1.3 on)."""
    if not node.is_list("tests"):
        return read_tests(node)
    names = node.texts("tests")
    flagged = node.texts("flagged")
    for index, name in enumerate(flagged):
        if name not in names:
            node.note(f"flagged[{index}]", f"{name!r} is no test of this capability; ignored")
    if len(set(names)) < len(names):
        node.note("tests", "names a test twice; it counts once")
    no_reason = Flag(reason="", action="", date="")
    return [
        Test(name, id="", flag=no_reason if name in flagged else None)
        for name in dict.fromkeys(names)
    ]


def _components(
    root: Node, capabilities: Mapping[str, Capability], sections: _SectionsByStatus
) -> Iterable[tuple[str, Component]]:
    """Components, each with the projects of its required capabilities as designated ones."""
    projects = {status: node.names() for status, node in sections if status is not None}
    if projects:
        root.note(
            _SECTIONS,
            "does not say which component needs which project; "
            "taken: a component needs the projects of its required capabilities",
        )
    for name, node in root.nodes("components"):
        listed = by_status(node)
        note_undefined(node, listed, capabilities)
        own = {
            capabilities[capability].project
            for capability in listed.get(Status.REQUIRED, ())
            if capability in capabilities
        }
        designated = {
            status: tuple(project for project in several if project in own)
            for status, several in projects.items()
        }
        yield name, Component(name, "", listed, {s: p for s, p in designated.items() if p})


def _note_own_status(root: Node, components: Mapping[str, Component]) -> None:
    """1.2 repeats the status at the capability; the components' lists are what counts."""
    listed: dict[str, set[str]] = {}
    for component in components.values():
        for status, names in component.capabilities.items():
            for name in names:
                listed.setdefault(name, set()).add(status.value)
    for name, node in root.nodes("capabilities"):
        own = node.optional_text("status")
        if own and own not in listed.get(name, ()):
            there = " and ".join(sorted(listed.get(name, ()))) or "nowhere"
            node.note("status", f"is {own[:80]!r}, but components list it {there}; they count")


def _programs(root: Node, components: Container[str]) -> Mapping[str, Program]:
    platform = root.node("platform")
    parts = by_status(platform)
    for status, names in parts.items():
        if names and status is not Status.REQUIRED:
            platform.note(status.value, "is ignored: only required components count")
    required = parts.get(Status.REQUIRED, ())
    for name in required:
        if name not in components:
            raise root.fault("components", f"lacks {name!r}, which the platform names")
    programs = [_program("platform", "OpenStack Powered Platform", required)]
    programs += [
        _program(name, _TITLES.get(name) or f"OpenStack Powered {name.title()}", (name,))
        for name, _ in root.nodes("components")
        if name != "platform"
    ]
    return {program.target: program for program in programs}


def _program(target: str, title: str, components: Iterable[str]) -> Program:
    return Program(
        target=target,
        title=title,
        description="",
        components=tuple(ComponentRef(name) for name in components),
        prerequisites=(),
        mark=program_mark(title),
    )


def _sections_by_status(root: Node) -> _SectionsByStatus:
    if _SECTIONS not in root:
        return []
    sections = root.node(_SECTIONS)
    return [(section_status(sections, word), node) for word, node in sections.entries()]


def _sections(sections: _SectionsByStatus) -> Iterable[DesignatedSection]:
    for status, projects in sections:
        for project, body in projects.entries():
            yield from project_sections(project, status, body)
