"""Filters of lists that need neither server nor script: each choice is a rule of a style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

FILE = "filters.css"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is filtered by.

    Attributes:
        name: of its buttons.
        legend: what stands above them.
        choices: what each is called, by the class of the lines that it shows: of the line itself,
            or of something in it.
    """

    name: str
    legend: str
    choices: Mapping[str, str]


def offered(filters: Iterable[Filter], lines: Iterable[AbstractSet[str]]) -> tuple[Filter, ...]:
    """What is of use on a list: a choice that shows no line, or all of them, is not offered.

    Args:
        filters: what the list could be filtered by.
        lines: the classes of each.
    """
    seen = list(lines)
    found = (_of_use(one, seen) for one in filters)
    return tuple(one for one in found if one.choices)


def _of_use(one: Filter, lines: list[AbstractSet[str]]) -> Filter:
    counts = {choice: sum(choice in line for line in lines) for choice in one.choices}
    kept = {choice: name for choice, name in one.choices.items() if 0 < counts[choice] < len(lines)}
    return replace(one, choices=kept)


def rules(filters: Iterable[Filter]) -> bytes:
    """The style sheet that shows what is chosen, for lists in the section of their buttons."""
    chosen = dict.fromkeys(choice for one in filters for choice in one.choices)
    return "".join(
        f'section:has(.controls [value="{choice}"]:checked) .lines > '
        f":not(.{choice}, :has(.{choice})) {{ display: none; }}\n"
        for choice in chosen
    ).encode()


def css_class(kind: str, name: str) -> str:
    """A name, such as a guideline's, as a class of a style sheet: `guideline-2020-06`."""
    return f"{kind}-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
