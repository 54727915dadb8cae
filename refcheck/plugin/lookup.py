"""Finding tests in the catalogue, by whatever a person calls them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence

from refcheck.errors import UnknownTest
from refcheck.plugin.catalogue import Card, Listing

_SUFFIX = re.compile(r"\[.*\]$")
_SHORTEST = 6
"""Characters of an id that may stand for the whole."""


def find(cards: Sequence[Card], word: str) -> Card:
    """The test of that id (or its beginning), function name, or name or alias in a guideline.

    Raises:
        UnknownTest: naming the nearest.
    """
    wanted = _SUFFIX.sub("", word.strip()).removeprefix("id-")
    for card in cards:
        if wanted in (card.id, card.name) or wanted in card.names:
            return card
    begun = [card for card in cards if card.id.startswith(wanted.lower())]
    if len(begun) == 1 and len(wanted) >= _SHORTEST:
        return begun[0]
    near = list(dict.fromkeys(_nearest(cards, wanted, begun)))[:3]
    raise UnknownTest(
        f"the suite has no test {word[:120]!r}",
        next_step="The nearest are " + "; ".join(near) + "."
        if near
        else "See `refcheck suite list`.",
    )


def _nearest(cards: Sequence[Card], wanted: str, begun: Sequence[Card]) -> Iterator[str]:
    """Ids of tests, each with what it is called."""
    for card in begun if len(wanted) >= _SHORTEST else ():
        yield f"{card.id} {card.name}"
    spoken: dict[str, Card] = {}
    for card in cards:
        for name in (card.id, card.name, *card.names, *(n.rpartition(".")[2] for n in card.names)):
            spoken.setdefault(name, card)
    for name in difflib.get_close_matches(wanted, spoken, n=6, cutoff=0.5):
        yield f"{spoken[name].id} {spoken[name].name}"


def listed(card: Card, guideline: str, target: str, status: str) -> tuple[Listing, ...]:
    """What guidelines say of a test, of those entries that all given words hold for.

    Args:
        guideline: id, or "" for every one; `target` and `status` likewise.
    """
    return tuple(
        one
        for one in card.listings
        if guideline in ("", one.guideline)
        and (not target or target in one.targets)
        and status in ("", one.status)
    )


def select(
    cards: Iterable[Card],
    *,
    guideline: str = "",
    target: str = "",
    service: str = "",
    capability: str = "",
    status: str = "",
) -> list[tuple[Card, tuple[Listing, ...]]]:
    """The tests that all given words hold for, each with the guidelines' entries that say so.

    Args:
        service: type that the test asks, such as "compute".
        capability: its name, or a part of it.
    """
    found = []
    for card in cards:
        entries = listed(card, guideline, target, status)
        if capability:
            entries = tuple(one for one in entries if capability.lower() in one.capability.lower())
        wanted = bool(entries) or not (guideline or target or status or capability)
        if wanted and (not service or service in card.services):
            found.append((card, entries))
    return found
