"""Which outcome belongs to which test."""

from __future__ import annotations

from dataclasses import replace

import pytest

from refcheck.guideline.model import Test
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.matching import match
from refcheck.verdict.test_index import Index, index_of
from tests.verdict.small import case, guideline, uuid

BOOT = Test("suite.boot", uuid(1), aliases=("old.boot",))
STOP = Test("suite.stop", uuid(2), aliases=("old.stop", "older.stop"))
NAMELESS = Test("suite.nameless", "")


def passed(test_id: str = "", name: str = "") -> TestOutcome:
    return TestOutcome(test_id, name, Outcome.PASSED)


@pytest.mark.parametrize(
    "entry",
    [
        passed(uuid(1)),
        passed(uuid(1), "suite.boot"),
        passed(uuid(1), "a.name.nobody.knows"),
        passed("", "suite.boot"),
        passed("", f"suite.boot[id-{uuid(1)},smoke]"),
        passed("", f"renamed.boot[id-{uuid(1)}]"),
        passed("", "old.boot"),
        passed("", f"old.boot[smoke,id-{uuid(1)}]"),
    ],
)
def test_id_then_name_then_alias(entry):
    matches = match(Index([BOOT, STOP]), [entry])
    assert matches.of(BOOT).outcome is Outcome.PASSED
    assert matches.of(STOP).outcome is Outcome.UNDECIDED
    assert matches.matched == 1
    assert matches.notices == ()


@pytest.mark.parametrize(
    "name", ["suite.boots", "SUITE.BOOT", "suite.boot[smoke]", "suite.boot[1]", "boot", ""]
)
def test_other_names_match_nothing(name):
    assert match(Index([BOOT, STOP]), [passed("", name)]).matched == 0


def test_a_test_that_the_result_does_not_hold_is_undecided_under_its_own_id_and_name():
    assert match(Index([BOOT, STOP]), [passed(uuid(2))]).of(BOOT) == TestOutcome(
        uuid(1), "suite.boot", Outcome.UNDECIDED, "not in the result"
    )


def test_when_id_and_name_disagree_the_id_wins_and_it_is_told():
    matches = match(Index([BOOT, STOP]), [passed(uuid(1), "suite.stop")])
    assert matches.of(BOOT).outcome is Outcome.PASSED
    assert matches.of(STOP).outcome is Outcome.UNDECIDED
    assert "name of another test" in matches.notices[0]


def test_a_known_name_with_an_unknown_id_is_another_test_and_it_is_told():
    matches = match(Index([BOOT]), [passed(uuid(9), "suite.boot")])
    assert matches.of(BOOT).outcome is Outcome.UNDECIDED
    assert "another test" in matches.notices[0]


def test_a_test_without_id_is_known_by_its_name_whatever_id_the_entry_has():
    matches = match(Index([NAMELESS]), [passed(uuid(9), "suite.nameless")])
    assert (matches.matched, matches.notices) == (1, ())


def test_an_exact_name_beats_an_alias_of_another_test():
    other = Test("suite.other", uuid(3), aliases=("suite.boot",))
    matches = match(Index([BOOT, other]), [passed("", "suite.boot")])
    assert matches.of(BOOT).outcome is Outcome.PASSED
    assert matches.of(other).outcome is Outcome.UNDECIDED


def test_an_alias_of_two_tests_counts_for_none_and_it_is_told():
    other = Test("suite.other", uuid(3), aliases=("old.boot",))
    matches = match(Index([BOOT, other]), [passed("", "old.boot")])
    assert matches.matched == 0
    assert "alias of 2 tests" in matches.notices[0]


def test_a_shared_id_is_narrowed_by_name_and_else_counts_for_all():
    twin = Test("suite.twin", uuid(1))
    by_name = match(Index([BOOT, twin]), [passed(uuid(1), "suite.twin")])
    assert by_name.of(BOOT).outcome is Outcome.UNDECIDED
    assert by_name.of(twin).outcome is Outcome.PASSED
    by_id = match(Index([BOOT, twin]), [passed(uuid(1))])
    assert by_id.of(BOOT).outcome is by_id.of(twin).outcome is Outcome.PASSED


def test_a_shared_id_is_narrowed_by_an_alias_too():
    twin = Test("suite.twin", uuid(1))
    by_alias = match(Index([BOOT, twin]), [passed(uuid(1), "old.boot")])
    assert by_alias.of(BOOT).outcome is Outcome.PASSED
    assert by_alias.of(twin).outcome is Outcome.UNDECIDED


def test_a_test_in_two_capabilities_is_one_test():
    assert match(Index([BOOT, BOOT]), [passed("", "old.boot")]).matched == 1


ORDER = ["passed", "flaky", "extra", "failed", "absent", "error", "undecided"]


@pytest.mark.parametrize("weaker", range(1, len(ORDER)))
def test_of_several_entries_the_strongest_counts_and_the_conflict_is_told(weaker):
    entries = [
        TestOutcome(uuid(1), "suite.boot", Outcome(ORDER[weaker])),
        TestOutcome(uuid(1), "suite.boot", Outcome(ORDER[weaker - 1])),
    ]
    for order in (entries, entries[::-1]):
        matches = match(Index([BOOT]), order)
        strong, weak = ORDER[weaker - 1], ORDER[weaker]
        assert matches.of(BOOT).outcome == strong
        told = f"suite.boot is in the result as {strong} and {weak}; {strong} counts"
        assert matches.notices == (told,)


def test_entries_that_agree_are_no_conflict():
    matches = match(Index([BOOT]), [passed(uuid(1)), passed("", "suite.boot")])
    assert (matches.of(BOOT).outcome, matches.notices) == (Outcome.PASSED, ())


def test_many_notices_of_a_kind_are_cut_short():
    tests = [Test(f"suite.t{n}", uuid(n)) for n in range(30)]
    entries = [passed(uuid(n), f"suite.t{(n + 1) % 30}") for n in range(30)]
    notices = match(Index(tests), entries).notices
    assert len(notices) == 21
    assert notices[-1] == "and 10 more of this kind"


def test_the_same_guidelines_share_an_index_and_others_never_do():
    one = guideline({"boot": case(1)}, {"c": {"required": ["boot"]}})
    twin = replace(one, capabilities={})  # it keeps the digest of the file
    assert index_of((one,)) is index_of((one,))
    assert index_of((twin,)) is not index_of((one,))
    assert not match(index_of((twin,)), [passed(uuid(1))]).matched
