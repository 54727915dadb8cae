"""JUnit XML: one test case for every selected test, by service; nothing is left out.

Source: the format that `pytest --junit-xml` writes, and Jenkins and GitLab read. It knows three
ways not to pass: `failure` is told of failed, extra, absent and flaky tests (`type` says which),
`error` of errors, `skipped` of undecided ones, each with its reason as the message.
"""

from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from refcheck.report.evidence import told
from refcheck.report.story import Story, TestStory, moment
from refcheck.result.outcome import Outcome

_ELEMENTS = {
    Outcome.FAILED: "failure",
    Outcome.EXTRA: "failure",
    Outcome.ABSENT: "failure",
    Outcome.FLAKY: "failure",
    Outcome.ERROR: "error",
    Outcome.UNDECIDED: "skipped",
}
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""


def render(story: Story) -> bytes:
    """The report, UTF-8."""
    result, started = story.result, story.started
    root = Element("testsuites", name=_text(f"refcheck {result.guideline_id} {result.target}"))
    _count(root, story.tests)
    for service in dict.fromkeys(one.test.service for one in story.tests):
        tests = [one for one in story.tests if one.test.service == service]
        suite = SubElement(root, "testsuite", name=_text(service))
        _count(suite, tests)
        began = moment(started.at)
        suite.set("timestamp", began.replace(tzinfo=None).isoformat(timespec="seconds"))
        _properties(
            suite,
            {
                "run": result.run_id,
                "state": story.state.value,
                "cloud": started.cloud_name,
                "guideline": f"{result.guideline_id} {result.guideline_sha256}",
                "target": result.target,
                "refcheck": result.tool_version,
            },
        )
        for one in tests:
            _case(suite, one)
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _count(element: Element, tests: list[TestStory] | tuple[TestStory, ...]) -> None:
    kinds = Counter(_ELEMENTS.get(one.outcome.outcome) for one in tests)
    element.set("tests", str(len(tests)))
    element.set("failures", str(kinds["failure"]))
    element.set("errors", str(kinds["error"]))
    element.set("skipped", str(kinds["skipped"]))
    element.set("time", f"{sum(one.outcome.duration for one in tests):.3f}")


def _case(suite: Element, one: TestStory) -> None:
    classname, name = split(one.outcome.name or one.outcome.id)
    suffix = f"[id-{one.outcome.id}]" if one.outcome.id and one.outcome.name else ""
    case = SubElement(suite, "testcase", classname=_text(classname), name=_text(name + suffix))
    case.set("time", f"{one.outcome.duration:.3f}")
    properties = {
        "id": one.outcome.id,
        "outcome": one.outcome.outcome.value,
        "attempts": str(one.outcome.attempts),
        "blame": one.blame.value if one.blame else "",
        "capability": ", ".join(placing.capability for placing in one.placings),
        "status": one.placings[0].status.value if one.placings else "",
        "flagged": "yes" if one.placings and all(p.flagged for p in one.placings) else "",
    }
    _properties(case, {key: value for key, value in properties.items() if value})
    kind = _ELEMENTS.get(one.outcome.outcome)
    if kind:
        reason = one.outcome.reason or one.outcome.outcome.value
        end = SubElement(case, kind, type=one.outcome.outcome.value, message=_text(reason))
        end.text = _text(told(one)) or None


def _properties(parent: Element, values: dict[str, str]) -> None:
    properties = SubElement(parent, "properties")
    for name, value in values.items():
        SubElement(properties, "property", name=name, value=_text(value))


def split(name: str) -> tuple[str, str]:
    """Class and function of a dotted name; brackets may hold anything."""
    bracket = min((place for place in map(name.find, "[(") if place >= 0), default=len(name))
    head, _, tail = name[:bracket].rpartition(".")
    return head, tail + name[bracket:]


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
