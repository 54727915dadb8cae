"""The top of the page: the answer, the mark, what stands in the way, and the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from refcheck.report.page.words import cut, day, number, seconds
from refcheck.report.signs import SIGNS
from refcheck.report.story import State, Story, short_name
from refcheck.result.blame import Blame
from refcheck.result.outcome import Outcome
from refcheck.verdict.counts import Counts
from refcheck.verdict.explain import conclusion
from refcheck.verdict.verdict import Blocker, CapabilityRule, CodeRule, Verdict

_SHOWN = 10
"""Blocking tests that are seen at once; the rest can be opened."""
_REASON = 160
_ORDER = [
    Outcome.FAILED,
    Outcome.EXTRA,
    Outcome.ABSENT,
    Outcome.FLAKY,
    Outcome.ERROR,
    Outcome.UNDECIDED,
]
"""The certain ones first."""
_STATES = {
    State.COMPLETE: "",
    State.INTERRUPTED: "The run was interrupted or cut short; what did not finish is undecided.",
    State.OPEN: "The run has not ended: it goes on, or it was killed. What did not finish is"
    " undecided.",
}
_BLAMES = {
    Blame.CLOUD: "the cloud does not do what the test asks",
    Blame.CONFIGURATION: "what the run was told, or the project's set-up",
    Blame.CREDENTIALS: "refused, or they allow too little",
    Blame.QUOTA: "a quota or a rate limit leaves no room",
    Blame.NETWORK: "a service cannot be reached",
    Blame.HARNESS: "refcheck, its machine, or who stopped it",
    Blame.TEST: "the test's own code",
}


def summary(story: Story, anchors: Mapping[str, str]) -> dict[str, Any]:
    """Args: anchors: id or name of a test → where its details are."""
    verdict, result, started = story.verdict, story.result, story.started
    answer, style = _answer(verdict)
    spent = sum((one.ended - one.began).total_seconds() for one in story.sessions)
    workers = max(one.workers for one in story.sessions)
    return {
        "cloud": started.cloud_name,
        "guideline": f"{verdict.guideline_id} {verdict.title}",
        "target": verdict.target,
        "began": day(story.sessions[0].began),
        "run": result.run_id,
        "answer": answer,
        "style": style,
        "conclusion": conclusion(verdict),
        "mark": verdict.mark,
        "rules": _rules(verdict),
        "warnings": [*filter(None, [_STATES[story.state]]), *story.notes],
        "notices": verdict.notices,
        "waived": [{"name": one.blocker.name, "why": one.waiver.public} for one in verdict.waived],
        "figures": [
            (str(len(story.tests)), "tests selected"),
            (seconds(spent), "from start to end" if len(story.sessions) == 1 else "in all"),
            (str(workers), "worker" if workers == 1 else "workers"),
            *([(str(started.repeat), "times each")] if started.repeat > 1 else []),
        ],
        "blockers": _blockers(verdict, anchors),
        "tally": _tally(story),
        "blames": _blames(story),
    }


def _answer(verdict: Verdict) -> tuple[str, str]:
    """The verdict in two words, and the style to say it in."""
    if verdict.qualifies:
        return "Qualifies", "yes"
    if verdict.capability_rule is CapabilityRule.UNDECIDABLE:
        return "Undecided", "open"
    if verdict.capability_rule is CapabilityRule.HELD:
        return "Not yet shown", "open"
    return "Does not qualify", "no"


def _rules(verdict: Verdict) -> list[dict[str, str]]:
    required = next(iter(verdict.counts.values()), Counts())
    counting = required.tests - required.flagged_passed - required.flagged_not_passed
    shown = sum(section.satisfied for section in verdict.sections)
    styles = {
        CapabilityRule.HELD: "yes",
        CapabilityRule.NOT_HELD: "no",
        CapabilityRule.UNDECIDABLE: "open",
        CodeRule.HELD: "yes",
        CodeRule.NOT_HELD: "no",
        CodeRule.NOT_SHOWN: "open",
    }
    return [
        {
            "name": "Capabilities",
            "state": verdict.capability_rule.value,
            "style": styles[verdict.capability_rule],
            "detail": f"{required.passed - required.flagged_passed} of {counting} required tests"
            " that count passed",
        },
        {
            "name": "Designated code",
            "state": verdict.designated_code_rule.value,
            "style": styles[verdict.designated_code_rule],
            "detail": f"{shown} of {number(len(verdict.sections), 'required section')} shown",
        },
    ]


def _blockers(verdict: Verdict, anchors: Mapping[str, str]) -> dict[str, Any]:
    """Each thing that would have to change, named once."""
    tests = {(one.test, one.name): one for one in verdict.blockers if one.test or one.name}
    shown = [_blocking_test(one, anchors) for one in tests.values()]
    shown.sort(key=lambda one: _ORDER.index(Outcome(one["outcome"])))
    sections: dict[str, list[str]] = {}
    for section in verdict.sections:
        if not section.satisfied:
            sections.setdefault(section.project, []).append(section.section)
    others = [one.reason for one in verdict.blockers if not (one.test or one.name or one.section)]
    things = len(tests) + sum(map(len, sections.values())) + len(others)
    return {
        "title": f"{number(things, 'thing')}: when all are done, the cloud qualifies."
        if things
        else "",
        "tests": shown[:_SHOWN],
        "more": shown[_SHOWN:],
        "more_title": f"{number(len(shown) - _SHOWN, 'more test')}",
        "sections_title": number(sum(map(len, sections.values())), "designated section")
        + " to be shown to run",
        "sections": [(project, ", ".join(names)) for project, names in sections.items()],
        "others": others,
    }


def _blocking_test(one: Blocker, anchors: Mapping[str, str]) -> dict[str, str]:
    return {
        "outcome": one.outcome,
        "sign": SIGNS[Outcome(one.outcome)][0],
        "name": short_name(one.name) or one.test,
        "capability": one.capability,
        "reason": cut(one.reason, _REASON),
        "anchor": anchors.get(one.test or one.name, ""),
    }


def _tally(story: Story) -> list[dict[str, Any]]:
    counts = Counter(one.outcome.outcome for one in story.tests)
    whole = len(story.tests) or 1
    return [
        {
            "word": word.value,
            "sign": SIGNS[word][0],
            "number": counts[word],
            "share": f"{100 * counts[word] / whole:.2f}",
        }
        for word in Outcome
        if counts[word]
    ]


def _blames(story: Story) -> list[tuple[str, int, str]]:
    counts = Counter(one.blame for one in story.tests if one.blame)
    return [(blame.value, number, _BLAMES[blame]) for blame, number in counts.most_common()]
