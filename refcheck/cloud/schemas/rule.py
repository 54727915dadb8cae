"""One rule says what a call answers; a service's rules are found by method and path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from refcheck.cloud.schemas.shape import Shape

Microversion = tuple[int, int]
_LATEST: Microversion = (9999, 9999)
_PLACEHOLDER = re.compile(r"\{\w+(\.\.\.)?\}")


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: validators are kept per rule
class Rule:
    """What one call answers when it succeeds.

    Attributes:
        method: HTTP method.
        path: template below the service's endpoint, such as "/servers/{server_id}". A placeholder
            stands for one segment, `{object...}` for all that is left. `~` at the beginning means
            above the endpoint's version: "~/" is the list of versions, "~/v2.1" one version's
            document. "/servers/{server_id}/action#reboot" is the action of that name, and
            "/networks#fields" the list with only the properties that were asked for.
        statuses: status codes for which the rule speaks.
        body: shape of the JSON body, `OCTETS` for a body that is not judged, None for no body.
        headers: lower-case name to shape of its text, for headers that must be there.
        optional_headers: the same for headers that may be there.
        since: first microversion it holds for, "" for every one.
        until: last microversion it holds for, "" for every one.
        or_plain: whether the body may be plain text instead of JSON.
    """

    method: str
    path: str
    statuses: tuple[int, ...]
    body: Shape | None
    headers: Mapping[str, Shape] | None = None
    since: str = ""
    until: str = ""
    optional_headers: Mapping[str, Shape] | None = None
    or_plain: bool = False

    def holds_at(self, version: Microversion) -> bool:
        """Whether it speaks for that microversion."""
        return (not self.since or parse_microversion(self.since) <= version) and (
            not self.until or version <= parse_microversion(self.until)
        )


@cache
def parse_microversion(text: str) -> Microversion:
    """Order microversions: "2.26" is (2, 26), "latest" is later than every other."""
    if text == "latest":
        return _LATEST
    major, _, minor = text.partition(".")
    return int(major), int(minor or 0)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one service, found by method and path."""

    base: Microversion
    """What the service speaks when no microversion is asked for."""
    _by_start: dict[tuple[str, str], list[tuple[re.Pattern[str], list[Rule]]]] = field(
        default_factory=dict
    )

    @classmethod
    def of(cls, rules: Iterable[Rule], base: str = "0.0") -> Rules:
        """Index these; among templates that match a path, the more literal one is taken."""
        found = cls(parse_microversion(base))
        by_path: dict[tuple[str, str], list[Rule]] = {}
        for rule in rules:
            by_path.setdefault((rule.method, rule.path), []).append(rule)
        for method, path in sorted(by_path, key=lambda key: _vagueness(key[1])):
            place = found._by_start.setdefault((method, _start(path)), [])
            place.append((_pattern(path), by_path[method, path]))
        return found

    def find(self, method: str, path: str, microversion: str | None) -> tuple[Rule, ...]:
        """The rules of the most literal template that matches, for that microversion."""
        version = parse_microversion(microversion) if microversion else self.base
        for text in dict.fromkeys((path, path.rstrip("/"))):
            for start in dict.fromkeys((_start(text), "")):
                for pattern, rules in self._by_start.get((method, start), ()):
                    if pattern.fullmatch(text):
                        return tuple(rule for rule in rules if rule.holds_at(version))
        return ()


def _start(path: str) -> str:
    """The first segment, "" when it is a placeholder."""
    first = path.split("/", 2)[1] if "/" in path else path
    return "" if "{" in first else ("~/" + first if path.startswith("~") else first)


def _vagueness(path: str) -> tuple[bool, list[bool], str]:
    """Sorts the more literal templates first."""
    return "...}" in path, ["{" in segment for segment in path.split("/")], path


def _pattern(path: str) -> re.Pattern[str]:
    parts = []
    end = 0
    for place in _PLACEHOLDER.finditer(path):
        parts += [re.escape(path[end : place.start()]), ".+" if place[1] else "[^/#]+"]
        end = place.end()
    return re.compile("".join(parts) + re.escape(path[end:]), re.DOTALL)
