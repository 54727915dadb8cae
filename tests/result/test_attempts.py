from hypothesis import given
from hypothesis import strategies as st

from refcheck.result.attempts import joined
from refcheck.result.outcome import Outcome, TestOutcome

WORDS = st.sampled_from(Outcome)


def ended(word: Outcome, reason: str = "") -> TestOutcome:
    return TestOutcome("a", "x.test_a", word, reason or f"because {word}", 1.0)


def word_of(*words: Outcome) -> Outcome:
    return joined(map(ended, words)).outcome


def test_a_test_that_failed_and_then_passed_is_flaky_and_both_attempts_are_kept():
    both = joined([ended(Outcome.FAILED, "GET answered 500"), ended(Outcome.PASSED)])
    assert both.outcome is Outcome.FLAKY
    assert "failed, then passed" in both.reason
    assert "GET answered 500" in both.reason
    assert [one.outcome for one in both.tries] == [Outcome.FAILED, Outcome.PASSED]
    assert (both.attempts, both.duration) == (2, 2.0)


def test_a_test_that_failed_twice_failed_for_the_later_reason():
    both = joined([ended(Outcome.FAILED, "first"), ended(Outcome.FAILED, "second")])
    assert (both.outcome, both.reason) == (Outcome.FAILED, "second")


def test_an_attempt_that_showed_nothing_gives_way_and_says_why_no_more():
    both = joined([ended(Outcome.ERROR), ended(Outcome.PASSED, " ")])
    assert (both.outcome, both.reason) == (Outcome.PASSED, " ")
    assert word_of(Outcome.FAILED, Outcome.ERROR) is Outcome.FAILED
    assert word_of(Outcome.UNDECIDED, Outcome.ERROR) is Outcome.ERROR


def test_a_test_that_was_not_run_is_no_attempt():
    left_out = TestOutcome("a", "x.test_a", Outcome.UNDECIDED, "left out", attempts=0)
    once = joined([left_out, ended(Outcome.PASSED)])
    assert (once.outcome, once.attempts, once.tries) == (Outcome.PASSED, 1, ())


@given(st.lists(WORDS, min_size=1, max_size=6), st.randoms())
def test_neither_order_nor_grouping_changes_the_outcome(words, random):
    whole = word_of(*words)
    shuffled = list(words)
    random.shuffle(shuffled)
    assert word_of(*shuffled) is whole
    cut = random.randrange(len(words) + 1)
    parts = [joined(map(ended, part)) for part in (words[:cut], words[cut:]) if part]
    assert joined(parts).outcome is whole


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_only_attempts_that_all_passed_pass(words):
    shown = {word for word in words if word not in (Outcome.ERROR, Outcome.UNDECIDED)}
    assert (word_of(*words) is Outcome.PASSED) == (shown == {Outcome.PASSED})
