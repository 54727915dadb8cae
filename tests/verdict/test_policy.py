"""A policy file is read strictly: what is misspelt is refused, with its path."""

from __future__ import annotations

from datetime import date

import pytest

from refcheck.errors import BadInput
from refcheck.result.outcome import Outcome
from refcheck.verdict.policy import KnownFailure, Policy, read_policy

WHOLE = """
strict: true
flaky: report
left_out: accept
known_failures:
  - test: 00000000-0000-4000-8000-000000000001
    reason: bug 7
    until: 2026-12-31
    outcome: extra
  - capability: volumes-v3-*
    reason: no such backend
"""


def test_every_key_means_something():
    assert read_policy(WHOLE.encode(), where="p") == Policy(
        known=(
            KnownFailure("00000000-0000-4000-8000-000000000001", "", "bug 7",
                         date(2026, 12, 31), Outcome.EXTRA),
            KnownFailure("", "volumes-v3-*", "no such backend"),
        ),
        strict=True,
        flaky_refuses=False,
        left_out_accepted=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["{}", "known_failures: []\nflaky: refuse\nleft_out: undecided\nstrict: false"]
)
def test_the_empty_policy_is_the_strict_reading(text):
    assert read_policy(text.encode(), where="p") == Policy()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("strikt: true", "$ Additional properties"),
        ("strict: yes", "$.strict"),
        ("flaky: maybe", "$.flaky"),
        ("left_out: ignore", "$.left_out"),
        ("known_failures: {}", "$.known_failures"),
        ("known_failures: [{test: a}]", "$.known_failures[0]"),
        ("known_failures: [{reason: a}]", "$.known_failures[0] names neither a test nor"),
        ("known_failures: [{test: '', reason: a}]", "$.known_failures[0].test"),
        ("known_failures: [{capability: '', reason: a}]", "$.known_failures[0].capability"),
        ("known_failures: [{test: a, reason: ''}]", "$.known_failures[0].reason"),
        ("known_failures: [{tests: a, reason: b, test: c}]", "$.known_failures[0]"),
        ("known_failures: [{test: a, reason: b, outcome: passed}]", "$.known_failures[0].outcome"),
        ("known_failures: [{test: a, reason: b, until: soon}]",
         "$.known_failures[0].until is 'soon', not a day such as 2026-12-31"),
        ("known_failures: [{test: a, reason: b}, {test: a, reason: b, until: 2026-13-01}]",
         "$.known_failures[1].until"),
        ("known_failures: [{test: a, reason: b, until: ''}]", "$.known_failures[0].until"),
        ("[]", "$ is not an object"),
        ("a: b: c", "line 1 is not YAML"),
        ("strict: true\nstrict: false", "strict"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_path(text, fault):
    with pytest.raises(BadInput) as caught:
        read_policy(text.encode(), where="policy.yaml")
    assert caught.value.where == "policy.yaml"
    assert fault in caught.value.fault
    assert caught.value.next_step == "Mend it; docs/how-to/ci/index.md shows the form."


@pytest.mark.parametrize("word", [word for word in Outcome if word is not Outcome.PASSED])
def test_every_outcome_but_a_pass_can_be_known(word):
    text = f"known_failures: [{{test: a, reason: b, outcome: {word}}}]"
    (known,) = read_policy(text.encode(), where="p").known
    assert [one for one in Outcome if known.expects(one)] == [word]


@pytest.mark.parametrize(
    ("known", "scope"),
    [
        (KnownFailure("a.b", "", ""), "a.b"),
        (KnownFailure("", "boot-*", ""), "boot-*"),
        (KnownFailure("a.b", "boot-*", ""), "a.b in boot-*"),
    ],
)
def test_the_scope_is_told_for_people(known, scope):
    assert known.scope == scope
