"""What was found wrong with answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with one exchange, or with several.

    Attributes:
        faults: values that are missing or of the wrong form, in words.
        extras: properties that the API does not declare, as paths such as "server.colour".
        unknown: calls that no rule covers.
    """

    faults: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __or__(self, other: Findings) -> Findings:
        """All of both, each once."""
        if other == NOTHING:
            return self
        return Findings(
            each_once(self.faults + other.faults),
            each_once(self.extras + other.extras),
            each_once(self.unknown + other.unknown),
        )


NOTHING: Final = Findings()


def each_once(texts: Iterable[str]) -> tuple[str, ...]:
    """The same texts in the same order, each once."""
    return tuple(dict.fromkeys(texts))
