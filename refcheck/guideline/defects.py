"""Defects that only the whole guideline shows.

Ids, names and aliases that are not unique; capabilities that nothing decides or nobody asks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from refcheck.guideline.model import Guideline, Status


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong, where, and what is assumed; `rule` names the kind."""

    rule: str
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def defects(guideline: Guideline) -> Iterator[Defect]:
    """Each defect of the guideline as a whole."""
    yield from _ambiguous_tests(guideline)
    yield from _aliases(guideline)
    yield from _listed_twice(guideline)
    yield from _idle_capabilities(guideline)


def _ambiguous_tests(guideline: Guideline) -> Iterator[Defect]:
    names: defaultdict[str, dict[str, str]] = defaultdict(dict)
    ids: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for capability in guideline.capabilities.values():
        for test in capability.tests:
            if test.id:
                path = f"$.capabilities.{capability.name}.tests.{test.name}"
                names[test.id][test.name] = path
                ids[test.name][test.id] = path
    for test_id, several in names.items():
        if len(several) > 1:
            text = f"id {test_id} is shared by {_list(several)}; names decide"
            yield Defect("shared-id", _last(several), text)
    for several in ids.values():
        if len(several) > 1:
            text = f"has the ids {_list(several)}; taken for several tests"
            yield Defect("two-ids", _last(several), text)


def _aliases(guideline: Guideline) -> Iterator[Defect]:
    names = {test.name for c in guideline.capabilities.values() for test in c.tests}
    owners: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for capability in guideline.capabilities.values():
        for test in capability.tests:
            for alias in test.aliases:
                path = f"$.capabilities.{capability.name}.tests.{test.name}.aliases"
                owners[alias][test.name] = path
    for alias, several in owners.items():
        if alias in names:
            text = f"{alias} is also a test's name; the name decides"
            yield Defect("alias-is-name", _last(several), text)
        if len(several) > 1:
            text = f"{alias} is shared by {_list(several)}; alone it counts for none"
            yield Defect("shared-alias", _last(several), text)


def _listed_twice(guideline: Guideline) -> Iterator[Defect]:
    for component in guideline.components.values():
        statuses: defaultdict[str, list[Status]] = defaultdict(list)
        for status, names in component.capabilities.items():
            for name in names:
                statuses[name].append(status)
        for name, several in statuses.items():
            if len(several) > 1:
                text = f"lists {name} as {_list(several)}; the strongest counts"
                yield Defect("listed-twice", f"$.components.{component.name}.capabilities", text)


def _idle_capabilities(guideline: Guideline) -> Iterator[Defect]:
    listed = statuses_of(guideline)
    for name, capability in guideline.capabilities.items():
        path = f"$.capabilities.{name}"
        if name not in listed:
            yield Defect("unused-capability", path, "is in no component; not judged")
        elif not capability.tests:
            yield Defect("no-tests", path, f"is {listed[name]} and has no tests; it holds untested")


def statuses_of(guideline: Guideline) -> dict[str, Status]:
    """Every capability that a component lists, with the strongest status it has anywhere."""
    found: dict[str, Status] = {}
    for component in guideline.components.values():
        for status, names in component.capabilities.items():
            for name in names:
                found[name] = Status.strongest([status, found.get(name, status)])
    return found


def _list(names: Iterable[str]) -> str:
    return " and ".join(names)


def _last(paths: dict[str, str]) -> str:
    """The path of the later one: what came first was right until then."""
    return list(paths.values())[-1]
