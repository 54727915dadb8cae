"""Capabilities, their tests and the criteria: what every schema since 1.2 says much alike."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping

from refcheck.guideline.model import Capability, Criterion, Flag, Status, Test
from refcheck.guideline.tree import Node

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_criteria(node: Node) -> Mapping[str, Criterion]:
    """The criteria of the object `criteria` of `node`; schema 1 writes `Description`."""
    return {
        key: Criterion(
            key=key,
            name=body.optional_text("name"),
            description=body.optional_text(
                "Description" if "Description" in body else "description"
            ),
            weight=body.whole("weight") or 0,
        )
        for key, body in node.nodes("criteria")
    }


def read_capability(
    name: str,
    node: Node,
    *,
    tests: Iterable[Test],
    since: str,
    criteria: Mapping[str, Criterion],
) -> Capability:
    """A capability; `since` is its key of the first guideline that required it."""
    return Capability(
        name=name,
        project=node.optional_text("project"),
        description=node.optional_text(node.key("description", "descriptin")),
        admin=node.truth("admin"),
        tests=tuple(tests),
        achievements=tuple(_achievements(node, criteria)),
        required_since=node.optional_text(since),
    )


def _achievements(node: Node, criteria: Mapping[str, Criterion]) -> Iterator[str]:
    """Keys of criteria; where a file writes a criterion's name, its key is meant."""
    names = {criterion.name.lower(): key for key, criterion in criteria.items() if criterion.name}
    for word in node.texts(node.key("achievements", "acheivements")):
        if word in criteria:
            yield word
        elif word.lower() in names:
            node.note("achievements", f"{word!r} taken for {names[word.lower()]!r}")
            yield names[word.lower()]
        else:
            node.note("achievements", f"{word!r} is no criterion of this guideline; not counted")


def read_tests(node: Node) -> Iterable[Test]:
    """The tests of a capability, as schemas since 1.3 write them."""
    nodes = dict(node.nodes("tests"))
    nameless = [name for name, body in nodes.items() if not body.optional_text("idempotent_id")]
    if len(nameless) == 1:
        nodes[nameless[0]].note("idempotent_id", "is empty; the test is known by its name only")
    elif nameless:
        node.note("tests", f"{len(nameless)} tests have no id; they are known by their names only")
    return [_test(name, body) for name, body in nodes.items()]


def _test(name: str, node: Node) -> Test:
    written = node.optional_text("idempotent_id")
    bare, comma, attributes = written.lower().removeprefix("id-").partition(",")
    if comma and _UUID.fullmatch(bare):
        node.note("idempotent_id", f"has {attributes[:80]!r} behind the id; left out")
    if not _UUID.fullmatch(bare):
        if written:
            problem = f"{written[:80]!r} is not a UUID"
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


def note_bare_ids(root: Node) -> None:
    """Note how many ids lack the `id-` that the schema asks for; whole files leave it out."""
    bare = sum(
        1
        for _, capability in root.nodes("capabilities")
        for _, test in capability.nodes("tests")
        if _UUID.fullmatch(test.optional_text("idempotent_id"))
    )
    if bare:
        root.note("capabilities", f"{bare} idempotent ids are written without 'id-'")


def by_status(listed: Node) -> Mapping[Status, tuple[str, ...]]:
    """Names by status, strongest first.

    Raises:
        BadGuideline: for a word that is not a status.
    """
    for word in listed.names():
        if word not in set(Status):
            raise listed.fault(word, f"is not a status; known are {', '.join(Status)}")
    return {status: listed.texts(status) for status in Status if status in listed}


def note_undefined(
    listed: Node, names: Mapping[Status, tuple[str, ...]], capabilities: Container[str]
) -> None:
    """Note the capabilities that a component lists and the guideline does not define."""
    for status, several in names.items():
        for capability in several:
            if capability not in capabilities:
                listed.note(
                    status.value, f"names {capability!r}, which is not defined; it has no tests"
                )
