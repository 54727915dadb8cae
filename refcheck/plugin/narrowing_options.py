"""From the options of a run to what it was told to run: reads the results that they name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from refcheck.errors import BadResult, WrongUse
from refcheck.plugin.narrowing import Earlier, Narrowing, Shard
from refcheck.result.anywhere import load_named
from refcheck.result.names import split_name
from refcheck.result.outcome import Outcome


def narrowing_of(
    *,
    services: str | None = None,
    capability: Iterable[str] = (),
    since: Path | None = None,
    changed_only: Path | None = None,
    shard: str | None = None,
) -> Narrowing:
    """Read the options, each by its name; `services` are types with commas between.

    Raises:
        WrongUse: services of which there are none, or a shard that is none.
        BadResult: a result that cannot be read, or does not tell what is asked of it.
    """
    changed = _earlier(changed_only) if changed_only else None
    if changed and not (changed.facts and changed.facts.get("versions")):
        raise BadResult(
            "does not tell the versions of the cloud's services",
            where=str(changed_only),
            next_step="Give the result.json of an earlier `refcheck run`, or its folder.",
        )
    return Narrowing(
        services=() if services is None else _services(services),
        capabilities=tuple(capability),
        since=_earlier(since) if since else None,
        changed=changed,
        shard=None if shard is None else Shard.read(shard),
    )


def _services(text: str) -> tuple[str, ...]:
    """The types in it; none is no wish for all, but a variable of a script that is empty."""
    services = tuple(filter(None, (word.strip() for word in text.split(","))))
    if not services:
        raise WrongUse(
            f"--services {text!r} names no service",
            next_step="Name some, such as compute,network, or leave the option out.",
        )
    return services


def _earlier(path: Path) -> Earlier:
    loaded = load_named(path)
    passed: set[str] = set()
    for one in loaded.outcomes:
        if one.outcome is Outcome.PASSED:
            name, suffix_id = split_name(one.name)
            passed.add(one.id or suffix_id or name)
    if loaded.result is None:
        return Earlier(path.name, frozenset(passed - {""}))
    return Earlier(loaded.result.run_id, frozenset(passed), loaded.result.facts)
