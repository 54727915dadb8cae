"""From the options of a run to what it was told to run: reads the results that they name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from refcheck.errors import BadResult
from refcheck.plugin.narrowing import Earlier, Narrowing, Shard
from refcheck.result.anywhere import load_named
from refcheck.result.names import split_name
from refcheck.result.outcome import Outcome


def narrowing_of(
    *,
    services: str = "",
    capability: Iterable[str] = (),
    since: Path | None = None,
    changed_only: Path | None = None,
    shard: str = "",
) -> Narrowing:
    """Read the options, each by its name; `services` are types with commas between.

    Raises:
        WrongUse: a shard that is none.
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
        services=tuple(filter(None, (word.strip() for word in services.split(",")))),
        capabilities=tuple(capability),
        since=_earlier(since) if since else None,
        changed=changed,
        shard=Shard.read(shard) if shard else None,
    )


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
