"""The laws of the verdict, over generated guidelines and results."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from refcheck.code.evidence import CodeEvidence, SectionEvidence, SectionState
from refcheck.guideline.model import Guideline
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.explain import explain, steps
from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import CapabilityRule, CodeRule, Verdict
from refcheck.verdict.waiver import Waiver
from tests.verdict.generated import CAPABILITIES, IDS, NAMES, documents, entries, results
from tests.verdict.small import AT, load

targets = st.sampled_from(["platform", "compute"])
guidelines = documents().map(load)


def judged(guideline: Guideline, target: str, outcomes: list[TestOutcome], **more) -> Verdict:
    return judge(guideline, target, outcomes, at=AT, **more)


def passed(verdict: Verdict) -> set[tuple[str, str]]:
    return {
        (name, test.name)
        for name, one in verdict.capabilities.items()
        for test in one.tests
        if test.outcome is Outcome.PASSED
    }


def holding(verdict: Verdict) -> set[str]:
    return {name for name, one in verdict.capabilities.items() if one.holds}


def assert_not_lower(higher: Verdict, lower: Verdict) -> None:
    assert higher.qualifies >= lower.qualifies
    assert holding(higher) >= holding(lower)
    assert passed(higher) >= passed(lower)
    if lower.capability_rule is CapabilityRule.HELD:
        assert higher.capability_rule is CapabilityRule.HELD


@given(guidelines, targets, results, entries(st.just(Outcome.PASSED)))
def test_adding_a_pass_never_lowers_a_verdict(guideline, target, outcomes, new):
    before = judged(guideline, target, outcomes)
    assert_not_lower(judged(guideline, target, [*outcomes, new]), before)


@given(guidelines, targets, results, st.data())
def test_removing_an_outcome_never_raises_a_verdict(guideline, target, outcomes, data):
    kept = [one for one in outcomes if data.draw(st.booleans())]
    assert_not_lower(judged(guideline, target, outcomes), judged(guideline, target, kept))


@given(guidelines, targets, results, st.randoms(use_true_random=False))
def test_order_does_not_matter(guideline, target, outcomes, random):
    shuffled = random.sample(outcomes, len(outcomes))
    one, other = judged(guideline, target, outcomes), judged(guideline, target, shuffled)
    assert one.canonical() == other.canonical()


@given(guidelines, targets, results, results, results)
def test_merging_shards_is_associative(guideline, target, a, b, c):
    # Merging is putting together: whatever is put together first, the verdict is the same.
    first, last = [*a, *b], [*b, *c]
    verdicts = [
        judged(guideline, target, merged) for merged in ([*first, *c], [*a, *last], [*c, *a, *b])
    ]
    assert len({verdict.canonical() for verdict in verdicts}) == 1


@given(guidelines, targets, results)
def test_one_shard_twice_changes_only_the_number_of_entries(guideline, target, outcomes):
    once, twice = judged(guideline, target, outcomes), judged(guideline, target, outcomes * 2)
    counted = {"entries": 0, "inputs": 0}
    assert {**once.to_json(), **counted} == {**twice.to_json(), **counted}


waivers = st.builds(
    Waiver,
    guideline=st.sampled_from(["2030.01", "2030.01", "2029.01"]),
    product=st.sampled_from(["ours", "ours", "theirs"]),
    capability=st.sampled_from(["", *CAPABILITIES]),
    test=st.sampled_from([*IDS[:-1], *NAMES]),
    reason=st.just(""),
    public=st.just("public"),
    approver=st.just("staff"),
    expires=st.sampled_from([AT + timedelta(days=1), AT - timedelta(days=1)]),
)


@given(guidelines, targets, results, st.lists(waivers, max_size=3))
def test_a_waiver_never_widens_beyond_its_scope(guideline, target, outcomes, several):
    without = judged(guideline, target, outcomes, product="ours")
    with_them = judged(guideline, target, outcomes, product="ours", waivers=several)
    assert with_them.counts == without.counts
    assert passed(with_them) == passed(without)
    assert_not_lower(with_them, without)
    removed = set(without.blockers) - set(with_them.blockers)
    assert set(with_them.blockers) <= set(without.blockers)
    assert removed == {waived.blocker for waived in with_them.waived}
    for waived in with_them.waived:
        waiver, blocker = waived.waiver, waived.blocker
        assert waiver in several
        assert (waiver.guideline, waiver.product) == ("2030.01", "ours")
        assert waiver.expires > AT
        assert waiver.capability in ("", blocker.capability)
        assert waiver.test in (blocker.test, blocker.name)


@given(guidelines, targets, results)
def test_a_yes_has_no_blockers_and_a_no_has_a_reason_and_a_way_out(guideline, target, outcomes):
    verdict = judged(guideline, target, outcomes)
    assert verdict.qualifies == (not verdict.blockers)
    assert bool(steps(verdict)) == (not verdict.qualifies)
    assert explain(verdict)


@given(guidelines, targets, results)
def test_doing_every_step_turns_a_no_into_a_yes_and_no_step_can_be_left_out(
    guideline, target, outcomes
):
    verdict = judged(guideline, target, outcomes)
    missing = {(b.test, b.name) for b in verdict.blockers if b.kind == "test"}
    if len(missing) < len(verdict.blockers) and any(b.kind != "test" for b in verdict.blockers):
        return  # nothing to hold: no outcome helps
    assert len(steps(verdict)) == len(missing)
    done = [TestOutcome(test_id, name, Outcome.PASSED) for test_id, name in sorted(missing)]
    assert judged(guideline, target, [*outcomes, *done]).qualifies
    for left_out in done:
        others = [one for one in done if one != left_out]
        assert not judged(guideline, target, [*outcomes, *others]).qualifies


states = st.sampled_from(SectionState)


@given(st.dictionaries(st.sampled_from(["api", "domain", "stores"]), states))
def test_the_code_rule_holds_only_when_every_designated_section_is_satisfied(known):
    one = load(_GLANCE)
    code = CodeEvidence(SectionEvidence("glance", name, state) for name, state in known.items())
    verdict = judged(one, "platform", [], code=code)
    needed = [known.get("api"), known.get("domain")]
    if all(state is SectionState.IDENTICAL for state in needed):
        assert verdict.designated_code_rule is CodeRule.HELD
    elif {*needed} <= {None, SectionState.IDENTICAL}:
        assert verdict.designated_code_rule is CodeRule.NOT_SHOWN
    else:
        assert verdict.designated_code_rule is CodeRule.NOT_HELD


_GLANCE = {
    "metadata": {"id": "x", "schema": "2.0", "os_trademark_approval": {"status": "approved"}},
    "platforms": {"OpenStack Powered Platform": {"components": [{"name": "c"}]}},
    "components": {"c": {"designated_sections": {"required": ["glance"]}}},
    "designated_sections": {
        "glance": {
            "required": {
                "sections": {
                    "api": {"designated": True},
                    "domain": {"designated": True},
                    "stores": {"designated": False},
                }
            }
        }
    },
}
