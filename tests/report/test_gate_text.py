"""What a gate says, in four forms; nothing that others wrote becomes markup or a command."""

from __future__ import annotations

import json
from datetime import date

import pytest

from refcheck.report.gate_text import Told, as_annotations, as_markdown, as_text, to_json
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.delta import delta
from refcheck.verdict.gate import gate
from refcheck.verdict.pairing import pair
from refcheck.verdict.policy import KnownFailure, Policy
from refcheck.verdict.scope import program_of, scope_of
from tests.verdict.small import AT, case, guideline, seen, uuid

TODAY = date(2026, 11, 20)
RULES = guideline(
    {"boot": case(1) | case(2), "stop": case(3)}, {"c": {"required": ["boot", "stop"]}}
)


def told(now, before=None, policy=None, **more):
    pairs = pair(now, before or (), None).pairs
    found = gate(pairs, policy or Policy(), TODAY, compared=before is not None)
    baseline = "base.json" if before is not None else ""
    return Told(found, "now.json", baseline, **more)


REFUSED = told(
    [
        seen(1, Outcome.FAILED, "GET /x answered 500"),
        seen(2, Outcome.ERROR, "network: silent"),
        seen(3),
    ],
    [seen(1), seen(2), seen(3, Outcome.FAILED)],
    Policy((KnownFailure("suite.test_3", "", "bug 7"),)),
    notes=("signatures were not checked",),
)


def test_as_text_the_conclusion_comes_first_and_every_reason_has_its_fault():
    assert list(as_text(REFUSED)) == [
        "Gate refused: 1 test newly failing against base.json. (now.json)",
        "  new          test_1 failed",
        "               cloud: GET /x answered 500 · passed in the baseline",
        "  not decided  test_2 error",
        "               network: silent",
        "  mended       test_3 passed",
        "  known        suite.test_3 passes now: bug 7",
        "  tests        1 new, 1 not decided, 1 mended",
        "  note         signatures were not checked",
    ]


def test_as_annotations_each_finding_is_a_command_of_its_weight():
    assert list(as_annotations(REFUSED)) == [
        "::error title=new%3A test_1 failed::cloud: GET /x answered 500 · passed in the baseline",
        "::warning title=not decided%3A test_2 error::network: silent",
        "::notice title=mended%3A test_3 passed::mended",
        "::warning title=known failure::suite.test_3 passes now: bug 7",
        "::notice title=refcheck gate::signatures were not checked",
        "Gate refused: 1 test newly failing against base.json. 1 new, 1 not decided, 1 mended",
    ]


def test_as_markdown_it_is_a_table():
    lines = list(as_markdown(REFUSED))
    assert lines[0] == "### Gate refused: 1 test newly failing against base.json."
    assert (
        r"| new | test\_1 failed | cloud: GET /x answered 500 · passed in the baseline |" in lines
    )
    assert r"- suite.test\_3 passes now: bug 7" in lines
    assert lines[-1] == "- signatures were not checked"


def test_as_json_every_test_that_did_not_simply_pass_is_there():
    document = json.loads(json.dumps(to_json(REFUSED)))
    assert document["decision"] == "refused"
    assert (document["result"], document["baseline"]) == ("now.json", "base.json")
    assert document["counts"]["new"] == 1
    assert document["tests"][0] == {
        "id": uuid(1), "name": "suite.test_1", "capabilities": [], "sort": "new",
        "why": "passed in the baseline", "outcome": "failed", "reason": "GET /x answered 500",
        "blame": "cloud", "before": "passed",
    }  # fmt: skip
    assert document["known_failures"] == [
        {"test": "suite.test_3", "capability": "", "reason": "bug 7", "came_to": "passes now"}
    ]
    assert document["delta"] is None
    assert document["notes"] == ["signatures were not checked"]


def test_a_plain_pass_is_not_in_the_json_and_a_missing_baseline_is_null():
    document = to_json(told([seen(1)]))
    assert (document["tests"], document["baseline"]) == ([], None)
    assert to_json(told([seen(1, Outcome.FAILED)]))["tests"][0]["before"] is None


