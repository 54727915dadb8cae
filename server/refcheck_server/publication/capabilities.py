"""The capabilities of a result and their tests, over all programs that it was judged for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from refcheck.guideline.model import Guideline, Test
from refcheck.result.document import Result
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck_server.publication.outcomes import Segment, bar
from refcheck_server.publication.programs import short_name
from refcheck_server.results.models import StoredVerdict

STATUSES = ("required", "advisory", "deprecated", "removed")
_SERVICES = {
    "cinder": "Block storage (Cinder)",
    "designate": "DNS (Designate)",
    "glance": "Images (Glance)",
    "heat": "Orchestration (Heat)",
    "keystone": "Identity (Keystone)",
    "neutron": "Networks (Neutron)",
    "nova": "Compute (Nova)",
    "swift": "Object storage (Swift)",
}


class CapabilityRow(NamedTuple):
    """One capability.

    Attributes:
        service: title of the project that provides it.
        status: the strongest that it has in any of the programs.
        programs: titles of the programs that have it with that status.
        word: whether it holds; `tone` and `symbol` go with it.
        tests: the outcome of each, and what is told of it as HTML.
    """

    service: str
    name: str
    description: str
    status: str
    programs: str
    word: str
    tone: str
    symbol: str
    passed: int
    total: int
    flagged: int
    bar: tuple[Segment, ...]
    tests: tuple[tuple[str, str], ...]

    def items(self, pills: Mapping[str, str]) -> Markup:
        """Its tests as items of a list; hundreds on a page, so no template goes through them.

        Args:
            pills: HTML of each outcome.
        """
        items = [f"<li>{pills[outcome]}{text}</li>\n" for outcome, text in self.tests]
        return Markup("".join(items))  # noqa: S704 - made of what was escaped


@dataclass(frozen=True, slots=True)
class Service:
    """The capabilities that one project provides."""

    name: str
    capabilities: tuple[CapabilityRow, ...]

    @property
    def held(self) -> int:
        """How many of them hold."""
        return sum(one.tone == "good" for one in self.capabilities)


def services(
    verdicts: Iterable[tuple[StoredVerdict, Mapping[str, Any]]],
    result: Result,
    guideline: Guideline | None,
) -> tuple[Service, ...]:
    """Every capability of these verdicts once, by service.

    Args:
        verdicts: on the programs of one guideline, each with its document.
        result: the run's own words: names, reasons, durations.
        guideline: the same that the verdicts were reached by, for descriptions and names; None
            when this registry has only another edition of it by now.
    """
    found: dict[str, Mapping[str, Any]] = {}
    roles: dict[str, dict[str, list[str]]] = {}
    for verdict, document in verdicts:
        for name, one in document["capabilities"].items():
            found.setdefault(name, one)
            roles.setdefault(name, {}).setdefault(one["status"], []).append(verdict.title)
    words = _Words(result, guideline)
    by_service: dict[str, list[CapabilityRow]] = {}
    for name in sorted(found):
        row = _capability(name, found[name], roles[name], words)
        by_service.setdefault(row.service, []).append(row)
    return tuple(Service(title, tuple(by_service[title])) for title in sorted(by_service))


class _Words:
    """Names, descriptions and reasons, from the guideline and from the result."""

    def __init__(self, result: Result, guideline: Guideline | None) -> None:
        self._capabilities = {} if guideline is None else dict(guideline.capabilities)
        self._tests: dict[str, Test] = {
            key: test
            for capability in self._capabilities.values()
            for test in capability.tests
            for key in (test.name, test.id)
            if key
        }
        self._outcomes: dict[str, TestOutcome] = {
            key: outcome for outcome in result.outcomes for key in (outcome.name, outcome.id) if key
        }

    def service(self, capability: str) -> str:
        """Who provides a capability: the guideline's word, or the first one of its name."""
        known = self._capabilities.get(capability)
        project = known.project if known is not None else capability.split("-", 1)[0]
        return _SERVICES.get(project, project.capitalize())

    def description(self, capability: str) -> str:
        """What a capability is."""
        known = self._capabilities.get(capability)
        return known.description if known is not None else ""

    def test(self, key: str, outcome: str, *, flagged: bool, waived: bool) -> str:
        """What is told of a test beside its outcome, by the key that the verdict has for it."""
        known, seen = self._tests.get(key), self._seen(key)
        name = known.name if known is not None else (seen.name if seen is not None else key)
        title, ids = _named(name, key)
        notes = ["waived"] if waived else []
        if flagged:
            reason = known.flag.reason if known is not None and known.flag is not None else ""
            notes.append(f"flagged, does not count{': ' + reason if reason else ''}")
        texts = ["<div>", title, *(_span("pill", note) for note in notes)]
        if seen is not None and seen.duration:
            texts.append(f' <span class="quiet">{seen.duration:.1f} s</span>')
        if seen is not None and seen.reason and outcome != "passed":
            texts.append(_span("reason", seen.reason))
        return "".join((*texts, ids, "</div>"))

    def _seen(self, key: str) -> TestOutcome | None:
        if key in self._outcomes:
            return self._outcomes[key]
        known = self._tests.get(key)
        names = () if known is None else (known.id, known.name, *known.aliases)
        return next((self._outcomes[name] for name in names if name in self._outcomes), None)


@lru_cache(maxsize=4096)
def _named(name: str, key: str) -> tuple[str, str]:
    """A test's name as the title of an item, and its name and id for whoever looks for them."""
    ids = _span("id", name) + (_span("id", f"id {key}") if key != name else "")
    return f"<b>{escape(short_name(name))}</b>", ids


def _span(kind: str, text: str) -> str:
    return f' <span class="{kind}">{escape(text)}</span>'


def _capability(
    name: str, one: Mapping[str, Any], roles: Mapping[str, list[str]], words: _Words
) -> CapabilityRow:
    status = min(roles, key=STATUSES.index)
    outcomes: Mapping[str, str] = one["tests"]
    tone, symbol, word = held_word(one)
    return CapabilityRow(
        service=words.service(name),
        name=name,
        description=words.description(name),
        status=status,
        programs=", ".join(roles[status]),
        word=word,
        tone=tone,
        symbol=symbol,
        passed=sum(outcome == "passed" for outcome in outcomes.values()),
        total=len(outcomes),
        flagged=len(one["flagged"]),
        bar=bar(outcomes.values()),
        tests=tuple(
            [
                (
                    outcome,
                    words.test(
                        key, outcome, flagged=key in one["flagged"], waived=key in one["waived"]
                    ),
                )
                for key, outcome in outcomes.items()
            ]
        ),
    )


HELD_WORDS = ("holds", "does not hold", "undecided", "all flagged", "no tests")


def held_word(one: Mapping[str, Any]) -> tuple[str, str, str]:
    """Whether a capability of a verdict's document holds: tone, symbol and words."""
    if one["untested"]:
        return "open", "○", "all flagged" if one["tests"] else "no tests"
    if one["holds"]:
        return "good", "✓", "holds"
    left_out = {*one["flagged"], *one["waived"]}
    counting = (outcome for key, outcome in one["tests"].items() if key not in left_out)
    if any(Outcome(outcome).is_definite_no for outcome in counting):
        return "bad", "✕", "does not hold"
    return "open", "○", "undecided"
