"""Judging many results of the same tests: what is the same for all of them is worked out once.

The judge says what stands in a verdict when all of the tests passed. Into that text is put what
did not pass, which gives the judge's own bytes for the price of what did not pass. What cannot be
put in so (two entries about one test, letters beyond ASCII) the judge itself is asked for.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from json.encoder import encode_basestring_ascii

from refcheck.guideline.model import Guideline, Status
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.canonical import plain_json, quoted
from refcheck.verdict.capability_rule import rule_of
from refcheck.verdict.counts import Counts
from refcheck.verdict.judge import judge_all, timestamp
from refcheck.verdict.listing import Listed
from refcheck.verdict.matching import NOT_THERE, match
from refcheck.verdict.scope import Load, Scope, scope_of
from refcheck.verdict.seen import Seen
from refcheck.verdict.test_index import TestKey, index_of
from refcheck.verdict.verdict import CapabilityRule, CodeRule, TestVerdict, Verdict, blocker

Other = tuple[int, Outcome, str]
"""Place, outcome and reason of a test that did not simply pass."""
_HOLE = "\0"
_HOLE_TEXT = quoted(_HOLE)
_PASSED = f':"{Outcome.PASSED}"'
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict as it is kept: what lists show of it, and its canonical bytes."""

    target: str
    title: str
    qualifies: bool
    capability_rule: CapabilityRule
    designated_code_rule: CodeRule
    mark: str | None
    required: Counts
    document: bytes

    @classmethod
    def of(cls, verdict: Verdict) -> Told:
        """What is kept of a verdict."""
        return cls(
            verdict.target,
            verdict.title,
            verdict.qualifies,
            verdict.capability_rule,
            verdict.designated_code_rule,
            verdict.mark.title if verdict.mark else None,
            verdict.counts[Status.REQUIRED],
            verdict.canonical(),
        )


class SuiteJudge:
    """Judges results of the same tests for every program of a guideline, without evidence.

    Args:
        guideline: the rules.
        tests: id and name of each, sorted; every one is in every result.
        load: as for `judge`.
    """

    def __init__(self, guideline: Guideline, tests: Sequence[tuple[str, str]], load: Load) -> None:
        self._guideline, self._load = guideline, load
        self._passed = [TestOutcome(*test, Outcome.PASSED) for test in tests]
        self._was_asked = False

    def sha256_of(self, others: Iterable[Other]) -> str:
        """The digest of all outcomes of a result; see `outcomes_sha256`."""
        rows = self._rows.copy()
        for place, outcome, reason in others:
            test = self._passed[place]
            rows[place] = _row(test.id, test.name, outcome, reason)
        return hashlib.sha256(f"[{','.join(rows)}]".encode()).hexdigest()

    @cached_property
    def _rows(self) -> list[str]:
        return [_row(one.id, one.name, one.outcome, "") for one in self._passed]

    def judge(self, others: Sequence[Other], sha256: str, *, at: datetime) -> tuple[Told, ...]:
        """The verdict for each program, in the guideline's order.

        The first result is judged by the judge itself: of many suites there is only one.

        Args:
            others: what did not simply pass.
            sha256: the digest of all outcomes, see `outcomes_sha256`.
            at: the time of judging.
        """
        if self._was_asked and self._prepared.is_plain:
            found = self._prepared.told(others, sha256, timestamp(at))
            if all(one.document.isascii() for one in found):
                return found
        self._was_asked = True
        outcomes = self._passed.copy()
        for place, outcome, reason in others:
            test = outcomes[place]
            outcomes[place] = TestOutcome(test.id, test.name, outcome, reason)
        seen = Seen.known(outcomes, sha256)
        verdicts = judge_all(self._guideline, seen, at=at, load=self._load)
        return tuple(map(Told.of, verdicts.values()))

    @cached_property
    def _prepared(self) -> _Prepared:
        return _Prepared(self._guideline, self._passed, self._load)


@dataclass(frozen=True, slots=True)
class _Said:
    """A capability of which some test did not pass.

    Attributes:
        text: its name, and what the document has for it.
        blockers: their texts; `outcomes` are those of the same tests.
        lost: how many tests did not pass, and how many of them are flagged.
    """

    text: str
    blockers: list[str]
    outcomes: list[Outcome]
    lost: tuple[int, int]


