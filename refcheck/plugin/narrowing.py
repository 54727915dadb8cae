"""Which of the selected tests a run was told to run. Pure functions.

A test that is left out stays selected, with the reason: the run accounts for it, as undecided.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from refcheck.errors import WrongUse
from refcheck.guideline.model import Guideline
from refcheck.result.events import Selected

Reason = Callable[[Selected], str]
"""Says why a test is left out, "" when it is not."""

_SHARD = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A result that tests are chosen by.

    Attributes:
        name: its run, or its file, for people.
        passed: ids of the tests that passed, and names of those without an id.
        facts: what its run found out; None when the result does not tell.
    """

    name: str
    passed: frozenset[str]
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Shard:
    """The one of `count` parts with this number, from 1."""

    number: int
    count: int

    @classmethod
    def read(cls, text: str) -> Shard:
        """From `K/N`.

        Raises:
            WrongUse: it is not such a pair.
        """
        match = _SHARD.fullmatch(text)
        if match is None or int(match[1]) > int(match[2]):
            raise WrongUse(
                f"{text[:20]!r} is no shard", next_step="Give K/N, such as --shard 1/3 to 3/3."
            )
        return cls(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a run was told; nothing of it is everything.

    Attributes:
        services: service types, such as "compute".
        capabilities: globs of capabilities' names.
        since: only what did not pass there, or was not in it.
        changed: only tests of services that are not as they were there.
    """

    services: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    since: Earlier | None = None
    changed: Earlier | None = None
    shard: Shard | None = None


def narrow(
    selected: tuple[Selected, ...], told: Narrowing, guideline: Guideline
) -> tuple[Selected, ...]:
    """Leave out what service, capability and an earlier result leave out.

    Raises:
        WrongUse: a service or capability that the target does not have.
    """
    reasons: list[Reason] = []
    if told.services:
        reasons.append(_of_services(told.services, selected))
    if told.capabilities:
        reasons.append(_of_capabilities(told.capabilities, selected, guideline))
    if told.since:
        reasons.append(_since(told.since))
    return _left_out(selected, reasons)


def narrow_to_changed(
    selected: tuple[Selected, ...], told: Narrowing, changes: Collection[str]
) -> tuple[Selected, ...]:
    """Leave out the tests of services that are as they were; `changes` as of `changes_since`."""
    if told.changed is None:
        return selected
    name = told.changed.name

    def reason(test: Selected) -> str:
        same = test.service not in changes
        return f"--changed-only {name}: the {test.service} service is as it was" if same else ""

    return _left_out(selected, [reason])


def changes_since(
    then: Mapping[str, Any], now: Mapping[str, Any], services: Iterable[str]
) -> dict[str, list[str]]:
    """Service type → what differs between the facts of two runs: versions, and what it offers.

    Args:
        services: the types that are of interest.
    """
    found = {}
    for service in sorted(set(services)):
        words = [*_of_versions(service, then, now), *_of_offers(service, then, now)]
        if words:
            found[service] = words
    return found


def take_shard(
    selected: tuple[Selected, ...], shard: Shard | None, seconds: Mapping[str, float]
) -> tuple[Selected, ...]:
    """Leave out what other shards run.

    Every test is in one shard, whichever process asks; they last about equally long.

    Args:
        seconds: id → how long a test takes, the same on all hosts.
    """
    if shard is None:
        return selected
    loads = [0.0] * shard.count
    mine = set()
    due = [test for test in selected if test.due]
    # Longest first, each to the shard that has least to do; what is not known takes a second.
    for test in sorted(due, key=lambda one: (-seconds.get(one.id, 1.0), one.id)):
        place = min(range(shard.count), key=lambda number: (loads[number], number))
        loads[place] += seconds.get(test.id, 1.0)
        if place == shard.number - 1:
            mine.add(test.id)
    reason = f"--shard {shard.number}/{shard.count}: another shard runs it"
    return _left_out(selected, [lambda test: "" if test.id in mine else reason])


def _left_out(selected: tuple[Selected, ...], reasons: list[Reason]) -> tuple[Selected, ...]:
    """What is to be run otherwise, with the first reason not to run it."""

    def one(test: Selected) -> Selected:
        if not test.due:
            return test
        return replace(test, left_out=next(filter(None, (why(test) for why in reasons)), ""))

    return tuple(map(one, selected))


def _of_services(services: Collection[str], selected: Iterable[Selected]) -> Reason:
    known = sorted({test.service for test in selected})
    for service in services:
        if service not in known:
            raise WrongUse(
                f"no test of the target is about a service {service!r}",
                next_step=f"Give some of: {', '.join(known)}.",
            )
    reason = f"--services {','.join(services)}"
    return lambda test: "" if test.service in services else reason


def _of_capabilities(
    globs: Collection[str], selected: Iterable[Selected], guideline: Guideline
) -> Reason:
    tests = {test.id or test.name for test in selected}
    capabilities = {
        name: members
        for name, one in guideline.capabilities.items()
        if (members := {test.id or test.name for test in one.tests} & tests)
    }
    chosen: set[str] = set()
    for glob in globs:
        fitting = [name for name in capabilities if fnmatchcase(name, glob)]
        if not fitting:
            near = difflib.get_close_matches(glob, capabilities, n=3, cutoff=0.3)
            raise WrongUse(
                f"the target has no capability {glob!r}",
                next_step=f"Did you mean {', '.join(near or list(capabilities)[:3])}?",
            )
        chosen.update(*(capabilities[name] for name in fitting))
    reason = f"--capability {' '.join(globs)}"
    return lambda test: "" if (test.id or test.name) in chosen else reason


def _since(earlier: Earlier) -> Reason:
    reason = f"--since {earlier.name}: it passed there"
    return lambda test: reason if {test.id, test.name} & earlier.passed else ""


def _of_versions(service: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[str]:
    before, after = (facts.get("versions", {}).get(service) or {} for facts in (then, now))
    for key, word in (("version", "version"), ("min", "oldest microversion"),
                      ("max", "newest microversion")):  # fmt: skip
        if before.get(key) != after.get(key):
            yield f"{word} {after.get(key) or 'none'}, was {before.get(key) or 'none'}"


_OFFERS = {
    "network": ("network_extensions", "extension"),
    "object-store": ("object_store_features", "feature"),
}


def _of_offers(service: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[str]:
    if service not in _OFFERS:
        return
    fact, word = _OFFERS[service]
    before, after = (set(facts.get(fact) or ()) for facts in (then, now))
    yield from (f"{word} {one} is new" for one in sorted(after - before))
    yield from (f"{word} {one} is gone" for one in sorted(before - after))
