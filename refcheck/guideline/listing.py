"""The tests of a guideline as the lists that Tempest and RefStack clients read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from refcheck.errors import UnknownTarget
from refcheck.guideline.model import Guideline, Status, Test


def list_tests(
    guideline: Guideline,
    *,
    target: str | None = None,
    statuses: Iterable[Status] = tuple(Status),
    flagged: bool = True,
    aliases: bool = False,
) -> tuple[str, ...]:
    """Lines `name[id-...]`, sorted, each once.

    Args:
        target: of a program; None: of every component the guideline defines. Components of
            other guidelines are not followed.
        statuses: of the capabilities whose tests are listed.
        flagged: whether flagged tests are listed as well.
        aliases: whether each alias gets a line of its own, with the same id.

    Raises:
        UnknownTarget: when the guideline has no such target.
    """
    wanted = set(statuses)
    names = {
        name
        for component in _components(guideline, target)
        for status, several in guideline.components[component].capabilities.items()
        if status in wanted
        for name in several
    }
    lines = {
        line
        for name, capability in guideline.capabilities.items()
        if name in names
        for test in capability.tests
        if flagged or test.flag is None
        for line in _lines(test, aliases=aliases)
    }
    return tuple(sorted(lines))


def _components(guideline: Guideline, target: str | None) -> Iterable[str]:
    if target is None:
        return guideline.components
    program = guideline.programs.get(target)
    if program is None:
        raise UnknownTarget(
            f"guideline {guideline.id} has no target {target[:80]!r}",
            next_step=f"Give one of {', '.join(guideline.programs)}.",
        )
    return [ref.name for ref in program.components if ref.name in guideline.components]


def _lines(test: Test, *, aliases: bool) -> Iterator[str]:
    suffix = f"[id-{test.id}]" if test.id else ""
    for name in (test.name, *(test.aliases if aliases else ())):
        yield name + suffix