class _Part:
    """A capability, as one of a prerequisite or not, in the text of verdicts."""

    def __init__(self, listed: Listed, prerequisite: str) -> None:
        self.listed, self.prerequisite = listed, prerequisite
        self.text = f"{quoted(listed.key)}:{listed.all_passed.text}"
        head, *pieces = self.text.split(_PASSED)
        self._texts = [head, *(text for piece in pieces for text in (_PASSED, piece))]
        self._head_of_no = head.replace('"holds":true', '"holds":false')
        keys = sorted(listed.keys)
        self._rank = [keys.index(key) for key in listed.keys]
        self._flagged = [bool(test.flag) for test in listed.tests]
        self._around = [self._blocker(test) for test in listed.all_passed.tests]

    def _blocker(self, test: TestVerdict) -> list[str]:
        """The text of a blocker, around outcome and reason."""
        one = replace(blocker(self.listed.name, test), outcome=_HOLE, reason=_HOLE)
        if self.prerequisite:
            one = replace(one, kind="prerequisite", prerequisite=self.prerequisite)
        return one.text.split(_HOLE_TEXT)

    def said(self, missed: Iterable[Other]) -> _Said:
        """What is said when these tests did not pass; places are among its own tests, sorted."""
        texts, blockers, outcomes = self._texts.copy(), [], []
        flagged = count = 0
        for place, outcome, reason in missed:
            count += 1
            texts[2 * self._rank[place] + 1] = f':"{outcome}"'
            if self._flagged[place]:
                flagged += 1
                continue
            before, between, after = self._around[place]
            blockers.append(f'{before}"{outcome}"{between}{quoted(reason)}{after}')
            outcomes.append(outcome)
        if blockers:
            texts[0] = self._head_of_no
        return _Said("".join(texts), blockers, outcomes, (count, flagged))


class _Prepared:
    """A guideline's programs in the words of one suite.

    Attributes:
        is_plain: no test of the guideline is in the suite twice; else this is of no use.
    """

    def __init__(self, guideline: Guideline, suite: Sequence[TestOutcome], load: Load) -> None:
        self._suite = suite
        self._found: dict[tuple[int, ...], Mapping[TestKey, int]] = {}
        self._parts: dict[tuple[int, str, int], _Part] = {}
        self._uses: list[list[tuple[_Part, int]]] = [[] for _ in (*suite, None)]
        """For each test of the suite the capabilities that list it, with the place among their
        own tests; at the end those with a test that is not in the suite."""
        self.is_plain = True
        verdicts = judge_all(guideline, suite, at=_ANY_TIME, load=load)
        self._programs = [
            _Program(verdicts[target], scope_of(guideline, program, load), self)
            for target, program in guideline.programs.items()
        ]

    def told(self, others: Sequence[Other], sha256: str, judged_at: str) -> tuple[Told, ...]:
        """The verdict for each program."""
        missed: defaultdict[_Part, list[Other]] = defaultdict(list)
        not_there = len(self._suite), *NOT_THERE
        for place, outcome, reason in (*others, not_there):
            if outcome is not Outcome.PASSED:
                for part, among_tests in self._uses[place]:
                    missed[part].append((among_tests, outcome, reason))
        said = {part: part.said(sorted(some)) for part, some in missed.items()}
        return tuple([one.told(said, sha256, judged_at) for one in self._programs])

    def parts(
        self, listing: Iterable[Listed], prerequisite: str, homes: tuple[Guideline, ...]
    ) -> list[_Part]:
        """A part for each capability; programs of the same guidelines share it."""
        found, made = self._of_tests(homes), []
        for listed in listing:
            key = id(listed), prerequisite, id(found)
            if key not in self._parts:
                self._parts[key] = part = _Part(listed, prerequisite)
                for among_tests, test in enumerate(listed.tests):
                    place = found.get((test.id, test.name), len(self._suite))
                    self._uses[place].append((part, among_tests))
            made.append(self._parts[key])
        return made

    def _of_tests(self, homes: tuple[Guideline, ...]) -> Mapping[TestKey, int]:
        """Where the tests of these guidelines are in the suite."""
        same_homes = tuple(map(id, homes))
        if same_homes not in self._found:
            self._found[same_homes] = found = {}
            for place, one in enumerate(self._suite):
                for key in match(index_of(homes), [one]).outcomes:
                    self.is_plain &= key not in found
                    found[key] = place
        return self._found[same_homes]


