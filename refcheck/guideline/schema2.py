"""Schema 2.0 (2018.02 and later, and the add-ons) to the model."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from refcheck.guideline.marks import addon_mark, program_mark, target_of
from refcheck.guideline.model import (
    Capability,
    Component,
    ComponentRef,
    Criterion,
    DesignatedSection,
    Flag,
    Guideline,
    Program,
    Status,
    Test,
)
from refcheck.guideline.tree import Node

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INFORMATIONAL = "informational"


def normalise(root: Node, sha256: str, notices: list[str]) -> Guideline:
    """Fill the model; defects that real files have are tolerated and go to `notices`.

    Raises:
        BadGuideline: with the path of the fault.
    """
    metadata = root.node("metadata")
    approval = metadata.node("os_trademark_approval")
    scoring = metadata.node("scoring") if "scoring" in metadata else None
    criteria = (
        {key: _criterion(key, node) for key, node in scoring.nodes("criteria")} if scoring else {}
    )
    capabilities = {
        name: _capability(name, node, criteria) for name, node in root.nodes("capabilities")
    }
    _note_bare_ids(root)
    components = {
        name: _component(name, node, capabilities) for name, node in root.nodes("components")
    }
    programs = _programs(root)
    _check_components(root, programs, components)
    sections = _sections(root)
    return Guideline(
        id=metadata.text("id"),
        schema=metadata.text("schema"),
        status=approval.text("status"),
        replaces=approval.optional_text("replaces"),
        releases=approval.texts("releases"),
        programs=programs,
        components=components,
        capabilities=capabilities,
        sections=sections,
        criteria=criteria,
        cutoff_score=scoring.whole("cutoff_score") if scoring else None,
        provenance=root.optional_text("provenance"),
        sha256=sha256,
        notices=tuple(notices),
    )


def _criterion(key: str, node: Node) -> Criterion:
    return Criterion(
        key=key,
        name=node.optional_text("name"),
        description=node.optional_text("description"),
        weight=node.whole("weight") or 0,
    )


def _capability(name: str, node: Node, criteria: Container[str]) -> Capability:
    achievements = node.texts(node.key("achievements", "acheivements"))
    for achievement in achievements:
        if achievement not in criteria:
            node.note(
                "achievements", f"{achievement!r} is no criterion of this guideline; not counted"
            )
    return Capability(
        name=name,
        project=node.optional_text("project"),
        description=node.optional_text(node.key("description", "descriptin")),
        admin=node.truth("admin"),
        tests=tuple(_test(test, body) for test, body in node.nodes("tests")),
        achievements=tuple(a for a in achievements if a in criteria),
        required_since=node.optional_text(node.key("required_since", "required-since")),
    )


def _test(name: str, node: Node) -> Test:
    written = node.optional_text("idempotent_id")
    bare = written.lower().removeprefix("id-")
    if not _UUID.fullmatch(bare):
        problem = "is empty" if not written else f"{written[:80]!r} is not a UUID"
        node.note("idempotent_id", f"{problem}; the test is known by its name only")
        bare = ""
    flagged = node.key("flagged", "flag")
    return Test(
        name=name,
        id=bare,
        aliases=node.texts("aliases"),
        flag=_flag(node.node(flagged)) if flagged in node else None,
    )


def _flag(node: Node) -> Flag:
    return Flag(
        reason=node.optional_text("reason"),
        action=node.optional_text("action"),
        date=node.optional_text("date"),
    )


def _note_bare_ids(root: Node) -> None:
    """The schema asks for `id-` before the UUID; whole files leave it out."""
    bare = sum(
        1
        for _, capability in root.nodes("capabilities")
        for _, test in capability.nodes("tests")
        if _UUID.fullmatch(test.optional_text("idempotent_id"))
    )
    if bare:
        root.note("capabilities", f"{bare} idempotent ids are written without 'id-'")


def _component(name: str, node: Node, capabilities: Container[str]) -> Component:
    listed = _by_status(node, "capabilities")
    for status, names in listed.items():
        for capability in names:
            if capability not in capabilities:
                node.note(
                    f"capabilities.{status}",
                    f"names {capability!r}, which is not defined; it has no tests",
                )
    return Component(
        name=name,
        description=node.optional_text("description"),
        capabilities=listed,
        designated=_by_status(node, "designated_sections"),
    )


def _by_status(node: Node, key: str) -> Mapping[Status, tuple[str, ...]]:
    if key not in node:
        return {}
    listed = node.node(key)
    for word in listed.names():
        if word not in set(Status):
            raise listed.fault(word, f"is not a status; known are {', '.join(Status)}")
    return {status: listed.texts(status) for status in Status if status in listed}


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
        for project, by_status in root.nodes("designated_sections")
        for word, body in by_status.entries()
        for section in _project_sections(project, _section_status(by_status, word), body)
    )


def _section_status(by_status: Node, word: str) -> Status | None:
    if word == _INFORMATIONAL:
        return None
    if word not in set(Status):
        raise by_status.fault(word, f"is not a status; known are {', '.join(Status)}")
    return Status(word)


def _project_sections(
    project: str, status: Status | None, body: Node
) -> Iterable[DesignatedSection]:
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
