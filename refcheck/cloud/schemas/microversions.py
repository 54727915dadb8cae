"""One answer through the microversions: its properties come, change and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import Shape, obj


@dataclass(frozen=True, slots=True)
class Change:
    """What is different in an object since a microversion.

    Attributes:
        since: first microversion of the change, "" for what was there from the beginning.
        required: properties that are always there from now on.
        optional: properties that may be there from now on.
        gone: names of properties that are no longer there.
    """

    since: str
    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)
    gone: Sequence[str] = ()


def rules_through(
    method: str,
    path: str,
    statuses: tuple[int, ...],
    changes: Sequence[Change],
    body: Callable[[Shape], Shape],
    *,
    until: str = "",
    optional_headers: Mapping[str, Shape] | None = None,
) -> tuple[Rule, ...]:
    """One rule for every stretch of microversions in which the object stays the same.

    Args:
        changes: the object's, oldest first.
        body: makes the answer's shape of the object's.
        until: last microversion that has the call at all, "" for the latest.
        optional_headers: as in `Rule`.
    """
    return tuple(
        Rule(
            method,
            path,
            statuses,
            body(shape),
            since=since,
            until=last or until,
            optional_headers=optional_headers,
        )
        for since, last, shape in _stretches(changes)
    )


def _stretches(changes: Sequence[Change]) -> Iterator[tuple[str, str, Shape]]:
    """First and last microversion of each stretch, and the object in it."""
    required: dict[str, Shape] = {}
    optional: dict[str, Shape] = {}
    ends = [_before(change.since) for change in changes[1:]]
    for change, last in zip(changes, [*ends, ""], strict=True):
        required |= change.required
        optional |= change.optional
        for properties in (required, optional):
            for name in change.gone:
                properties.pop(name, None)
        yield change.since, last, obj(required, optional)


def _before(version: str) -> str:
    """The microversion before one, which is none that begins a major version."""
    major, _, minor = version.partition(".")
    return f"{major}.{int(minor) - 1}"
