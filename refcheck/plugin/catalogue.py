"""Every test of the suite with all that is known of it, for people who ask before they run.

Put together from three places that cannot disagree with what runs: the tests' source, the
built-in guidelines, and what a run on refcloud recorded (`refcheck.plugin.calls`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from refcheck.guideline import library
from refcheck.guideline.model import Capability, Guideline, Status, Test
from refcheck.plugin import suite
from refcheck.plugin.calls import Recorded, Recording
from refcheck.plugin.needs import needs_of


@dataclass(frozen=True, slots=True)
class Listing:
    """One guideline's entry for a test, in one capability.

    Attributes:
        targets: programs of the guideline that count the capability.
        status: the strongest that a component gives the capability; None when none lists it.
        flag: why it does not count, "" when it does.
    """

    guideline: str
    capability: str
    project: str
    targets: tuple[str, ...]
    status: Status | None
    flag: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One test.

    Attributes:
        name: of our function: a sentence.
        place: file and line, from the folder that holds the suite.
        about: first line of the file's docstring.
        listings: of the guidelines that name it, oldest first.
        needs: what it cannot do without, in words of `refcheck.plugin.needs`.
        recorded: None when the test is newer than the data.
    """

    id: str
    name: str
    place: str
    about: str
    listings: tuple[Listing, ...]
    needs: tuple[str, ...]
    recorded: Recorded | None

    @property
    def sentence(self) -> str:
        """The function's name as words."""
        return self.name.removeprefix("test_").replace("_", " ")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name and alias that a guideline gives it, the newest first."""
        several = (n for one in reversed(self.listings) for n in (one.name, *one.aliases))
        return tuple(dict.fromkeys(several))

    @property
    def services(self) -> tuple[str, ...]:
        """Types of the services it asks; that of the capability first."""
        return self.recorded.services if self.recorded else ()

    @property
    def cost(self) -> str:
        """How dear it is, as `Recorded.cost`; "" when not recorded."""
        return self.recorded.cost if self.recorded else ""


def cards(guidelines: Iterable[str] | None = None) -> tuple[Card, ...]:
    """All tests of the suite, by place.

    Args:
        guidelines: ids of those whose listings are wanted; every built-in one without it.
    """
    folder = suite.folder()
    recording = Recording.load(folder)
    listings = _listings(library.ids() if guidelines is None else guidelines)
    return tuple(
        _card(folder, recording, listings.get(function.id, ()), function)
        for function in suite.functions(folder)
    )


def _card(
    folder: Path, recording: Recording, listings: Iterable[Listing], function: suite.Function
) -> Card:
    node, recorded = function.node, recording.of(function.id)
    within = function.file.relative_to(folder).as_posix()
    return Card(
        id=function.id,
        name=node.name,
        place=f"{folder.name}/{within}:{node.lineno}",
        about=function.about,
        listings=tuple(listings),
        needs=needs_of(recorded, [argument.arg for argument in node.args.args]),
        recorded=recorded,
    )


def _listings(guidelines: Iterable[str]) -> Mapping[str, list[Listing]]:
    found: dict[str, list[Listing]] = {}
    for guideline_id in guidelines:
        guideline = library.load(guideline_id)
        for capability in guideline.capabilities.values():
            counted = tuple(_counted(guideline, capability))
            for test in capability.tests:
                if test.id:
                    listing = _listing(guideline, capability, test, counted)
                    found.setdefault(test.id, []).append(listing)
    return found


def _listing(
    guideline: Guideline,
    capability: Capability,
    test: Test,
    counted: tuple[tuple[str, Status], ...],
) -> Listing:
    return Listing(
        guideline=guideline.id,
        capability=capability.name,
        project=capability.project,
        targets=tuple(dict.fromkeys(target for target, _ in counted)),
        status=Status.strongest(status for _, status in counted) if counted else None,
        flag=test.flag.reason if test.flag else "",
        name=test.name,
        aliases=test.aliases,
    )


def _counted(guideline: Guideline, capability: Capability) -> Iterator[tuple[str, Status]]:
    """Target and status, for every component of a program that lists the capability."""
    for target, program in guideline.programs.items():
        for ref in program.components:
            component = guideline.components.get(ref.name)
            for status, names in component.capabilities.items() if component else ():
                if capability.name in names:
                    yield target, status
