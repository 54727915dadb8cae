"""Components and their capabilities: which hold, and by which tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from refcheck.guideline.model import Status
from refcheck.report.page.words import cut, number, seconds
from refcheck.report.signs import SIGNS
from refcheck.report.story import Story, TestStory
from refcheck.result.outcome import Outcome
from refcheck.verdict.verdict import CapabilityVerdict, TestVerdict

_REASON = 160
_ELSEWHERE = "of other guidelines"


def matrix(story: Story, anchors: Mapping[str, str]) -> dict[str, Any]:
    """The overview by component and status, and each component's capabilities."""
    tests = {one.test.id or one.test.name: one for one in story.tests}
    groups = _groups(story)
    statuses = [
        status
        for status in Status
        if any(one.status is status for one in story.verdict.capabilities.values())
    ]
    return {
        "statuses": [status.value for status in statuses],
        "overview": [
            {
                "component": component,
                "anchor": f"component-{place}",
                "cells": [_cell(names, status, story) for status in statuses],
            }
            for place, (component, names) in enumerate(groups.items())
        ],
        "components": [
            {
                "name": component,
                "anchor": f"component-{place}",
                "capabilities": [
                    _capability(key, story.verdict.capabilities[key], tests, anchors)
                    for key in names
                ],
            }
            for place, (component, names) in enumerate(groups.items())
        ],
    }


def _groups(story: Story) -> dict[str, list[str]]:
    """Component → keys of its capabilities in the verdict, each capability once."""
    left = dict.fromkeys(story.verdict.capabilities)
    groups: dict[str, list[str]] = {}
    for component in story.verdict.components:
        known = story.guideline.components.get(component)
        names = (
            {name for several in known.capabilities.values() for name in several}
            if known
            else set()
        )
        groups[component] = [key for key in left if key in names]
        for key in groups[component]:
            del left[key]
    if left:
        groups[_ELSEWHERE] = list(left)
    return {component: names for component, names in groups.items() if names}


def _cell(names: list[str], status: Status, story: Story) -> dict[str, str]:
    ones = [story.verdict.capabilities[name] for name in names]
    ones = [one for one in ones if one.status is status]
    if not ones:
        return {"text": "none", "style": "soft", "share": "0"}
    holding = sum(one.holds and not one.untested for one in ones)
    silent = sum(one.untested for one in ones)
    counted = len(ones) - silent
    beside = f", {silent} without a test that counts" if silent else ""
    styles = {_state(one)[1] for one in ones}
    return {
        "text": f"{holding} of {counted} hold{beside}",
        "style": next((style for style in ("no", "open") if style in styles), "yes"),
        "share": f"{100 * holding / max(counted, 1):.1f}",
    }


def _capability(
    key: str,
    one: CapabilityVerdict,
    tests: Mapping[str, TestStory],
    anchors: Mapping[str, str],
) -> dict[str, Any]:
    state, style = _state(one)
    passed = sum(test.outcome is Outcome.PASSED for test in one.tests)
    return {
        "name": key,
        "status": one.status.value,
        "state": state,
        "style": style,
        "count": f"{passed} of {number(len(one.tests), 'test')}",
        "open": False,
        "cells": [(test.outcome.value, SIGNS[test.outcome][0]) for test in one.tests],
        "tests": [_test(test, tests, anchors) for test in one.tests],
    }


def _test(
    test: TestVerdict, tests: Mapping[str, TestStory], anchors: Mapping[str, str]
) -> dict[str, Any]:
    key = test.id or test.name
    story = tests.get(key)
    ran = story is not None and bool(story.runs)
    return {
        "sign": SIGNS[test.outcome][0],
        "outcome": test.outcome.value,
        "name": test.name,
        "id": test.id,
        "flagged": "flagged: does not count" if test.flagged else "",
        "waived": "waived" if test.waived else "",
        "reason": cut(test.reason, _REASON),
        "anchor": anchors.get(key, ""),
        "time": seconds(story.outcome.duration) if story and ran else "",
    }


def _state(one: CapabilityVerdict) -> tuple[str, str]:
    """What to say of a capability, and the style to say it in."""
    if one.untested:
        return ("all flagged" if one.tests else "no tests"), "soft"
    if one.holds:
        return "holds", "yes"
    if any(test.blocks and test.outcome.is_definite_no for test in one.tests):
        return "does not hold", "no"
    return "undecided", "open"
