"""Why a verdict is a no, in a few sentences, and the shortest way from there to a yes."""

from __future__ import annotations

from collections.abc import Iterable

from refcheck.result.outcome import Outcome
from refcheck.verdict.verdict import Blocker, CapabilityRule, CodeRule, Verdict

_NAMED = 5
"""Capabilities or sections that one sentence names."""

_STEPS = {
    Outcome.FAILED: "make it pass",
    Outcome.EXTRA: "remove the undeclared properties",
    Outcome.ABSENT: "provide what is absent",
    Outcome.FLAKY: "make it pass every time",
    Outcome.ERROR: "repair what stood in its way and run it again",
    Outcome.UNDECIDED: "run it",
}


def explain(verdict: Verdict) -> tuple[str, ...]:
    """The verdict in a sentence, and for a no one sentence for each kind of thing in the way."""
    sentences = [conclusion(verdict)]
    if verdict.qualifies:
        return tuple(sentences)
    tests = [blocker for blocker in verdict.blockers if blocker.test or blocker.name]
    for outcome in Outcome:
        with_outcome = [blocker for blocker in tests if blocker.outcome == outcome.value]
        if with_outcome:
            sentences.append(_tests_sentence(outcome, with_outcome))
    sections = [blocker.section for blocker in verdict.blockers if blocker.section]
    if sections:
        one = len(sections) == 1
        what = "1 designated section runs" if one else f"{len(sections)} designated sections run"
        sentences.append(f"To qualify, show that {what} ({_list(sections)}).")
    sentences += [
        f"To qualify, {step}." for blocker in verdict.blockers if (step := _other_step(blocker))
    ]
    return tuple(sentences)


def conclusion(verdict: Verdict) -> str:
    """The verdict in one sentence; a reconstructed or draft guideline is named as such."""
    rules = f"{verdict.guideline_id} {verdict.title}"
    if verdict.guideline_status not in ("approved", "superseded"):
        rules += f" ({verdict.guideline_status} guideline)"
    if verdict.qualifies:
        return f"Qualifies for {rules}."
    if verdict.capability_rule is CapabilityRule.UNDECIDABLE:
        return f"Undecided for {rules}: nothing failed, but required tests have no answer."
    if verdict.capability_rule is CapabilityRule.NOT_HELD:
        return f"Does not qualify for {rules}."
    if verdict.designated_code_rule is CodeRule.NOT_SHOWN:
        return f"Every capability of {rules} holds; that the designated code runs is not shown."
    return f"Every capability of {rules} holds, but not all the designated code runs."


def steps(verdict: Verdict) -> tuple[str, ...]:
    """The shortest list of things that would turn a no into a yes; empty for a yes.

    Each test, section and component is named once, whatever number of capabilities it blocks.
    None can be left out: a program asks for all of them.
    """
    if verdict.qualifies:
        return ()
    return tuple(dict.fromkeys(_step(blocker) for blocker in verdict.blockers))


def by_capability(blockers: Iterable[Blocker]) -> dict[str, list[Blocker]]:
    """Blocking tests by the capability they keep from holding, in the verdict's order."""
    groups: dict[str, list[Blocker]] = {}
    for blocker in blockers:
        if blocker.capability:
            groups.setdefault(blocker.capability, []).append(blocker)
    return groups


def _step(blocker: Blocker) -> str:
    if other := _other_step(blocker):
        return other
    if blocker.section:
        return f"{blocker.section}: show that it runs ({blocker.reason})"
    reason = f" ({blocker.reason})" if blocker.reason else ""
    return f"{blocker.name or blocker.test}: {_STEPS[Outcome(blocker.outcome)]}{reason}"


def _other_step(blocker: Blocker) -> str:
    """What to do about a blocker that is neither a test nor a section; "" for those."""
    if blocker.kind == "guideline":
        return f"choose another target: {blocker.reason}"
    if blocker.prerequisite and not blocker.capability:
        return f"provide the component {blocker.prerequisite}: {blocker.reason}"
    return ""


def _tests_sentence(outcome: Outcome, blockers: list[Blocker]) -> str:
    number = len({(blocker.test, blocker.name) for blocker in blockers})
    what = f"{number} {outcome.value} {'test' if number == 1 else 'tests'}"
    return f"To qualify, {what}: {_STEPS[outcome]} ({_list(b.capability for b in blockers)})."


def _list(names: Iterable[str]) -> str:
    each = tuple(dict.fromkeys(names))
    more = f" and {len(each) - _NAMED} more" if len(each) > _NAMED else ""
    return ", ".join(each[:_NAMED]) + more
