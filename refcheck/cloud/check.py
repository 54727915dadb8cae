"""One line of a diagnosis: what was looked at, whether it will do, and what to do if not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Sign(StrEnum):
    """What a check came to."""

    GOOD = "good"
    BAD = "bad"
    """It stands in the way of a test."""
    OPEN = "open"
    """It leaves a test undecided, or could not be seen."""
    NOTE = "note"
    """It stands in nobody's way, and is worth knowing."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        topic: such as "image" or "clock".
        kind: of what is wrong: configuration, credentials, quota, network, service, suite, guest.
        next_step: "" when there is nothing to do.
    """

    sign: Sign
    topic: str
    text: str
    kind: str = ""
    next_step: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
