"""A pytest plugin that writes down what each test asks of a cloud, while the suite runs.

Calls are noted where tests make them, at `Service.request`: log-ins and the SDK's own discovery of
versions happen once a process and belong to no test. The making of what several tests share is
noted under its own name, `shared NAME`, and costs no test anything. What a test made is removed
at its cost, and the calls of that are not listed.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Any
from weakref import WeakSet

import pytest

from refcheck.cloud.connection import Cloud
from refcheck.cloud.creating import Creator
from refcheck.cloud.discovery import Facts
from refcheck.cloud.exchange import Answer
from refcheck.cloud.ledger import Ledger, Undo
from refcheck.cloud.schemas.place import place_of
from refcheck.cloud.service import Service
from refcheck.plugin.begun import Begun
from refcheck.plugin.given import Shared
from refcheck.plugin.selection import idempotent_id
from refcheck.plugin.throwaway import Second
from tests.calls.notes import Note
from tests.calls.templates import template
from tests.calls.watched import watched_answer, watched_body, watched_fact

OUTPUT = "REFCHECK_CALLS_OUTPUT"
"""The file that gets one JSON object a note; set by `record`."""
_ACCEPTED = range(200, 300)
_NOTE = pytest.StashKey[Note]()


class Recording:
    """Listens to everything that a test can ask for; one test at a time."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._note: Note | None = None
        self._last: Note | None = None
        self._cleaned: Note | None = None
        self._scope = ""
        self._kinds: dict[int, str] = {}
        self._latencies: list[float] = []
        self._patch = patch
        self._listen_to_services()
        self._listen_to_cleaning()
        self._listen_to_the_ledger()
        self._listen_to_facts()
        self._listen_to_shared()
        self._listen_to_the_second_identity()

    def _listen_to_services(self) -> None:
        request, log_in = Service.request, Cloud.log_in

        def heard(service: Service, method: str, path: str, **options: Any) -> Answer:
            start = time.monotonic()
            answer = request(service, method, path, **options)
            if method == "GET":
                self._latencies.append(time.monotonic() - start)
            if self._cleaned is not None:
                self._cleaned.requests += 1
            if self._note is None:
                return answer
            sent = options.get("json")
            call = template(service.kind, method, place_of(path, service.url, sent=sent))
            self._heard(call)
            if answer.status in _ACCEPTED:
                self._weigh(call, options.get("data") or b"", answer)
            if call == "identity POST /auth/tokens" and "token" in sent["auth"]["identity"]:
                self._note.needs["another token"] = None
            if call.startswith("network GET /extensions/"):
                self._note.needs[f"extension {path.rpartition('/')[2]}"] = None
            return watched_answer(answer, self._note.features) if "/info" in call else answer

        def heard_log_in(cloud: Cloud) -> Answer:
            self._heard("identity POST /auth/tokens")
            return log_in(cloud)

        self._patch.setattr(Service, "request", heard)
        self._patch.setattr(Cloud, "log_in", heard_log_in)

    def _heard(self, call: str) -> None:
        if self._note is not None:
            self._note.calls[call] = None
            self._note.requests += 1

    def _weigh(self, call: str, data: bytes, answer: Answer) -> None:
        """Sizes that quotas count, of what was accepted."""
        assert self._note is not None
        sizes = self._note.sizes
        match call:
            case "block-storage POST /volumes" | "block-storage POST /snapshots":
                (thing,) = answer.json.values()
                sizes["volume_gib"] += int(thing["size"])
            case "image PUT /images/{image_id}/file" | "image PUT /images/{image_id}/stage":
                sizes["image_bytes"] += len(data)
            case "object-store PUT /{account}/{container}/{object}":
                sizes["object_bytes"] += len(data)

    def _listen_to_cleaning(self) -> None:
        """A test pays for the removal of what it made, and of nothing that others use too."""
        begin, clean = Creator.__init__, Creator.clean
        own: WeakSet[Creator] = WeakSet()

        def heard_begin(creator: Creator, *arguments: Any, **options: Any) -> None:
            begin(creator, *arguments, **options)
            if self._scope == "function":
                own.add(creator)

        def heard_clean(creator: Creator) -> tuple[str, ...]:
            note = self._cleaned = self._last if creator in own else None
            start = time.monotonic()
            try:
                return clean(creator)
            finally:
                self._cleaned = None
                if note is not None:
                    note.seconds += time.monotonic() - start

        self._patch.setattr(Creator, "__init__", heard_begin)
        self._patch.setattr(Creator, "clean", heard_clean)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[Any]:
        self._scope = fixturedef.scope
        return (yield)

    def _listen_to_the_ledger(self) -> None:
        meant, made = Ledger.meant, Ledger.made

        def heard_meant(ledger: Ledger, kind: str, name: str) -> int:
            number = meant(ledger, kind, name)
            self._kinds[number] = kind
            return number

        def heard_made(ledger: Ledger, number: int, undo: Undo) -> None:
            if self._note is not None:
                self._note.creates[self._kinds[number]] += 1
            made(ledger, number, undo)

        self._patch.setattr(Ledger, "meant", heard_meant)
        self._patch.setattr(Ledger, "made", heard_made)

    def _listen_to_facts(self) -> None:
        find = Facts.__getitem__

        def heard(facts: Facts, fact: str) -> Any:
            if self._note is None:
                return find(facts, fact)
            return watched_fact(find(facts, fact), fact, self._note.facts)

        self._patch.setattr(Facts, "__getitem__", heard)

    def _listen_to_shared(self) -> None:
        # What `Begun.take` hands over is one of the things below, each heard under its own name.
        for kind in set(Shared.__mro__) - {Begun, object}:
            for name, thing in list(vars(kind).items()):
                if isinstance(thing, cached_property):
                    heard: Any = property(self._kept(name, thing.func))
                elif isinstance(thing, property) and thing.fget:
                    heard = property(self._shared(name, thing.fget))
                elif isinstance(thing, FunctionType) and not name.startswith("_"):
                    heard = self._shared(name, thing)
                else:
                    continue
                self._patch.setattr(kind, name, heard)

    def _kept(self, name: str, make: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def once(shared: Shared) -> Any:
            if name not in shared.__dict__:
                shared.__dict__[name] = make(shared)
            return shared.__dict__[name]

        return self._shared(name, once)

    def _shared(self, name: str, get: Callable[..., Any]) -> Callable[..., Any]:
        def heard(shared: Shared, *arguments: Any) -> Any:
            user = self._note
            with self._noting_apart(f"shared {name}"):
                thing = get(shared, *arguments)
            if user is None:
                return thing
            user.shares[name] = None
            # Everybody is told the same; who asks for what in it differs.
            is_info = name == "object_store_info"
            return watched_body(thing, user.features) if is_info else thing

        return heard

    def _listen_to_the_second_identity(self) -> None:
        """A test that asks first whether there is one can do without."""
        there, must_not_see = Second.there.fget, Second.must_not_see

        def optional(second: Second) -> None:
            if self._note is not None and "second identity" not in self._note.needs:
                self._note.needs["perhaps a second identity"] = None

        def heard_there(second: Second) -> bool:
            optional(second)
            return there(second)

        def heard_must_not_see(second: Second, *arguments: Any) -> None:
            optional(second)
            must_not_see(second, *arguments)

        make = vars(Second)["_cloud"].func

        def heard(second: Second) -> Cloud:
            if self._note is not None and "perhaps a second identity" not in self._note.needs:
                self._note.needs["second identity"] = None
            if "_cloud" not in second.__dict__:
                with self._noting_apart("shared second identity"):
                    second.__dict__["_cloud"] = make(second)
            cloud: Cloud = second.__dict__["_cloud"]
            return cloud

        self._patch.setattr(Second, "there", property(heard_there))
        self._patch.setattr(Second, "must_not_see", heard_must_not_see)
        self._patch.setattr(Second, "_cloud", property(heard))

    @contextmanager
    def _noting_apart(self, name: str) -> Iterator[None]:
        user, self._note = self._note, Note()
        start = time.monotonic()
        try:
            yield
        finally:
            note, self._note = self._note, user
            note.seconds = time.monotonic() - start
            if user is not None:
                user.elsewhere += note.seconds
        _write(name, note)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._note = self._last = item.stash[_NOTE] = Note()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        self._note = None

    @pytest.hookimpl(tryfirst=True, wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Iterator[pytest.TestReport]:
        report = yield
        note = item.stash[_NOTE]
        if report.when == "teardown":
            _write(idempotent_id(item), note)
        elif not note.outcome:
            note.seconds += report.duration
            if report.when == "call" or not report.passed:
                note.outcome, note.reason = report.refcheck["outcome"], report.refcheck["reason"]
        return report

    def pytest_sessionfinish(self) -> None:
        if self._latencies:
            _write("answers", Note(seconds=statistics.median(self._latencies)))


def _write(name: str, note: Note) -> None:
    with Path(os.environ[OUTPUT]).open("a", encoding="utf-8") as output:
        output.write(json.dumps({"name": name, **note.to_json()}) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    config.pluginmanager.register(Recording(patch), "refcheck-recording")
