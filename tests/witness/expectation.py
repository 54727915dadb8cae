"""What Tempest must say about refcloud, and how what it said differs."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from refcheck.guideline.model import Test

NEED_A_GUEST = frozenset(
    {
        "cbc0f52f-05aa-492b-bdc1-84b575ca294b",  # number of processors, seen in the guest
        "ac1ad47f-984b-4441-9274-c9079b7a0666",  # host name, seen in the guest
    }
)
"""Tests that log in to a server; Tempest skips them, because a fake hypervisor boots none."""

GONE = frozenset({"bd2363bc-de92-48a4-bc98-28943c6e4be1"})
"""Tests of the guideline that Tempest no longer has (that one was merged into another)."""


def explanation(test: str) -> str:
    """Why Tempest and refcheck say different things of a test, "" when that is not expected."""
    if test in NEED_A_GUEST:
        return (
            "Only a guest system can tell. Tempest, which cannot log in to the guests of refcloud,"
            " skips it; refcheck asks the guest."
        )
    if test in GONE:
        return "Tempest merged it into another test; the guideline still asks for it."
    return ""


_ID = re.compile(r"\[(?:[^\]]*,)?id-([0-9a-f-]{36})")
_PASSED = frozenset({"success"})
_WORST_FIRST = ("fail", "inprogress", "uxsuccess", "xfail", "skip", "success")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one test did in one run."""

    name: str
    status: str
    reason: str = ""


def id_of(name: str) -> str:
    """Return the idempotent id in the brackets of a listed name, "" if there is none."""
    found = _ID.search(name)
    return found[1] if found else ""


def chosen(listed: Iterable[str], wanted: Mapping[str, Test]) -> list[str]:
    """Return the listed names that are the wanted tests.

    The id decides. Classes that inherit a test share its id; then the one the guideline names
    counts, else those of its aliases, else all of them (the test was moved).
    """
    by_test: dict[str, list[str]] = {}
    for name in listed:
        by_test.setdefault(id_of(name), []).append(name)
    found = []
    for key, test in wanted.items():
        names = by_test.get(key, [])
        named = [name for name in names if name.split("[")[0] == test.name]
        aliased = [name for name in names if name.split("[")[0] in test.aliases]
        found += named or aliased or names
    return sorted(found)


def by_id(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Return one outcome per id: the worst, where several classes share a test."""
    worst: dict[str, Outcome] = {}
    for outcome in outcomes:
        key = id_of(outcome.name)
        before = worst.get(key)
        if key and (before is None or _badness(outcome) < _badness(before)):
            worst[key] = outcome
    return worst


def _badness(outcome: Outcome) -> int:
    return _WORST_FIRST.index(outcome.status) if outcome.status in _WORST_FIRST else 0


def differences(wanted: Iterable[str], seen: Mapping[str, Outcome]) -> list[str]:
    """Return a sentence for each id that did not do what is expected of it."""
    found = []
    for test in sorted(wanted):
        outcome = seen.get(test)
        did = f"{outcome.status} {outcome.reason}".strip() if outcome else "is absent"
        name = outcome.name if outcome else test
        if test in GONE:
            if outcome:
                found.append(f"{name}: {did}, expected to be absent from Tempest")
        elif test in NEED_A_GUEST:
            if not outcome or outcome.status != "skip":
                found.append(f"{name}: {did}, expected to be skipped (needs a guest)")
        elif not outcome or outcome.status not in _PASSED:
            found.append(f"{name}: {did}, expected to pass")
    return found


def counts(outcomes: Iterable[Outcome]) -> str:
    """Return how many tests ended how, such as `285 success, 2 skip`."""
    return ", ".join(
        f"{n} {status}" for status, n in Counter(o.status for o in outcomes).most_common()
    )
