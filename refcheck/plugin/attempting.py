"""How often a test is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from refcheck.result.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Attempting:
    """What a run was told.

    Attributes:
        attempts: how often a test that fails is tried at most, each time on fresh resources.
        repeat: how often each test is run, whatever comes of it; more than once to see how steady
            outcomes are.
    """

    attempts: int = 2
    repeat: int = 1

    def again(self, outcomes: Sequence[Outcome]) -> bool:
        """Whether a test whose attempts ended so is run once more.

        Only a failure is tried again: nothing else could show a cloud that is unsteady.
        """
        made = len(outcomes)
        if self.repeat > 1 or not made:
            return made < self.repeat
        return made < self.attempts and all(one is Outcome.FAILED for one in outcomes)
