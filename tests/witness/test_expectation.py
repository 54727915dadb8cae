from refcheck.guideline.model import Test
from tests.witness.expectation import (
    GONE,
    NEED_A_GUEST,
    Outcome,
    by_id,
    chosen,
    counts,
    differences,
)

ID = "11111111-2222-3333-4444-555555555555"
NAME = f"tempest.a.Class.test_it[id-{ID}]"
GUEST = next(iter(NEED_A_GUEST))
ABSENT = next(iter(GONE))


def seen(status, test=ID):
    return by_id([Outcome(f"tempest.a.Class.test_it[id-{test}]", status)])


def test_all_as_expected_is_no_difference():
    outcomes = seen("success") | seen("skip", GUEST)
    assert differences({ID, GUEST, ABSENT}, outcomes) == []


def test_a_failure_a_skip_and_an_absence_are_each_a_difference():
    for outcomes in (seen("fail"), seen("skip"), {}):
        assert len(differences({ID}, outcomes)) == 1


def test_a_guest_test_that_runs_and_a_removed_test_that_is_back_are_differences():
    assert len(differences({GUEST}, seen("success", GUEST))) == 1
    assert len(differences({ABSENT}, seen("success", ABSENT))) == 1


def test_of_two_outcomes_of_one_id_the_worse_counts():
    good, bad = Outcome(NAME, "success"), Outcome(f"tempest.b.Class.test_it[id-{ID},smoke]", "fail")
    assert by_id([good, bad])[ID] == bad
    assert by_id([bad, good])[ID] == bad


def test_an_outcome_nobody_knows_counts_as_bad():
    assert by_id([Outcome(NAME, "success"), Outcome(NAME, "exploded")])[ID].status == "exploded"


def test_the_named_class_is_chosen_then_an_alias_then_whoever_has_the_id():
    listed = [f"tempest.{place}.test_it[id-{ID}]" for place in ("a", "b", "c")]
    assert (
        chosen(listed, {ID: Test("tempest.b.test_it", ID, ("tempest.a.test_it",))}) == listed[1:2]
    )
    assert chosen(listed, {ID: Test("tempest.z.test_it", ID, ("tempest.a.test_it",))}) == listed[:1]
    assert chosen(listed, {ID: Test("tempest.z.test_it", ID)}) == listed
    assert chosen(listed, {}) == []


def test_counts_are_told_most_frequent_first():
    assert counts([Outcome("a", "skip"), *[Outcome("b", "success")] * 2]) == "2 success, 1 skip"