class _Program:
    """One program of the guideline: the text of its verdicts, with holes.

    Args:
        verdict: the judge's when every test of the suite passed.
        scope: what the program asks for.
        prepared: gives the parts.
    """

    def __init__(self, verdict: Verdict, scope: Scope, prepared: _Prepared) -> None:
        own = prepared.parts(scope.own, "", scope.homes)
        base = [
            part
            for name, several in scope.base.items()
            for part in prepared.parts(several, name, scope.homes)
        ]
        speaking = {part.listed.key: part for part in (*base, *own)}
        in_order = [speaking[key] for key in sorted(speaking)]
        self._texts = [part.text for part in in_order]
        place_of = {part: place for place, part in enumerate(in_order)}
        self._parts = [(part, place_of.get(part)) for part in (*own, *base)]
        self._counts = scope.own.counts
        self._count_texts = {key: _count_text(key, self._counts[key]) for key in sorted(Status)}
        self._verdict = verdict
        always = [one for one in verdict.blockers if not one.capability]
        self._first = [one for one in always if one.kind != "section"]
        self._last = [one.text for one in always if one.kind == "section"]
        self._pieces = _with_holes(verdict)

    def told(self, said: Mapping[_Part, _Said], sha256: str, judged_at: str) -> Told:
        """The verdict, when this is said of capabilities with tests that did not pass."""
        texts = self._texts.copy()
        blockers = [one.text for one in self._first]
        outcomes = {Outcome(one.outcome) for one in self._first}
        lost: dict[Status, tuple[int, int]] = {}
        for part, place in self._parts:
            found = said.get(part)
            if found is None:
                continue
            status = part.listed.status
            if place is not None:
                texts[place] = found.text
            if status is Status.REQUIRED:
                blockers += found.blockers
                outcomes.update(found.outcomes)
            if not part.prerequisite:
                tests, flagged = lost.get(status, (0, 0))
                lost[status] = tests + found.lost[0], flagged + found.lost[1]
        counts = {status: self._counts[status].without(*few) for status, few in lost.items()}
        count_texts = self._count_texts | {key: _count_text(key, counts[key]) for key in counts}
        verdict, rule = self._verdict, rule_of(outcomes)
        qualifies = rule is CapabilityRule.HELD and verdict.designated_code_rule is CodeRule.HELD
        mark = verdict.mark if qualifies else None
        values = (
            f"[{','.join(blockers + self._last)}]",
            f"{{{','.join(texts)}}}",
            f'"{rule}"',
            f"{{{','.join(count_texts.values())}}}",
            f'"{sha256}"',
            f'"{judged_at}"',
            quoted(mark.title) if mark else "null",
            quoted(mark.wording) if mark else "null",
            "true" if qualifies else "false",
        )
        pieces = [text for both in zip(self._pieces, values, strict=False) for text in both]
        return Told(
            verdict.target,
            verdict.title,
            qualifies,
            rule,
            verdict.designated_code_rule,
            mark.title if mark else None,
            counts.get(Status.REQUIRED, self._counts[Status.REQUIRED]),
            "".join((*pieces, self._pieces[-1])).encode(),
        )


@lru_cache(maxsize=4096)
def _count_text(status: Status, counts: Counts) -> str:
    return f'"{status}":{plain_json(counts.to_json())}'


def _row(test_id: str, name: str, outcome: Outcome, reason: str) -> str:
    """What the digest of outcomes is of, for one test."""
    words = test_id, name, outcome, reason
    return f"[{','.join(map(encode_basestring_ascii, words))}]"


def _with_holes(verdict: Verdict) -> list[str]:
    """The canonical document around what depends on outcomes and time, which is in its order."""
    document = verdict.to_json()
    depending = (
        "blockers", "capabilities", "capability_rule", "counts", "judged_at", "mark",
        "mark_wording", "qualifies",
    )  # fmt: skip
    document |= dict.fromkeys(depending, _HOLE)
    document["inputs"] |= {"outcomes": {"sha256": _HOLE}}
    return plain_json(document).split(_HOLE_TEXT)
