"""Whole verdict documents and everything that is said of them, kept as snapshots.

A document is normative: whoever changes one of these on purpose changes the engine's name too.
Write them anew with `pytest tests/verdict --snapshot-update`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from refcheck.code.evidence import CodeEvidence, SectionEvidence, SectionState
from refcheck.errors import RefcheckError, UnknownGuideline
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.explain import by_capability, explain, steps
from refcheck.verdict.judge import highest, judge, judge_all
from refcheck.verdict.refstack import judge_as_refstack
from refcheck.verdict.waiver import Waiver
from tests.verdict.small import AT, case, document, guideline, load, seen, uuid

SECTIONS = {
    "nova": {
        "required": {
            "sections": {
                name: {"designated": name != "drivers"}
                for name in ("api", "compute", "scheduler", "cells", "policy", "drivers")
            }
        }
    }
}
ONE = guideline(
    {
        "boot": case(1, aliases=["old.boot"]) | case(2, flagged=True) | case(3),
        "stop": case(3) | case(4) | {"suite.nameless": {"idempotent_id": ""}},
        "zone": case(5, aliases=["old.both"]) | case(6, aliases=["old.both"]),
        "flagged": case(7, flagged=True),
        **{f"more-{n}": case(n) for n in range(10, 17)},
    },
    {
        "compute": {
            "required": ["boot", "stop", "flagged", *(f"more-{n}" for n in range(10, 17))],
            "deprecated": ["undefined"],
        },
        "storage": {"required": ["zone"], "advisory": ["boot"], "removed": ["stop"]},
    },
    programs={
        "OpenStack Powered Platform": ["compute", "storage"],
        "OpenStack Powered Compute": ["compute"],
        "OpenStack Powered Storage": ["storage"],
    },
    designated={"compute": ["nova"]},
    sections=SECTIONS,
)
ENTRIES = [
    seen(1),
    seen(3, Outcome.EXTRA, "an undeclared key"),
    seen(4, Outcome.FLAKY, "passed the second time"),
    TestOutcome("", "suite.nameless", Outcome.ABSENT, ""),
    TestOutcome(uuid(5), "suite.test_6", Outcome.PASSED, "odd"),
    TestOutcome("", "old.both", Outcome.PASSED),
    TestOutcome(uuid(99), "suite.test_6", Outcome.PASSED),
    seen(10, Outcome.FAILED, "answered 500"),
    seen(11, Outcome.ERROR, "no quota"),
    seen(12, Outcome.UNDECIDED, "not run"),
    seen(13, Outcome.FAILED),
    seen(13, Outcome.ERROR, "x"),
    seen(14, Outcome.FAILED, "a"),
    seen(15, Outcome.FAILED, "a"),
    seen(16, Outcome.FAILED, "a"),
    seen(77),
]
CODE = CodeEvidence(
    [
        SectionEvidence("nova", "api", SectionState.IDENTICAL, detail="312 files"),
        SectionEvidence("nova", "compute", SectionState.PATCHED, "I5f1", "2 files"),
        SectionEvidence("nova", "scheduler", SectionState.PATCHED),
        SectionEvidence("nova", "cells", SectionState.MISSING),
        SectionEvidence("nova", "policy", SectionState.REPLACED),
    ]
)
WAIVER = Waiver(
    guideline="2030.01",
    product="Cloud 9",
    capability="boot",
    test=uuid(3),
    reason="in confidence",
    public="extra keys of API 2.0",
    approver="staff",
    expires=AT + timedelta(days=1),
)
OTHERS = [
    replace(WAIVER, capability="stop", test=""),
    replace(WAIVER, capability="zone", test="", expires=AT),
    replace(WAIVER, capability="", test="suite.test_4", expires=AT),
]


def addon(status: str = "approved"):
    tree = document(
        {"zone": case(40)},
        {"dns": {"required": ["zone"]}},
        guideline_id="dns.2030.01",
        status=status,
    )
    del tree["platforms"]
    tree["add-ons"] = {
        "DNS": {
            "components": [{"name": "dns"}],
            "required_platform_components": [
                {"name": "compute", "source": "2030.01.json"},
                {"name": "lost", "source": "2029.01.json"},
            ],
        }
    }
    return load(tree)


def library(guideline_id: str):
    if guideline_id != ONE.id:
        raise UnknownGuideline(guideline_id, next_step="")
    return ONE


def everything(**more):
    return judge(
        ONE, "platform", ENTRIES, at=AT, code=CODE, waivers=[WAIVER, *OTHERS], product="Cloud 9"
    )


VERDICTS = {
    "full": everything,
    "without code": lambda: judge(ONE, "compute", ENTRIES, at=AT),
    "empty": lambda: judge(ONE, "object", [], at=AT),
    "refstack": lambda: judge_as_refstack(ONE, "platform", ENTRIES, at=AT),
    "refstack of a draft": lambda: judge_as_refstack(
        addon("draft"), "dns", [seen(40), TestOutcome("", "x", Outcome.PASSED)], at=AT
    ),
    "add-on": lambda: judge(
        addon("draft"), "dns", ENTRIES, at=AT, load=library, waivers=[WAIVER], product="Cloud 9"
    ),
    "yes": lambda: judge(ONE, "object", [seen(5), seen(6)], at=AT),
    "nothing to hold": lambda: judge(
        guideline({"a": {}}, {"c": {"required": ["a"]}}), "platform", [], at=AT
    ),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_a_document_is_what_it_was(name, snapshot):
    assert VERDICTS[name]().to_json() == snapshot


@pytest.mark.parametrize("name", VERDICTS)
def test_what_is_said_is_what_was_said(name, snapshot):
    verdict = VERDICTS[name]()
    assert (explain(verdict), steps(verdict)) == snapshot
    assert {
        capability: [blocker.name for blocker in blockers]
        for capability, blockers in by_capability(verdict.blockers).items()
    } == snapshot


def test_the_verdicts_for_all_targets_get_the_same_arguments():
    arguments = {
        "at": AT,
        "code": CODE,
        "waivers": [WAIVER, *OTHERS],
        "product": "Cloud 9",
        "load": library,
    }
    every = judge_all(ONE, ENTRIES, **arguments)
    assert list(every) == ["platform", "compute", "object"]
    for target, verdict in every.items():
        assert verdict == judge(ONE, target, ENTRIES, **arguments)
    addons = judge_all(addon(), ENTRIES, **arguments)
    assert addons == {"dns": judge(addon(), "dns", ENTRIES, **arguments)}


def test_the_highest_is_the_one_with_most_components_and_the_first_of_equals():
    free = document(
        {"boot": case(1), "zone": case(2)},
        {"one": {"required": ["boot"]}, "two": {"required": ["zone"]}},
        programs={
            "OpenStack Powered Storage": ["two"],
            "OpenStack Powered Platform": ["one", "two"],
            "OpenStack Powered Compute": ["one"],
        },
    )
    both = judge_all(load(free), [seen(1), seen(2)], at=AT)
    assert highest(both).target == "platform"
    assert highest({name: both[name] for name in ("object", "compute")}).target == "object"
    assert highest(judge_all(load(free), [seen(1)], at=AT)).target == "compute"
    assert highest(judge_all(load(free), [], at=AT)) is None
    assert highest({}) is None


def told(error: RefcheckError) -> tuple[str, str, str | None]:
    return error.fault, error.next_step, error.where


@pytest.mark.parametrize(
    "make",
    [
        lambda: judge(ONE, "platfrom", [], at=AT),
        lambda: judge(ONE, "x" * 100, [], at=AT),
        lambda: replace(WAIVER, capability="", test=""),
        lambda: replace(WAIVER, guideline=""),
        lambda: replace(WAIVER, product=""),
        lambda: replace(WAIVER, expires=AT.replace(tzinfo=None)),
    ],
    ids=range(6),
)
def test_errors_say_what_they_said(make, snapshot):
    with pytest.raises(RefcheckError) as caught:
        make()
    assert told(caught.value) == snapshot


def test_many_notices_of_a_kind_are_cut_and_counted():
    several = {f"boot-{n}": case(n) for n in range(30)}
    one = guideline(several, {"c": {"required": list(several)}})
    entries = [
        TestOutcome(uuid(n), f"suite.test_{(n + 1) % 30}", Outcome.PASSED) for n in range(21)
    ]
    verdict = judge(one, "platform", entries, at=AT)
    assert len(verdict.notices) == 21
    assert verdict.notices[-1] == "and 1 more of this kind"
    assert len(judge(one, "platform", entries[:20], at=AT).notices) == 20
    assert verdict.notices[0] == (
        f"{uuid(0)} came with the name of another test, suite.test_1; the id counts"
    )
