"""The rest of the page: steadiness, what was left out, facts, leaks, slowest tests, provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from refcheck.report.page.words import cut, number, seconds
from refcheck.report.signs import SIGNS
from refcheck.report.story import Story, TestStory
from refcheck.result.outcome import Outcome

_SLOWEST = 10
_FACT = 3000
"""Characters of one fact."""
_TOLD_ELSEWHERE = frozenset({"left_behind", "hindrances"})


def steadiness(story: Story, anchors: Mapping[str, str]) -> dict[str, Any]:
    """Tests that came out differently from one time to the next."""
    tried = [one for one in story.tests if len(one.outcome.tries) > 1]
    differing = [one for one in tried if len({run.outcome for run in one.outcome.tries}) > 1]
    started = story.started
    if started.repeat > 1:
        same = len(tried) - len(differing)
        told = (
            f"Each test was to run {started.repeat} times."
            f" {same} of {number(len(tried), 'test')} that ran more than once came out the same"
            " every time."
        )
    elif started.attempts > 1 and not tried:
        told = "A test that fails is tried again on fresh resources; none had to be."
    elif started.attempts > 1:
        flaky = sum(one.outcome.outcome is Outcome.FLAKY for one in story.tests)
        told = (
            "A test that failed was tried again on fresh resources:"
            f" {number(len(tried), 'was', 'were')}, and {flaky} came out flaky."
        )
    else:
        told = "Each test was run once, so nothing is known of how steady the cloud is."
    return {"told": told, "tests": [_history(one, anchors) for one in differing]}


def _history(one: TestStory, anchors: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": one.short,
        "service": one.test.service,
        "outcome": one.outcome.outcome.value,
        "anchor": anchors.get(one.test.id or one.test.name, ""),
        "tries": [
            {"word": run.outcome.value, "sign": SIGNS[run.outcome][0]} for run in one.outcome.tries
        ],
        "reason": cut(one.outcome.reason, 160),
    }


def left_out(story: Story) -> list[dict[str, Any]]:
    """What the run does not decide, by reason, most frequent first."""
    reasons: dict[str, list[str]] = {}
    for one in story.tests:
        if one.outcome.outcome is Outcome.UNDECIDED:
            reasons.setdefault(one.outcome.reason or "no reason was given", []).append(one.short)
    groups = sorted(reasons.items(), key=lambda pair: -len(pair[1]))
    return [
        {"reason": cut(reason, 400), "count": number(len(names), "test"), "names": names}
        for reason, names in groups
    ]


def leaks(story: Story) -> dict[str, Any]:
    """What the run could not remove, and what got in the way of its requests."""
    facts = story.result.facts
    left = [cut(str(one), 400) for one in facts.get("left_behind", ())]
    return {
        "left": left,
        "title": f"{number(len(left), 'thing')} left behind",
        "command": f"refcheck cleanup {story.result.run_id}",
        "hindrances": [
            (str(what).replace("_", " "), count)
            for what, count in dict(facts.get("hindrances", {})).items()
        ],
        "unchecked": sorted(
            {
                call
                for one in story.tests
                for run in one.runs
                if run.finished
                for call in run.finished.unchecked
            }
        ),
    }


def facts(story: Story) -> list[dict[str, str]]:
    """What was found out about the cloud, by name; short values in a line, long ones folded."""
    shown = []
    for name, value in sorted(story.result.facts.items()):
        if name in _TOLD_ELSEWHERE:
            continue
        line = _value(value)
        long = len(line) > 160
        text = json.dumps(value, indent=1, ensure_ascii=False) if long else line
        shown.append(
            {
                "name": name.replace("_", " "),
                "line": "" if long else line,
                "title": _size(value) if long else "",
                "long": cut(text, _FACT) if long else "",
            }
        )
    return shown


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    if not value and isinstance(value, list | dict):
        return "none"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, dict) and not any(isinstance(one, dict | list) for one in value.values()):
        return ", ".join(f"{key}: {_value(one)}" for key, one in value.items())
    return json.dumps(value, ensure_ascii=False)


def _size(value: Any) -> str:
    if isinstance(value, dict | list):
        return number(len(value), "entry", "entries")
    return f"{len(str(value)):,} characters"


def slowest(story: Story, anchors: Mapping[str, str]) -> list[dict[str, Any]]:
    """The tests that took longest, all attempts together, with the part that was waiting."""
    ran = sorted((one for one in story.tests if one.runs), key=lambda one: -one.outcome.duration)[
        :_SLOWEST
    ]
    longest = max((one.outcome.duration for one in ran), default=0) or 1
    return [
        {
            "name": one.short,
            "service": one.test.service,
            "time": seconds(one.outcome.duration),
            "share": f"{100 * one.outcome.duration / longest:.1f}",
            "waited": seconds(
                sum(wait.seconds for run in one.runs if run.finished for wait in run.finished.waits)
            ),
            "anchor": anchors.get(one.test.id or one.test.name, ""),
        }
        for one in ran
    ]


def provenance(story: Story) -> list[tuple[str, str]]:
    """What went into the verdict: enough to check and repeat it."""
    result, verdict = story.result, story.verdict
    return [
        ("Run", f"{result.run_id}, {result.started} to {result.ended}, {story.state.value}"),
        ("Cloud", result.cloud),
        ("Deployment", result.deployment),
        ("Guideline", f"{verdict.guideline_id} ({verdict.guideline_status})"),
        ("Guideline digest", verdict.guideline_sha256),
        *((f"Guideline {one}", digest) for one, digest in verdict.sources.items()),
        ("Suite digest", result.suite_sha256),
        ("Tool and engine", f"refcheck {result.tool_version}, {verdict.engine}"),
        ("Judged", verdict.judged_at),
    ]
