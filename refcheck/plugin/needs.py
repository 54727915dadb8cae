"""What a test cannot do without, in words that `suite`, `doctor` and `plan` share."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from refcheck.plugin.calls import Recorded

SECOND_IDENTITY = "second identity"
ADMINISTRATOR = "administrator"
ANOTHER_TOKEN = "another token"  # noqa: S105 - a word for people
"""A token for another project, or for none, got with our own."""
SERVER = "server"
GUEST = "guest"
"""Somebody inside a server who can be asked."""
FEATURE = "feature "
"""Before a part of the object store's /info."""
EXTENSION = "extension "
"""Before the alias of an extension of the network service."""
_OF_FACT = {
    "boot.image": "image",
    "boot.flavor": "flavor",
    "boot.image_alt": "second image",
    "boot.flavor_alt": "second flavor",
    "external_network": "external network",
    "guest": GUEST,
}
FACT_OF = {need: fact for fact, need in _OF_FACT.items()}
"""Need → the fact that answers it, `.` before a part of it."""
_OF_FIXTURE = {"throwaway_user": ADMINISTRATOR}


def needs_of(recorded: Recorded | None, fixtures: Collection[str]) -> tuple[str, ...]:
    """Credentials first, then things, then features.

    Args:
        recorded: None when nothing is known of what it does.
        fixtures: that it asks for.
    """
    parts = list(recorded.parts()) if recorded else []
    return tuple(dict.fromkeys([*_credentials(parts, fixtures), *_things(parts)]))


def _credentials(parts: list[Recorded], fixtures: Collection[str]) -> Iterator[str]:
    yield from (_OF_FIXTURE[name] for name in fixtures if name in _OF_FIXTURE)
    for one in parts:
        yield from (need for need in one.needs if need in (SECOND_IDENTITY, ANOTHER_TOKEN))


def _things(parts: list[Recorded]) -> Iterator[str]:
    for one in parts:
        if "server" in one.creates:
            yield SERVER
        if GUEST in one.shares:  # `Shared.guest`; those that can do without use another way
            yield GUEST
        for fact in one.facts:
            yield from (need for known, need in _OF_FACT.items() if _is_part(fact, known))
    for one in parts:
        yield from (f"{FEATURE}{name}" for name in one.features)
        yield from (need for need in one.needs if need.startswith(EXTENSION))


def _is_part(fact: str, known: str) -> bool:
    return fact == known or fact.startswith(f"{known}.")
