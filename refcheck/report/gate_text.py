"""What a gate says: for a terminal, as annotations of GitHub Actions, in Markdown, as JSON.

Names and reasons are the words of others: nothing in them is markup or a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from refcheck.report.printable import plain
from refcheck.result.blame import blame_of
from refcheck.verdict.delta import Delta
from refcheck.verdict.gate import Decision, Finding, Gate, Met, Sort
from refcheck.verdict.policy import KnownFailure

_TOLD = (Sort.NEW, Sort.MISSING, Sort.MENDED)
"""Sorts whose tests are told one by one; the others are counted."""
_SHOWN = 20
_WORTH_A_WORD = (Met.PASSES, Met.OTHERWISE, Met.EXPIRED, Met.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Told:
    """A gate's decision, and what goes with it.

    Attributes:
        result, baseline: as they were named; baseline "" when there is none.
        notes: what else must be said, one sentence each.
        delta: of a narrowed run against a baseline.
    """

    gate: Gate
    result: str
    baseline: str = ""
    notes: tuple[str, ...] = ()
    delta: Delta | None = None


def as_text(told: Told) -> Iterator[str]:
    """Lines for a terminal or a log."""
    yield plain(f"{_headline(told)} ({told.result})")
    for sort in _TOLD:
        for one in _some(told.gate.of(sort)):
            yield plain(f"  {sort.value:<12} {_what(one)}")
            if words := _words(one):
                yield plain(f"               {words}")
        yield from _rest(told.gate.of(sort), f"  {sort.value:<12} ")
    for known, met in told.gate.known:
        if met in _WORTH_A_WORD:
            yield plain(f"  known        {_known(known, met)}")
    yield plain(f"  tests        {_counts(told.gate)}")
    for line in _delta(told):
        yield plain(f"  {line}")
    for note in told.notes:
        yield plain(f"  note         {note}")


def as_annotations(told: Told) -> Iterator[str]:
    """Workflow commands of GitHub Actions, then the conclusion as a line of the log."""
    for sort, level in ((Sort.NEW, "error"), (Sort.MISSING, "warning"), (Sort.MENDED, "notice")):
        for one in _some(told.gate.of(sort)):
            yield _annotation(level, f"{sort.value}: {_what(one)}", _words(one) or sort.value)
        yield from _rest(told.gate.of(sort), f"{sort.value}: ")
    for known, met in told.gate.known:
        if met in _WORTH_A_WORD:
            yield _annotation("warning", "known failure", _known(known, met))
    for note in told.notes:
        yield _annotation("notice", "refcheck gate", note)
    yield plain(f"{_headline(told)} {_counts(told.gate)}")
    yield from (plain(line) for line in _delta(told))


def as_markdown(told: Told) -> Iterator[str]:
    """A summary for the page of a job."""
    yield f"### {_escaped(_headline(told))}"
    yield ""
    yield f"{_escaped(told.result)}: {_escaped(_counts(told.gate))}"
    yield ""
    rows = [(sort, one) for sort in _TOLD for one in _some(told.gate.of(sort))]
    if rows:
        yield "| | test | why |"
        yield "|--|--|--|"
        for sort, one in rows:
            yield f"| {sort.value} | {_escaped(_what(one))} | {_escaped(_words(one))} |"
    for sort in _TOLD:
        yield from _rest(told.gate.of(sort), f"{sort.value}: ")
    items = [_known(known, met) for known, met in told.gate.known if met in _WORTH_A_WORD]
    items += [*_delta(told), *told.notes]
    if items:
        yield ""
        yield from (f"- {_escaped(item)}" for item in items)


def to_json(told: Told) -> dict[str, Any]:
    """Everything, for programs."""
    return {
        "decision": told.gate.decision.value,
        "result": told.result,
        "baseline": told.baseline or None,
        "counts": {sort.value: number for sort, number in told.gate.counts.items()},
        "tests": [_entry(one) for one in told.gate.findings if one.sort is not Sort.PASSED],
        "known_failures": [
            {"test": known.test, "capability": known.capability, "reason": known.reason,
             "came_to": met.value}
            for known, met in told.gate.known
        ],
        "delta": told.delta.to_json() if told.delta else None,
        "notes": list(told.notes),
    }  # fmt: skip


def _entry(one: Finding) -> dict[str, Any]:
    blame = blame_of(one.pair.now)
    return {
        "id": one.pair.id,
        "name": one.pair.name,
        "capabilities": list(one.pair.capabilities),
        "sort": one.sort.value,
        "why": one.why,
        "outcome": one.pair.now.outcome.value,
        "reason": one.pair.now.reason,
        "blame": blame.value if blame else None,
        "before": one.pair.before.outcome.value if one.pair.before else None,
    }


def _headline(told: Told) -> str:
    gate, against = told.gate, f" against {told.baseline}" if told.baseline else ""
    match gate.decision:
        case Decision.ACCEPTED:
            return f"Gate passed: nothing fails that is new{against}."
        case Decision.NOT_ENOUGH_DATA:
            missing = len(gate.of(Sort.MISSING))
            why = f"{_tests(missing)} not decided" if missing else "no test was decided"
            return f"Not enough data: {why}{against}."
        case Decision.REFUSED:
            new = len(gate.of(Sort.NEW))
            mended = sum(met is Met.PASSES for _, met in gate.known)
            why = (
                f"{_tests(new)} newly failing" if new else f"{mended} known to fail and passing now"
            )
            return f"Gate refused: {why}{against}."


def _tests(number: int) -> str:
    return f"{number} test{'s' * (number != 1)}"


def _what(one: Finding) -> str:
    name = one.pair.name.rpartition(".")[2] or one.pair.id
    where = f"{one.pair.capabilities[0]}: " if one.pair.capabilities else ""
    return f"{where}{name} {one.pair.now.outcome.value}"


def _words(one: Finding) -> str:
    """Why it did not pass and whose fault it is, then why that matters here."""
    blame = blame_of(one.pair.now)
    reason = one.pair.now.reason
    if blame and not reason.startswith(f"{blame}: "):
        reason = f"{blame}: {reason}" if reason else blame.value
    why = one.why if one.why != one.pair.now.reason else ""
    return " · ".join(filter(None, (reason, why)))


def _known(known: KnownFailure, met: Met) -> str:
    until = f" (until {known.until})" if met is Met.EXPIRED else ""
    return f"{known.scope} {met.value}{until}: {known.reason}"


def _counts(gate: Gate) -> str:
    return ", ".join(f"{number} {sort.value}" for sort, number in gate.counts.items() if number)


def _delta(told: Told) -> Iterator[str]:
    if told.delta:
        yield from tell_delta(told.delta, told.baseline)


def tell_delta(one: Delta, baseline: str) -> Iterator[str]:
    """Lines that say what a narrowed run decided, what it did not, and what both come to."""
    yield f"delta        this run looked at {_tests(len(one.decided))} of the target"
    for reason, number in one.reasons.items():
        yield f"left out     {_tests(number)}: {reason}"
    yield (
        f"taken over   {_tests(len(one.taken_over))} from {baseline}, none a pass of this run;"
        f" {len(one.nowhere)} are in neither"
    )
    yield f"together     capability rule {one.rule.value}; no claim, that takes a whole run"


def _some(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return findings[:_SHOWN]


def _rest(findings: Iterable[Finding], lead: str) -> Iterator[str]:
    more = len(tuple(findings)) - _SHOWN
    if more > 0:
        yield f"{lead}… and {more} more"


def _annotation(level: str, title: str, message: str) -> str:
    """Source: GitHub Actions, "Workflow commands": these marks are escaped."""
    heading = _data(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={heading}::{_data(message)}"


def _data(text: str) -> str:
    return plain(text).replace("%", "%25")


def _escaped(text: str) -> str:
    """Text that is none of Markdown's or HTML's marks."""
    return re.sub(r"([\\`*_{}\[\]<>()#|~!&])", r"\\\1", plain(" ".join(text.split())))
