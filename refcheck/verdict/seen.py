"""The outcomes of one result, and what judging them for one program finds out for the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property

from refcheck.guideline.model import Guideline
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.matching import Matches, match
from refcheck.verdict.test_index import index_of

Row = tuple[str, str, Outcome, str]


class Seen(tuple[TestOutcome, ...]):  # noqa: SLOT001 - it keeps what it finds out
    """Outcomes in any order; equal to a plain tuple of the same."""

    @classmethod
    def of(cls, outcomes: Iterable[TestOutcome]) -> Seen:
        """These outcomes; the very same object when they are that already."""
        return outcomes if isinstance(outcomes, cls) else cls(outcomes)

    @classmethod
    def known(cls, outcomes: Iterable[TestOutcome], sha256: str) -> Seen:
        """Outcomes whose digest was worked out before."""
        seen = cls(outcomes)
        seen.sha256 = sha256
        return seen

    @cached_property
    def rows(self) -> list[Row]:
        """Id, name, outcome and reason of each, sorted: all that the judge sees."""
        return _rows(self)

    @cached_property
    def sha256(self) -> str:
        """See `outcomes_sha256`."""
        return _digest(self.rows)

    @cached_property
    def _matches(self) -> dict[tuple[int, ...], tuple[tuple[Guideline, ...], Matches]]:
        return {}

    def matches(self, homes: tuple[Guideline, ...]) -> Matches:
        """Which outcome belongs to which test of these guidelines."""
        key = tuple(map(id, homes))
        if key not in self._matches:
            self._matches[key] = (homes, match(index_of(homes), self))  # homes stay alive: the key
        return self._matches[key][1]


def outcomes_sha256(outcomes: Iterable[TestOutcome]) -> str:
    """The digest of what the judge sees of the outcomes, whatever their order: hex.

    Duration and attempts decide nothing and are not part of it.
    """
    return _digest(_rows(outcomes))


def _rows(outcomes: Iterable[TestOutcome]) -> list[Row]:
    return sorted([(one.id, one.name, one.outcome, one.reason) for one in outcomes])


def _digest(rows: list[Row]) -> str:
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()
