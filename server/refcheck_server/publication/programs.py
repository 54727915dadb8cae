"""A verdict on one program as the page of a result shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from refcheck_server.publication.outcomes import Segment, Shown, bar, shown
from refcheck_server.publication.wording import Judged, Statement, statement

_MOST_NAMED = 5
_NO_ANSWER = frozenset({"undecided", "error"})
_RULES = {
    "held": ("good", "✓", "held"),
    "not held": ("bad", "✕", "not held"),
    "undecidable": ("open", "○", "not decidable yet"),
    "not shown": ("part", "◐", "not shown"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the two rules of a program."""

    name: str
    tone: str
    symbol: str
    word: str
    detail: str


class BlockingTest(NamedTuple):
    """A test, or a section of code, that stands in the way."""

    name: str
    key: str
    outcome: Shown | None
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class BlockerGroup:
    """The blockers of one capability, project or prerequisite.

    Attributes:
        anchor: of the capability in the table, or "".
        named: the first few, if the table has all of them; `more` is how many are not named.
        unanswered: none of them failed; they have no answer.
    """

    title: str
    anchor: str
    count: int
    named: tuple[BlockingTest, ...]
    more: int
    unanswered: bool


@dataclass(frozen=True, slots=True)
class ProgramView:
    """A verdict on one program.

    Attributes:
        blockers: what was shown to fall short, and the code.
        unanswered: capabilities where nothing failed, but tests have no answer.
    """

    target: str
    title: str
    said: Statement
    rules: tuple[Rule, ...]
    bar: tuple[Segment, ...]
    bar_text: str
    blockers: tuple[BlockerGroup, ...]
    unanswered: tuple[BlockerGroup, ...]
    notices: tuple[str, ...]
    waived: tuple[Mapping[str, str], ...]

    @property
    def way(self) -> str:
        """How much stands in the way, in a few words."""
        counts = (
            ("to mend or to show", len(self.blockers)),
            ("without an answer", len(self.unanswered)),
        )
        return ", ".join(f"{count} {what}" for what, count in counts if count) or "nothing"


def program(verdict: Judged, document: Mapping[str, Any]) -> ProgramView:
    """What to show of a verdict with this document."""
    required = [one for one in document["capabilities"].values() if one["status"] == "required"]
    counting = [
        outcome
        for one in required
        for key, outcome in one["tests"].items()
        if key not in one["flagged"]
    ]
    segments = bar(counting)
    groups = _groups(document["blockers"])
    return ProgramView(
        target=verdict.target,
        title=verdict.title,
        said=statement(verdict),
        rules=(
            _rule(
                "Capabilities",
                verdict.capability_rule,
                _held(required),
            ),
            _rule("Designated code", verdict.designated_code_rule, _sections(document["sections"])),
        ),
        bar=segments,
        bar_text=", ".join(f"{one.tests} {one.shown.word}" for one in segments) or "no tests",
        blockers=tuple(group for group in groups if not group.unanswered),
        unanswered=tuple(group for group in groups if group.unanswered),
        notices=tuple(document["notices"]),
        waived=tuple(document["waived"]),
    )


def _rule(name: str, value: str, detail: str) -> Rule:
    tone, symbol, word = _RULES[value]
    return Rule(name, tone, symbol, word, detail)


def _held(required: Sequence[Mapping[str, Any]]) -> str:
    """How many hold; those without a test that counts can neither hold nor stand in the way."""
    held, silent = (sum(one[what] for one in required) for what in ("holds", "untested"))
    told = f"{held} of {len(required) - silent} required capabilities hold"
    return f"{told}, {silent} without a test that counts" if silent else told


def _sections(sections: Iterable[Mapping[str, Any]]) -> str:
    states = [bool(section["satisfied"]) for section in sections]
    if not states:
        return "the guideline names no section"
    return f"{sum(states)} of {len(states)} required sections shown"


def _groups(blockers: Iterable[Mapping[str, str]]) -> tuple[BlockerGroup, ...]:
    gathered: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for blocker in blockers:
        gathered.setdefault(_heading(blocker), []).append(blocker)
    return tuple(
        BlockerGroup(
            title=title,
            anchor=anchor,
            count=len(group),
            named=tuple(_blocking(one) for one in group[: _MOST_NAMED if anchor else None]),
            more=max(0, len(group) - _MOST_NAMED) if anchor else 0,
            unanswered=all(blocker["outcome"] in _NO_ANSWER for blocker in group),
        )
        for (title, anchor), group in gathered.items()
    )


def _heading(blocker: Mapping[str, str]) -> tuple[str, str]:
    prerequisite = blocker.get("prerequisite", "")
    capability = blocker.get("capability", "")
    if capability:
        return (f"{prerequisite}: {capability}" if prerequisite else capability), capability
    if blocker["kind"] == "section":
        return "Designated code", ""
    return prerequisite or "The guideline", ""


def _blocking(blocker: Mapping[str, str]) -> BlockingTest:
    if blocker["kind"] == "section":
        return BlockingTest(blocker["section"], "", None, blocker["outcome"], blocker["reason"])
    is_test = bool(blocker.get("test") or blocker.get("name"))
    return BlockingTest(
        name=short_name(blocker.get("name", "")) or blocker.get("test", ""),
        key=blocker.get("test", ""),
        outcome=shown(blocker["outcome"]) if is_test else None,
        state="" if is_test else blocker["outcome"],
        reason=blocker["reason"],
    )


def short_name(name: str) -> str:
    """The last part of a dotted test name."""
    return name.rsplit(".", 1)[-1]
