"""Which entry of a result is about the same test as which entry of its baseline."""

from __future__ import annotations

import pytest

from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.pairing import pair
from refcheck.verdict.scope import program_of, scope_of
from tests.verdict.small import case, guideline, seen, uuid


def entry(test_id, name, outcome=Outcome.PASSED):
    return TestOutcome(test_id, name, outcome)


def told(now, before, scope=None):
    return [
        (one.id, one.name, one.now.outcome, one.before and one.before.outcome)
        for one in pair(now, before, scope).pairs
    ]


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (entry(uuid(1), "a"), entry(uuid(1), "a")),
        (entry(uuid(1), "a"), entry("", "a")),
        (entry("", "a"), entry(uuid(1), "a")),
        (entry(uuid(1), "a"), entry(uuid(1), "")),
        (entry(uuid(1), "a"), entry("", f"a[id-{uuid(1)},smoke]")),
    ],
)
def test_entries_of_the_same_id_or_name_are_one_test(now, before):
    assert told([now], [before]) == [(uuid(1), "a", Outcome.PASSED, Outcome.PASSED)]


def test_an_id_keeps_its_test_when_its_name_changes():
    found = told([entry(uuid(1), "new")], [entry(uuid(1), "old"), entry("", "old")])
    assert found == [(uuid(1), "new", Outcome.PASSED, Outcome.PASSED)]


def test_different_ids_are_different_tests():
    assert len(told([entry(uuid(1), "a")], [entry(uuid(2), "b")])) == 2


def test_names_without_ids_are_tests_of_their_own():
    assert told([entry("", "b")], [entry("", "a")]) == [
        ("", "a", Outcome.UNDECIDED, Outcome.PASSED),
        ("", "b", Outcome.PASSED, None),
    ]


def test_what_the_result_does_not_hold_was_not_run():
    (found,) = pair([], [seen(1)], None).pairs
    assert (found.now.reason, found.now.attempts) == ("not in the result", 0)


RULES = guideline(
    {"boot": case(1) | case(2, aliases=["old.name"]), "stop": case(1, flagged=True),
     "gone": case(4)},
    {"c": {"required": ["boot", "stop"], "removed": ["gone"]}},
)  # fmt: skip
SCOPE = scope_of(RULES, program_of(RULES, "platform"), None)


def test_with_a_guideline_its_tests_are_looked_at_and_no_others():
    found = pair([seen(1), seen(9), entry("", "old.name")], [seen(8)], SCOPE)
    assert [one.name for one in found.pairs] == ["suite.test_1", "suite.test_2"]
    assert [one.now.outcome for one in found.pairs] == [Outcome.PASSED] * 2
    assert found.strays == 1


def test_what_is_removed_is_not_looked_at():
    assert "suite.test_4" not in [one.name for one in pair([seen(4)], [], SCOPE).pairs]


def test_a_test_knows_all_its_capabilities_and_counts_when_one_counts_it():
    first = pair([], [], SCOPE).pairs[0]
    assert first.capabilities == ("boot", "stop")
    assert not first.flagged


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_what_every_capability_flags_is_flagged(order):
    flagged = {name: case(1, flagged=True) for name in order}
    one = guideline(flagged, {"c": {"required": list(order)}})
    scope = scope_of(one, program_of(one, "platform"), None)
    assert pair([], [], scope).pairs[0].flagged


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_what_one_capability_counts_is_not_flagged_in_whatever_order(order):
    both = {"a": case(1, flagged=True), "b": case(1)}
    one = guideline({n: both[n] for n in order}, {"c": {"required": list(order)}})
    scope = scope_of(one, program_of(one, "platform"), None)
    assert not pair([], [], scope).pairs[0].flagged


def test_the_prerequisites_of_an_add_on_are_looked_at_too():
    tree = guideline(
        {"boot": case(1), "zones": case(2)},
        {"core": {"required": ["boot"]}, "dns": {"required": ["zones"]}},
        programs={"OpenStack Powered Platform": ["core", "dns"]},
    )
    scope = scope_of(tree, program_of(tree, "platform"), None)
    assert {one.name for one in pair([], [], scope).pairs} == {"suite.test_1", "suite.test_2"}


def test_conflicts_are_told_with_the_side_they_are_on():
    both = [entry("", "a"), entry("", "a", Outcome.FAILED)]
    found = pair(both, both, None)
    assert found.notices == (
        "a is in the result as passed and failed; passed counts",
        "baseline: a is in the result as passed and failed; passed counts",
    )


def test_the_order_is_by_name_then_id():
    entries = [entry(uuid(2), "b"), entry(uuid(3), "a"), entry(uuid(1), "b")]
    assert [(one.name, one.id) for one in pair(entries, [], None).pairs] == [
        ("a", uuid(3)), ("b", uuid(1)), ("b", uuid(2))
    ]  # fmt: skip
