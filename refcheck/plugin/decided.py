"""What can be decided and what cannot, counted by component and by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from refcheck.cloud.check import Check, Sign
from refcheck.plugin.forecast import Forecast, Obstacle
from refcheck.plugin.outlook import Outlook
from refcheck.result.outcome import Outcome


def decided(outlook: Outlook) -> list[Check]:
    """A check for each component of the target, then one for each reason."""
    return [*_components(outlook), *_reasons(outlook.undecided)]


def _components(outlook: Outlook) -> Iterator[Check]:
    for name, forecasts in outlook.by_component().items():
        stopped = [one.obstacle for one in forecasts if one.obstacle]
        told = f"{len(forecasts) - len(stopped)} of {len(forecasts)} tests"
        counts = Counter(one.outcome.value for one in stopped)
        words = ", ".join(f"{number} {word}" for word, number in counts.most_common())
        sign = worst_sign(stopped)
        yield Check(sign, name, f"{told}; {words}" if words else told)


def _reasons(undecided: Iterable[Forecast]) -> Iterator[Check]:
    reasons = Counter(one.obstacle for one in undecided if one.obstacle)
    for obstacle, number in reasons.most_common():
        topic = f"{number} test{'s' * (number > 1)}"
        yield Check(
            worst_sign([obstacle]), topic, f"{obstacle.outcome.value}: {obstacle.reason}",
            obstacle.kind, obstacle.next_step,
        )  # fmt: skip


def worst_sign(obstacles: Iterable[Obstacle]) -> Sign:
    """How bad they are together: what stays undecided is less than what fails."""
    outcomes = {one.outcome for one in obstacles}
    if not outcomes:
        return Sign.GOOD
    return Sign.OPEN if outcomes == {Outcome.UNDECIDED} else Sign.BAD
