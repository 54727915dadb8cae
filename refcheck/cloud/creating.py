"""Creating things in a cloud such that they are removed again, whatever happens in between."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from refcheck.cloud.exchange import Answer, Body
from refcheck.cloud.kinds import KINDS, Kind
from refcheck.cloud.ledger import Entry, Ledger, Undo
from refcheck.cloud.service import Service
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault
from refcheck.cloud.waiting import Clock

_REMOVE_BUDGET = 120.0
_GONE = 404
_QUOTA_STATUSES = frozenset({403, 409, 413})
_ACCEPTED = range(200, 300)

Services = Callable[[str], Service]


class Creator:
    """Sends creates, keeps the ledger, and removes what it created.

    Args:
        services: gives the service of a type.
        ledger: the run's ledger.
        prefix: begins every name, so that an operator knows whose a resource is.
    """

    def __init__(
        self,
        services: Services,
        ledger: Ledger,
        prefix: str,
        clock: Clock = Clock(),  # noqa: B008
    ) -> None:
        self._services = services
        self._ledger = ledger
        self._prefix = prefix
        self._clock = clock
        self._entries: list[Entry] = []

    def name(self, what: str) -> str:
        """A fresh name that shows what it is for and whose it is."""
        return f"{self._prefix}-{what}-{secrets.token_hex(4)}"

    def __call__(
        self,
        kind: str,
        *,
        microversion: str | None = None,
        beside: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Answer:
        """POST one resource; whatever the cloud accepts is removed after the test.

        Args:
            kind: a name of `refcheck.cloud.kinds.KINDS`.
            beside: members beside the resource in the request body.
            fields: the resource's own; a name is made when none is given.
        """
        place = KINDS[kind]
        if place.named:
            fields.setdefault("name", self.name(kind))
        body = {place.key: fields, **(beside or {})} if place.key else fields
        service = self._services(place.service)

        return self._tracked(
            kind,
            str(fields.get("name", "")),
            lambda: service.post(place.path, json=body, microversion=microversion),
            lambda answer: _deletion(place, answer[place.key] if place.key else answer.json),
        )

    def adopt(self, kind: str, thing: Mapping[str, Any]) -> None:
        """Have a thing removed that came of a request of the test's own.

        For requests that make several at once, or make one beside what they are about.

        Args:
            kind: a name of `refcheck.cloud.kinds.KINDS`.
            thing: the resource; its id (or name) is what counts.
        """
        name = str(thing.get("name", ""))
        undo = _deletion(KINDS[kind], thing)
        number = self._ledger.meant(kind, name)
        self._ledger.made(number, undo)
        self._entries.append(Entry(number, kind, name, undo))

    def container(self, name: str, headers: Mapping[str, str] | None = None) -> Answer:
        """PUT a container; it is removed with all that is in it."""
        service = self._services("object-store")
        path = f"/{quote(name)}"
        return self._tracked(
            "container",
            name,
            lambda: service.put(path, headers=headers),
            lambda _: Undo("object-store", "DELETE", path),
        )

    def attachment(self, server_id: str, volume_id: str) -> Answer:
        """Attach a volume to a server; it is detached before either is removed."""
        service = self._services("compute")
        path = f"/servers/{server_id}/os-volume_attachments"
        one = f"{path}/{volume_id}"
        return self._tracked(
            "attachment",
            volume_id,
            lambda: service.post(path, json={"volumeAttachment": {"volumeId": volume_id}}),
            lambda _: Undo("compute", "DELETE", one, gone=one),
        )

    def router_interface(self, router_id: str, **interface: str) -> Answer:
        """Add an interface (`subnet_id` or `port_id`) to a router; it is removed before both."""
        service = self._services("network")
        path = f"/routers/{router_id}"
        return self._tracked(
            "router_interface",
            router_id,
            lambda: service.put(f"{path}/add_router_interface", json=interface),
            lambda _: Undo("network", "PUT", f"{path}/remove_router_interface", interface),
        )

    def clean(self) -> tuple[str, ...]:
        """Remove everything this creator made, newest first. Returns what is left, for people."""
        left = clean(self._services, self._ledger, reversed(self._entries), self._clock)
        self._entries.clear()
        return left

    def _tracked(
        self, kind: str, name: str, send: Callable[[], Answer], undo: Callable[[Answer], Undo]
    ) -> Answer:
        number = self._ledger.meant(kind, name)
        answer = send()
        if answer.status not in _ACCEPTED:
            self._ledger.gone(number)
            _complain_of_quota(kind, answer)
            return answer
        entry = Entry(number, kind, name, undo(answer))
        self._ledger.made(number, undo(answer))
        self._entries.append(entry)
        return answer


def _deletion(place: Kind, thing: Mapping[str, Any]) -> Undo:
    path = f"{place.path}/{quote(str(thing[place.id_field]), safe='')}"
    return Undo(place.service, "DELETE", path, gone=path if place.lingers else "")


def clean(
    services: Services,
    ledger: Ledger,
    entries: Iterable[Entry],
    clock: Clock = Clock(),  # noqa: B008
) -> tuple[str, ...]:
    """Undo these entries in the given order. Returns what could not be removed, for people."""
    left = []
    for entry in entries:
        try:
            reason = _remove(services, entry, clock)
        except (HarnessFault, Absent, CloudFault) as error:
            reason = str(error)
        if reason:
            ledger.left(entry.number, reason)
            left.append(f"{entry.kind} {entry.name}: {reason}")
        else:
            ledger.gone(entry.number)
    return tuple(left)


def _remove(services: Services, entry: Entry, clock: Clock) -> str:
    """Returns why it is still there, or ""."""
    undo = entry.undo
    if undo is None:
        return "the cloud did not say what it created, if anything"
    service = services(undo.service)
    deadline = clock.now() + _REMOVE_BUDGET
    pause = 0.1
    while True:
        if entry.kind == "container":
            _empty_container(service, undo.path)
        answer = service.request(undo.method, undo.path, json=undo.body)
        if answer.status in _ACCEPTED or answer.status == _GONE:
            break
        # 409 and 400: something still depends on it, or it is busy; it may pass.
        if answer.status not in {400, 409} or clock.now() > deadline:
            return f"{answer.call} answered {answer.status} {answer.message}"
        clock.sleep(pause)
        pause = min(pause * 1.5, 2.0)
    return _await_gone(service, undo.gone, deadline, clock) if undo.gone else ""


def _await_gone(service: Service, path: str, deadline: float, clock: Clock) -> str:
    pause = 0.05
    while service.get(path).status != _GONE:
        if clock.now() > deadline:
            return "its deletion was accepted, yet it is still there"
        clock.sleep(pause)
        pause = min(pause * 1.5, 1.0)
    return ""


def _empty_container(service: Service, path: str) -> None:
    listing = service.get(path, params={"format": "json"})
    objects = listing.json if listing.status == 200 else []
    if not isinstance(objects, list) or not all(isinstance(item, Body) for item in objects):
        raise CloudFault(f"{listing.call} answered no list of objects")
    for item in objects:
        service.delete(f"{path}/{quote(str(item['name']))}")


def _complain_of_quota(kind: str, answer: Answer) -> None:
    if answer.status in _QUOTA_STATUSES and "quota" in answer.message.lower():
        raise HarnessFault(
            f"quota: no room for one more {kind} ({answer.message}); raise the quota or free some"
        )
