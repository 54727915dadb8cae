"""Parts of verdicts are kept and used again; nobody can tell from the verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from refcheck.code.evidence import CodeEvidence, SectionEvidence, SectionState
from refcheck.guideline.library import load as load_built_in
from refcheck.result.outcome import Outcome
from refcheck.verdict import listing, scope
from refcheck.verdict.canonical import canonical_json
from refcheck.verdict.judge import judge, judge_all
from refcheck.verdict.waiver import Waiver
from tests.verdict.generated import CAPABILITIES, NAMES, documents, results
from tests.verdict.small import AT, all_passed, case, guideline, load, seen

guidelines = documents().map(load)
waivers = st.lists(
    st.builds(
        Waiver,
        guideline=st.just("2030.01"),
        product=st.sampled_from(["ours", "theirs"]),
        capability=st.sampled_from(CAPABILITIES),
        test=st.sampled_from(["", *NAMES[:3]]),
        reason=st.just("x"),
        public=st.just("y"),
        approver=st.just("z"),
        expires=st.sampled_from([AT - timedelta(days=1), AT + timedelta(days=1)]),
    ),
    max_size=2,
)


def documents_of(one, outcomes, granted=()) -> list[bytes]:
    verdicts = judge_all(one, outcomes, at=AT, waivers=granted, product="ours")
    return [verdict.canonical() for verdict in verdicts.values()]


@given(guidelines, results, waivers)
def test_a_document_put_together_from_kept_texts_says_what_the_verdict_says(one, outcomes, granted):
    for verdict in judge_all(one, outcomes, at=AT, waivers=granted, product="ours").values():
        assert verdict.canonical() == canonical_json(verdict.to_json())


@settings(max_examples=40)
@given(guidelines, st.lists(results, min_size=1, max_size=3), st.lists(waivers, max_size=2))
def test_what_was_judged_before_changes_nothing(one, several, granted):
    ways = list(product(several, [*granted, ()]))
    after_others = [documents_of(one, *each) for each in ways]
    for each, found in zip(ways, after_others, strict=True):
        scope._scope_at_home.cache_clear()
        listing._listed.cache_clear()
        assert documents_of(one, *each) == found


def test_a_waiver_counts_where_it_was_granted_and_nowhere_else():
    one = guideline({"boot": case(1)}, {"compute": {"required": ["boot"]}})
    failed = [seen(1, Outcome.FAILED, "why")]
    granted = Waiver("2030.01", "ours", "boot", "", "x", "y", "z", expires=AT + timedelta(days=1))
    for waived in (True, False, True):
        found = judge(one, "platform", failed, at=AT, waivers=[granted] * waived, product="ours")
        assert found.capabilities["boot"].holds is waived
        assert len(found.waived) == waived


def test_so_it_is_for_code_evidence_and_texts_beyond_ascii():
    one = load_built_in("2020.06")
    outcomes = [
        replace(each, outcome=Outcome.FAILED, reason=f'"größer" {number}')
        if number % 9 == 0
        else each
        for number, each in enumerate(all_passed(one))
    ]
    code = CodeEvidence(
        SectionEvidence(section.project, section.name, SectionState.PATCHED, "", "é")
        for section in {(each.project, each.name): each for each in one.sections}.values()
    )
    for given_code in (None, code):
        verdict = judge(one, "platform", outcomes, at=AT, code=given_code)
        assert verdict.canonical() == canonical_json(verdict.to_json())


def test_results_that_differ_in_a_reason_alone_keep_their_reasons():
    one = guideline({"boot": case(1)}, {"compute": {"required": ["boot"]}})
    for reason in ("first", "second", "first"):
        verdict = judge(one, "platform", [seen(1, Outcome.FAILED, reason)], at=AT)
        (blocker,) = (each for each in verdict.blockers if each.test)
        assert blocker.reason == reason
