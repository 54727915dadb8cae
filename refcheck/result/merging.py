"""Several results of one thing as one: those of shards, or of several hosts. Pure functions.

Each test's outcomes are joined as attempts are, so that neither the order of the results nor how
they are grouped decides anything. A result of a merge can be merged on: it keeps its parts apart.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from refcheck.errors import BadResult
from refcheck.result.attempts import joined
from refcheck.result.document import Result
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.result.sameness import differing

_PARTS = "parts"
_ADDED_UP = ("left_behind", "hindrances")
"""Facts of each part that are told of all together, too."""


@dataclass(frozen=True, slots=True)
class Part:
    """One run that went into a result.

    Attributes:
        checked: its signature was checked when it was merged.
        facts: all of the run's.
    """

    run: str
    started: str
    ended: str
    complete: bool
    checked: bool
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome of a merge.

    Attributes:
        flaky: tests that ended differently in different results.
        missing: tests that every result was told to leave out.
        differing: facts that the runs do not have in common.
    """

    result: Result
    parts: tuple[Part, ...]
    flaky: tuple[TestOutcome, ...]
    missing: tuple[TestOutcome, ...]
    differing: tuple[str, ...]


def merge(results: Iterable[tuple[Result, bool]]) -> Merged:
    """Merge results, each with whether its signature was checked.

    Raises:
        BadResult: there is none, a run is there twice, or they are not about the same cloud,
            guideline, target and suite.
    """
    given = sorted(results, key=lambda one: one[0].run_id)
    if not given:
        raise BadResult("there is nothing to merge", next_step="Give at least one result.")
    first = given[0][0]
    for other, _ in given[1:]:
        _see_that_same(first, other)
    parts = _parts(given)
    common, apart = _facts(parts)
    outcomes = _outcomes([result for result, _ in given])
    missing = tuple(one for one in outcomes if one.left_out)
    nonces = {result.nonce for result, _ in given}
    result = Result(
        run_id=_name(parts),
        cloud=first.cloud,
        deployment=first.deployment,
        guideline_id=first.guideline_id,
        guideline_sha256=first.guideline_sha256,
        target=first.target,
        started=min(part.started for part in parts),
        ended=max(part.ended for part in parts),
        complete=all(part.complete for part in parts) and not missing,
        tool_version=first.tool_version,
        suite_sha256=first.suite_sha256,
        outcomes=outcomes,
        facts={**common, **_added_up(parts), _PARTS: [_to_json(one, apart) for one in parts]},
        nonce=first.nonce if len(nonces) == 1 else None,
    )
    flaky = tuple(one for one in outcomes if one.outcome is Outcome.FLAKY)
    return Merged(result, parts, flaky, missing, apart)


def _see_that_same(one: Result, other: Result) -> None:
    found = differing(one, other)
    if found:
        what, (here, there) = next(iter(found.items()))
        raise BadResult(
            f"{one.run_id} and {other.run_id} are not of the same {what}: {here}, {there}",
            next_step="Merge results of one cloud, guideline, target, suite and refcheck only.",
        )


def _parts(given: Sequence[tuple[Result, bool]]) -> tuple[Part, ...]:
    found = sorted(
        (part for result, checked in given for part in _parts_of(result, checked=checked)),
        key=lambda part: part.run,
    )
    repeated = [run for run, number in Counter(part.run for part in found).items() if number > 1]
    if repeated:
        raise BadResult(
            f"run {repeated[0]} is there more than once: its attempts would count twice",
            next_step="Give each result once, and none that is part of another.",
        )
    return tuple(found)


def _parts_of(result: Result, *, checked: bool) -> Iterable[Part]:
    """The runs in a result; the facts of each are what all share, and its own."""
    common = {key: value for key, value in result.facts.items() if key != _PARTS}
    if _PARTS not in result.facts:
        return [Part(result.run_id, result.started, result.ended, result.complete, checked, common)]
    try:
        return [
            Part(
                run=str(one["run"]),
                started=str(one["started"]),
                ended=str(one["ended"]),
                complete=one["complete"] is True,
                checked=checked and one["checked"] is True,
                facts={**common, **one["facts"]},
            )
            for one in result.facts[_PARTS]
        ]
    except (KeyError, TypeError) as error:
        raise BadResult(
            "$.predicate.facts.parts is not what a merge writes",
            where=result.run_id,
            next_step="Give results that `refcheck run` or `refcheck merge` wrote.",
        ) from error


def _facts(parts: Sequence[Part]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The facts that all parts share, and the names of the others."""
    names = dict.fromkeys(name for part in parts for name in part.facts if name not in _ADDED_UP)
    shared = {
        name: parts[0].facts[name]
        for name in names
        if all(name in part.facts and part.facts[name] == parts[0].facts.get(name)
               for part in parts)
    }  # fmt: skip
    return shared, tuple(sorted(set(names) - set(shared)))


def _added_up(parts: Sequence[Part]) -> dict[str, Any]:
    hindrances: Counter[str] = Counter()
    for part in parts:
        hindrances.update(part.facts.get("hindrances", {}))
    return {
        "left_behind": [what for part in parts for what in part.facts.get("left_behind", [])],
        "hindrances": dict(hindrances),
    }


def _to_json(part: Part, apart: Iterable[str]) -> dict[str, Any]:
    own = (*apart, *_ADDED_UP)
    return {
        "run": part.run,
        "started": part.started,
        "ended": part.ended,
        "complete": part.complete,
        "checked": part.checked,
        "facts": {name: part.facts[name] for name in own if name in part.facts},
    }


def _name(parts: Sequence[Part]) -> str:
    """The same for the same runs, however they were grouped."""
    digest = hashlib.sha256("\n".join(part.run for part in parts).encode()).hexdigest()
    return f"merged-{digest[:16]}"


def _outcomes(results: Sequence[Result]) -> tuple[TestOutcome, ...]:
    """Each test once, in the order of the first result."""
    found: dict[str, list[TestOutcome]] = {}
    for result in results:
        for one in result.outcomes:
            found.setdefault(one.id or one.name, []).append(one)
    # Of several that decide nothing the last one's reason is told: rather one that was tried.
    tried_last = (sorted(several, key=lambda one: not one.left_out) for several in found.values())
    return tuple(joined(several) for several in tried_last)
