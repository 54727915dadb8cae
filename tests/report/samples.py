"""Runs to tell of: streams of events such as the controlling process writes them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from refcheck.guideline import library
from refcheck.report.story import Story, story_of
from refcheck.result.events import (
    Event,
    Hindered,
    LeftBehind,
    RunFinished,
    RunResumed,
    RunStarted,
    Selected,
    TestFinished,
    TestStarted,
    Wait,
)
from refcheck.result.journal import Journal
from refcheck.result.outcome import Outcome, TestOutcome

BEGAN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
"""When the samples are judged."""
GUIDELINE = "2020.06"
NASTY = "<script>alert('x')</script>\x1b[31m]]>&\x00\"'{{ 7 * 7 }}"
"""Words of a hostile cloud."""

_SERVICES = {"nova": "compute", "glance": "image", "neutron": "network", "cinder": "block-storage",
             "swift": "object-store", "keystone": "identity"}  # fmt: skip
_REASONS = {
    Outcome.FAILED: "POST /servers answered 500, expected 202",
    Outcome.EXTRA: "GET /volumes/detail answered undeclared properties: volume.vendor:tier",
    Outcome.ABSENT: "the catalogue has no object-store service",
    Outcome.ERROR: "quota: no room for one more server (10 of 10 used)",
}


def at(seconds: float) -> str:
    """A time of an event, in seconds after the start."""
    return f"{BEGAN + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%f}Z"


def selected(guideline: str = GUIDELINE, target: str = "platform") -> tuple[Selected, ...]:
    """Every test of a program, as a run selects them; the two last ones are not to be run."""
    one = library.load(guideline)
    found: dict[str, Selected] = {}
    for ref in one.programs[target].components:
        for names in one.components[ref.name].capabilities.values():
            for name in names:
                project = one.capabilities[name].project
                for test in one.capabilities[name].tests:
                    service = _SERVICES.get(project, project)
                    found.setdefault(test.id, Selected(test.id, test.name, service, True))
    *tests, last, other = found.values()
    return (
        *tests,
        replace(last, left_out="--services leaves out object-store"),
        replace(other, implemented=False),
    )


def started(tests: tuple[Selected, ...], guideline: str = GUIDELINE, **changes) -> RunStarted:
    one = library.load(guideline)
    facts = {
        "image": {"id": "5b1d0e3c", "name": "cirros"},
        "flavors": ["m1.nano", "m1.micro"],
        "microversions": {"compute": "2.96", "block-storage": "3.71"},
        "extensions": {service: ["a"] * 40 for service in _SERVICES.values()},
    }
    event = RunStarted(
        at(0), "20261120T120000Z-5eed5eed", "mycloud", "a" * 64, "b" * 64, one.id, one.sha256,
        "platform", "0.1.0", "d" * 64, tests, facts, one.id, workers=4, attempts=2,
        expected={test.id: 2.0 for test in tests},
    )  # fmt: skip
    return replace(event, **changes)


@dataclass
class Weather:
    """How likely tests of a sample do not pass; `kind` makes every test end so."""

    trouble: float = 0.06
    kind: Outcome | None = None
    words: str = ""
    body: int = 400


def exchanges(outcome: Outcome, weather: Weather) -> tuple[dict, ...]:
    """Evidence with bodies of some length."""
    body = json.dumps({"server": {"id": "x" * 36, "metadata": "y" * weather.body}})
    status = 200 if outcome is Outcome.EXTRA else 500
    return tuple(
        {
            "method": method,
            "url": f"https://cloud.example:8774/v2.1/servers{weather.words}",
            "status": code,
            "seconds": 0.31,
            "request_id": "req-b1946ac9",
            "request_body": body,
            "answer_body": weather.words or body,
            "curl": f"curl -i -X {method} 'https://cloud.example:8774/v2.1/servers' -d '{body}'",
        }
        for method, code in (("GET", 200), ("POST", status))
    )


def events(
    tests: tuple[Selected, ...] | None = None,
    *,
    seed: int = 7,
    weather: Weather | None = None,
    resumed_at: float = 70.0,
    guideline: str = GUIDELINE,
) -> tuple[Event, ...]:
    """A whole run of four workers that was resumed once, tried failures again, left a volume."""
    chosen = tests or selected(guideline)
    first = started(chosen, guideline)
    return (first, *_events(chosen, random.Random(seed), weather or Weather(), resumed_at))


def _events(tests, chance, weather, resumed_at) -> Iterator[Event]:
    stream: list[tuple[float, int, Event]] = []
    free = [0.5] * 4
    offset, cut = 0.0, False

    def put(when: float, event: Event) -> None:
        stream.append((when, len(stream), replace(event, at=at(when))))

    for test in (test for test in tests if test.due):
        worker = free.index(min(free))
        begin = free[worker] + 0.01
        if begin > resumed_at and not cut:
            cut, offset = True, 3600.0
            put(resumed_at + offset, RunResumed("", 4))
        begin += offset if begin < 3600 and cut else 0
        first = _outcome(chance, weather)
        for attempt in (1, 2):
            length = chance.expovariate(1 / 1.4) + 0.05
            outcome = first if attempt == 1 else _second(first, chance)
            put(begin, TestStarted("", test.id, attempt))
            put(begin + length, _finished(test, outcome, attempt, length, worker, weather))
            begin += length + 0.02
            if outcome is not Outcome.FAILED or attempt == 2:
                break
        free[worker] = begin
    end = max(free)
    put(end, Hindered("", {"throttled": 3, "seconds_waited": 4}))
    put(end + 0.5, LeftBehind("", f"volume rc-5eed-volume{weather.words}"))
    yield from (event for _, _, event in sorted(stream, key=lambda entry: entry[:2]))
    yield RunFinished(at(end + 1), complete=True)


def _outcome(chance, weather) -> Outcome:
    if weather.kind:
        return weather.kind
    if chance.random() > weather.trouble:
        return Outcome.PASSED
    return chance.choice((*_REASONS, Outcome.FAILED, Outcome.UNDECIDED))


def _second(first: Outcome, chance) -> Outcome:
    return Outcome.PASSED if first is Outcome.FAILED and chance.random() < 0.4 else first


def _finished(test, outcome, attempt, length, worker, weather) -> TestFinished:
    reason = _REASONS.get(outcome, "credentials: it takes a second identity")
    passed = outcome is Outcome.PASSED
    told = TestOutcome(
        test.id, test.name, outcome, "" if passed else reason + weather.words,
        round(length, 3), attempt,
    )  # fmt: skip
    waits = (Wait("server ACTIVE", length * 0.2, length * 0.5, 4),) if length > 1 else ()
    return TestFinished(
        "", told,
        detail="" if passed else f"expected 202\nand got 500{weather.words}",
        exchanges=() if passed else exchanges(outcome, weather),
        unchecked=("GET /v2.1/os-vendor",) if length > 6 else (),
        worker=f"gw{worker}", waits=waits,
    )  # fmt: skip


SMALL = tuple(
    Selected(test.id, test.name, test.service, implemented=True)
    for number, test in enumerate(selected())
    if number % 40 == 0
)
"""Eight tests, of every service but one."""


def story(stream: tuple[Event, ...], signed: bytes | None = None) -> Story:
    """The story of a stream, judged at a given time."""
    return story_of(stream, library.load(stream[0].guideline_id), AT, signed)


def stream_of(*outcomes: Outcome, repeat: int = 1, reason: str = "why") -> tuple[Event, ...]:
    """A short run: the first tests end so, a second each, one after the other, on one worker."""
    tests = SMALL
    told: list[Event] = [started(tests, workers=1, attempts=1, repeat=repeat)]
    for number, (test, outcome) in enumerate(zip(tests, outcomes, strict=False)):
        why = "" if outcome is Outcome.PASSED else reason
        told += [
            TestStarted(at(number), test.id),
            TestFinished(
                at(number + 1), TestOutcome(test.id, test.name, outcome, why, 1.0), worker="gw0"
            ),
        ]
    return (*told, RunFinished(at(len(outcomes) + 1), complete=len(outcomes) >= len(tests)))


def folder_of(stream: tuple[Event, ...], runs: Path, name: str = "") -> Path:
    """A run's folder that holds the stream as its journal."""
    folder = runs / (name or "20261120T120000Z-5eed5eed")
    folder.mkdir(parents=True)
    journal = Journal(folder / "journal.sqlite")
    for event in stream:
        journal.append(event)
    journal.close()
    return folder


def again(test: Selected, outcome: Outcome, seconds: float, attempt: int) -> tuple[Event, Event]:
    """One more run of a test, a second long."""
    why = "" if outcome is Outcome.PASSED else "why"
    told = TestOutcome(test.id, test.name, outcome, why, 1.0, attempt)
    return (
        TestStarted(at(seconds), test.id, attempt),
        TestFinished(at(seconds + 1), told, worker="gw0"),
    )
