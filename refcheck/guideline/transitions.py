"""Which steps a capability's status may take from one guideline to the next.

The process (2017A, rules A3.1, A3.2, A4.5, A4.6): nothing becomes required that was not advisory
before, and nothing goes that was not deprecated before. It has been in force since the guideline
2016.01; the first three guidelines regrouped nearly everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from refcheck.guideline.defects import statuses_of
from refcheck.guideline.model import Guideline, Status

PROCESS_START = "2016.01"
"""The first guideline made under the process."""

Renames = Iterable[tuple[str, str]]
"""Pairs of a name in the guideline before and the name that took its tests over."""

RENAMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "2017.01": (
        ("objectstore-object-put", "objectstore-temp-url-put"),
        ("objectstore-object-upload", "objectstore-object-create"),
        ("objectstore-account-list", "objectstore-info-request"),
    )
}
"""Guideline → its renames, read off the ids of the tests that moved."""

_ABSENT = "absent"
_LEGAL = {
    (_ABSENT, Status.ADVISORY),
    (Status.ADVISORY, Status.REQUIRED),
    (Status.REQUIRED, Status.DEPRECATED),
    (Status.DEPRECATED, Status.REMOVED),
    (Status.REMOVED, _ABSENT),
}
_UNSAID = {
    (Status.ADVISORY, _ABSENT),
    (Status.DEPRECATED, Status.REQUIRED),
    (Status.ADVISORY, Status.DEPRECATED),
}
"""Steps that the process is silent about, and real guidelines took."""


class Legality(StrEnum):
    """What the process says of a step."""

    LEGAL = "legal"
    UNSAID = "unsaid"
    BEFORE_PROCESS = "before the process"
    ILLEGAL = "illegal"


@dataclass(frozen=True, slots=True)
class Step:
    """A capability whose status is not what it was.

    Attributes:
        before: status, or "absent".
        after: status, or "absent".
        renamed_from: its name before, when that was another.
    """

    capability: str
    before: str
    after: str
    legality: Legality
    renamed_from: str = ""


def steps(
    previous: Guideline, current: Guideline, *, renames: Renames | None = None
) -> Iterator[Step]:
    """The steps from `previous` to `current`, in the order of `previous`, then of `current`.

    Args:
        renames: the known ones of `current` by default.
    """
    before = statuses_of(previous)
    after = statuses_of(current)
    origins: dict[str, str] = {}
    heirs: set[str] = set()
    for old, new in RENAMES.get(current.id, ()) if renames is None else renames:
        if old in before and new in after:
            heirs.add(old)
            if new not in before:
                origins[new] = old
    for name in dict.fromkeys((*before, *after)):
        was = str(before.get(origins.get(name, name), _ABSENT))
        now = str(after.get(name, _ABSENT))
        if was != now and not (now == _ABSENT and name in heirs):
            yield Step(name, was, now, _legality(was, now, current.id), origins.get(name, ""))


def _legality(before: str, after: str, guideline_id: str) -> Legality:
    if (before, after) in _LEGAL:
        return Legality.LEGAL
    if (before, after) in _UNSAID:
        return Legality.UNSAID
    if guideline_id[:1].isdigit() and guideline_id < PROCESS_START:
        return Legality.BEFORE_PROCESS
    return Legality.ILLEGAL