@pytest.mark.parametrize(
    ("one", "headline"),
    [
        (told([seen(1)], [seen(1)]), "Gate passed: nothing fails that is new against base.json."),
        (told([seen(1)]), "Gate passed: nothing fails that is new."),
        (told([], [seen(1), seen(2)]), "Not enough data: 2 tests not decided against base.json."),
        (told([], []), "Not enough data: no test was decided against base.json."),
        (told([seen(n, Outcome.FAILED) for n in (1, 2)]), "Gate refused: 2 tests newly failing."),
        (
            told([seen(1)], None, Policy((KnownFailure(uuid(1), "", "bug"),), strict=True)),
            "Gate refused: 1 known to fail and passing now.",
        ),
    ],
)
def test_the_headline_says_why(one, headline):
    assert next(as_text(one)) == f"{headline} (now.json)"


def test_an_expired_known_failure_says_since_when():
    policy = Policy((KnownFailure("suite.test_1", "", "bug", date(2026, 11, 1)),))
    lines = list(as_text(told([seen(1, Outcome.FAILED)], None, policy)))
    assert "  known        suite.test_1 expired (until 2026-11-01): bug" in lines


def test_a_known_failure_that_is_seen_is_worth_no_word():
    policy = Policy((KnownFailure("suite.test_1", "", "bug"),))
    found = told([seen(1, Outcome.FAILED)], None, policy)
    assert not any(
        "bug" in line for form in (as_text, as_annotations, as_markdown) for line in form(found)
    )


def test_of_many_the_first_are_told_and_the_rest_is_counted():
    found = told([seen(n, Outcome.FAILED) for n in range(1, 31)])
    for form in (as_text, as_annotations, as_markdown):
        lines = list(form(found))
        assert sum("test" in line and "failed" in line for line in lines) == 20
        assert any(line.endswith("… and 10 more") for line in lines)


EVIL = TestOutcome(
    "", "a.b|c<script>::`x`", Outcome.FAILED, "100% \x1b[31m\n::set-output name=x::y"
)


def test_words_of_others_are_no_markup_and_no_command():
    found = told([EVIL])
    for line in [*as_text(found), *as_annotations(found), *as_markdown(found)]:
        assert line.isprintable()
        assert not line.startswith("::set-output")
    (command, _) = as_annotations(found)
    assert command.startswith("::error title=new%3A b|c<script>%3A%3A`x` failed::cloud: 100%25 ")
    (row,) = [line for line in as_markdown(found) if line.startswith("| new")]
    assert r"b\|c\<script\>::\`x\` failed" in row


def test_a_test_is_told_with_its_capability_and_without_its_path():
    scope = scope_of(RULES, program_of(RULES, "platform"), None)
    pairs = pair([seen(n, Outcome.FAILED) for n in (1, 2, 3)], [], scope).pairs
    found = Told(gate(pairs, Policy(), TODAY, compared=False), "now.json")
    assert "  new          boot: test_1 failed" in list(as_text(found))


def narrowed():
    left = "left out: --services compute"
    now = [seen(1), seen(2), seen(3, Outcome.UNDECIDED, left)]
    before = [seen(1), seen(2), seen(3)]
    both = delta(RULES, "platform", now, before, at=AT)
    return told(now, before, Policy(left_out_accepted=True), delta=both)


def test_a_narrowed_run_says_what_it_decided_what_it_left_out_and_that_it_is_no_claim():
    lines = list(as_text(narrowed()))
    assert lines[1:] == [
        "  tests        1 taken over, 2 passed",
        "  delta        this run looked at 2 tests of the target",
        "  left out     1 test: --services compute",
        "  taken over   1 test from base.json, none a pass of this run; 0 are in neither",
        "  together     capability rule held; no claim, that takes a whole run",
    ]
    assert any("taken over" in line for line in as_annotations(narrowed()))
    assert any("taken over" in line for line in as_markdown(narrowed()))
    assert to_json(narrowed())["delta"]["qualifies"] is False
