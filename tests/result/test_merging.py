"""Results of shards and hosts become one, whatever their order; what does not fit is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.errors import BadResult
from refcheck.result.document import Result, from_statement, to_statement
from refcheck.result.merging import merge
from refcheck.result.outcome import Outcome, TestOutcome

NAMES = ("a", "b", "c")
SHARD = "left out: --shard 1/2: another shard runs it"


def seen(name, outcome=Outcome.PASSED, reason="", **more):
    return TestOutcome("", name, outcome, reason, 1.0, **more)


def left(name):
    return TestOutcome("", name, Outcome.UNDECIDED, SHARD, attempts=0)


def result(run, *outcomes, facts=None, **more):
    base = Result(
        run, "a" * 64, "b" * 64, "2020.06", "c" * 64, "platform", f"2026-11-20T12:0{run[-1]}:00Z",
        f"2026-11-20T13:0{run[-1]}:00Z", True, "0.1", "d" * 64, outcomes,
        {"left_behind": [], "hindrances": {}, **(facts or {})},
    )  # fmt: skip
    return replace(base, **more)


def merged(*results, checked=False):
    return merge((one, checked) for one in results)


def words(found):
    return {one.name: one.outcome.value for one in found.result.outcomes}


ONE = result("r1", seen("a"), left("b"), left("c"))
TWO = result("r2", left("a"), seen("b", Outcome.FAILED, "answered 500"), seen("c"))


def test_what_one_shard_left_out_another_decides():
    found = merged(ONE, TWO)
    assert words(found) == {"a": "passed", "b": "failed", "c": "passed"}
    assert found.result.outcomes[1] == seen("b", Outcome.FAILED, "answered 500")
    assert found.missing == found.flaky == ()
    assert found.result.complete


def test_it_lasts_from_the_first_beginning_to_the_last_end():
    found = merged(TWO, ONE).result
    assert (found.started, found.ended) == ("2026-11-20T12:01:00Z", "2026-11-20T13:02:00Z")


def test_the_order_of_results_changes_no_byte():
    three = result("r3", seen("a", Outcome.FAILED, "no"), seen("b"), seen("c"), facts={"x": 1})
    first = to_statement(merged(ONE, TWO, three).result)
    assert first == to_statement(merged(three, ONE, TWO).result)
    assert from_statement(first).run_id.startswith("merged-")


def test_what_ended_differently_is_flaky_and_told():
    found = merged(ONE, result("r2", seen("a", Outcome.FAILED, "no"), seen("b"), seen("c")))
    (flaky,) = found.flaky
    assert (flaky.name, flaky.outcome, flaky.attempts) == ("a", Outcome.FLAKY, 2)
    assert "passed, then failed" in flaky.reason


def test_it_is_incomplete_when_a_part_is_or_nobody_ran_a_test():
    assert not merged(replace(ONE, complete=False), TWO).result.complete
    found = merged(ONE, result("r3", seen("a"), seen("b"), left("c")))
    assert not found.result.complete
    assert [one.name for one in found.missing] == ["c"]


def test_a_reason_of_somebody_who_tried_is_told_rather_than_that_it_was_left_out():
    tried = result("r0", seen("a", Outcome.UNDECIDED, "quota: full"))
    other = result("r1", left("a"))
    assert merged(tried, other).result.outcomes[0].reason == "quota: full"
    assert merged(tried, other).result.complete


def test_facts_in_common_stay_and_others_are_kept_with_their_run():
    one = replace(
        ONE, facts={"image": "x", "host": 1, "left_behind": ["v1"], "hindrances": {"429": 2}}
    )
    two = replace(
        TWO, facts={"image": "x", "host": 2, "left_behind": ["v2"], "hindrances": {"429": 3}}
    )
    found = merged(two, one)
    facts = found.result.facts
    assert (facts["image"], "host" in facts) == ("x", False)
    assert found.differing == ("host",)
    assert facts["left_behind"] == ["v1", "v2"]
    assert facts["hindrances"] == {"429": 5}
    assert [part["run"] for part in facts["parts"]] == ["r1", "r2"]
    assert facts["parts"][0] == {
        "run": "r1", "started": ONE.started, "ended": ONE.ended, "complete": True,
        "checked": False,
        "facts": {"host": 1, "left_behind": ["v1"], "hindrances": {"429": 2}},
    }  # fmt: skip


def test_a_fact_that_one_run_lacks_is_not_in_common():
    found = merged(replace(ONE, facts={"image": "x"}), replace(TWO, facts={}))
    assert found.differing == ("image",)


def test_that_signatures_were_checked_is_recorded():
    assert merged(ONE, checked=True).result.facts["parts"][0]["checked"]
    half = merge([(ONE, True), (TWO, False)])
    assert [part.checked for part in half.parts] == [True, False]
    # Once unchecked, a part stays so.
    assert [p.checked for p in merge([(half.result, True)]).parts] == [True, False]


def test_a_nonce_stays_when_all_were_given_the_same():
    assert merged(replace(ONE, nonce="n"), replace(TWO, nonce="n")).result.nonce == "n"
    assert merged(replace(ONE, nonce="n"), TWO).result.nonce is None


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("cloud", "cloud"),
        ("deployment", "deployment"),
        ("guideline_id", "guideline"),
        ("guideline_sha256", "guideline"),
        ("target", "target"),
        ("suite_sha256", "suite"),
        ("tool_version", "refcheck"),
    ],
)
def test_results_of_different_things_are_refused_with_what_differs(field, what):
    with pytest.raises(BadResult, match=f"r1 and r2 are not of the same {what}: .*eeee") as caught:
        merged(ONE, replace(TWO, **{field: "e" * 64}))
    assert "Merge results of one cloud" in caught.value.next_step


def test_a_run_counts_once():
    with pytest.raises(BadResult, match="run r1 is there more than once"):
        merged(ONE, TWO, ONE)
    with pytest.raises(BadResult, match="run r1 is there more than once"):
        merged(merged(ONE, TWO).result, ONE)


def test_nothing_is_not_merged():
    with pytest.raises(BadResult, match="nothing to merge"):
        merged()


@pytest.mark.parametrize("parts", [7, [{}], ["r1"], [{"run": "r1", "facts": 3}]])
def test_parts_that_no_merge_wrote_are_refused(parts):
    with pytest.raises(BadResult, match=r"facts\.parts"):
        merged(replace(ONE, facts={"parts": parts}))


OUTCOMES = st.sampled_from(
    [("", word) for word in Outcome if word is not Outcome.FLAKY] + [(SHARD, Outcome.UNDECIDED)] * 3
).map(lambda one: (one[0] or f"why {one[1]}", one[1]))
RESULTS = st.lists(
    st.tuples(st.tuples(*[OUTCOMES] * len(NAMES)), st.booleans(), st.sampled_from([1, 2])),
    min_size=3,
    max_size=5,
).map(
    lambda several: [
        result(
            f"r{number}",
            *(
                left(name) if reason == SHARD
                else seen(name, word, "" if word is Outcome.PASSED else reason)
                for name, (reason, word) in zip(NAMES, outcomes, strict=True)
            ),
            facts={"host": host, "left_behind": [f"v{number}"], "hindrances": {"429": number}},
            complete=complete,
        )
        for number, (outcomes, complete, host) in enumerate(several)
    ]
)  # fmt: skip


@given(RESULTS, st.integers(1, 2), st.randoms(use_true_random=False))
def test_how_results_are_grouped_decides_nothing(several, cut, chance):
    whole = merged(*several)
    chance.shuffle(several)
    grouped = merged(merged(*several[:cut]).result, merged(*several[cut:]).result)
    assert words(grouped) == words(whole)
    for one, other in zip(whole.result.outcomes, grouped.result.outcomes, strict=True):
        assert one.attempts == other.attempts
        assert sorted(map(str, one.history)) == sorted(map(str, other.history))
        assert bool(one.left_out) == bool(other.left_out)
    assert grouped.result.facts == whole.result.facts
    assert (grouped.result.run_id, grouped.result.complete) == (
        whole.result.run_id,
        whole.result.complete,
    )


@given(RESULTS, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_bytes(several, chance):
    first = to_statement(merged(*several).result)
    chance.shuffle(several)
    assert to_statement(merged(*several).result) == first


@given(RESULTS)
def test_a_pass_of_the_whole_is_a_pass_of_some_part_and_no_part_says_otherwise(several):
    for one in merged(*several).result.outcomes:
        said = {o.outcome for r in several for o in r.outcomes if o.name == one.name}
        definite = said - {Outcome.ERROR, Outcome.UNDECIDED}
        assert (one.outcome is Outcome.PASSED) == (definite == {Outcome.PASSED})
