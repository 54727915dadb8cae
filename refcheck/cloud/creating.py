"""Creating things in a cloud such that they are removed again, whatever happens in between."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from refcheck.cloud.exchange import Answer, Body
from refcheck.cloud.kinds import DESCRIPTION, KINDS, Kind
from refcheck.cloud.ledger import Entry, Ledger, Undo
from refcheck.cloud.removing import Standing, send, still_there
from refcheck.cloud.room import with_room
from refcheck.cloud.service import Services
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault, Undecided
from refcheck.cloud.waiting import Clock

_DETACH_BUDGET = 30.0
"""Seconds that a volume may take to come off its server."""
_ACCEPTED = range(200, 300)


class Creator:
    """Sends creates, keeps the ledger, and removes what it created.

    Args:
        services: gives the service of a type.
        ledger: the run's ledger.
        prefix: begins every name, so that an operator knows whose a resource is.
        describes: whether the cloud keeps a description of what has no name.
    """

    def __init__(
        self,
        services: Services,
        ledger: Ledger,
        prefix: str,
        clock: Clock = Clock(),  # noqa: B008
        *,
        describes: bool = True,
    ) -> None:
        self._services = services
        self._ledger = ledger
        self._prefix = prefix
        self._clock = clock
        self._describes = describes
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
        if place.name_field and (self._describes or place.name_field != DESCRIPTION):
            fields.setdefault(place.name_field, self.name(kind))
        body = {place.key: fields, **(beside or {})} if place.key else fields
        service = self._services(place.service)

        return self._tracked(
            kind,
            str(fields.get(place.name_field, "")),
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
        place = KINDS[kind]
        name = str(thing.get(place.name_field, ""))
        undo = _deletion(place, thing)
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

    def application_credential(self, user_id: str, **fields: Any) -> Answer:
        """POST an application credential of that user; a name is made when none is given."""
        service = self._services("identity")
        path = f"/users/{user_id}/application_credentials"
        fields.setdefault("name", self.name("credential"))
        return self._tracked(
            "application_credential",
            # Whoever finds it in the ledger alone needs the user too.
            f"{user_id}/{fields['name']}",
            lambda: service.post(path, json={"application_credential": fields}),
            lambda answer: Undo(
                "identity",
                "DELETE",
                f"{path}/{_identifier(answer['application_credential'], 'id')}",
            ),
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

    def clean(self) -> None:
        """Ask for the deletion of everything this creator made, newest first.

        It is not waited for: what takes its time, or resists, is left to the end of the run (see
        `refcheck.cloud.sweeping`), as are containers, which go many at a time.
        """
        for path in self._services("object-store").take_stored():
            self._ledger.made(
                self._ledger.meant("object", path), Undo("object-store", "DELETE", path)
            )
        for removal in list(send(self._services, self._to_send())):
            number = removal.entry.number
            if removal.standing is Standing.GONE:
                self._ledger.gone(number)
            elif removal.standing is Standing.LEAVING:
                self._ledger.leaving(number)
                if removal.entry.kind == "attachment":
                    self._await_detached(removal.entry)
        self._entries.clear()

    def note_gone(self) -> None:
        """Note that there is nothing to remove of what was made here and was seen to be gone."""
        for entry in self._entries:
            if entry.undo and entry.undo.path in self._services(entry.undo.service).known_gone:
                self._ledger.gone(entry.number)

    def _to_send(self) -> list[Entry]:
        return [entry for entry in reversed(self._entries) if entry.kind != "container"]

    def _await_detached(self, entry: Entry) -> None:
        """A server or volume whose attachment ends is good for nothing until it has ended."""
        deadline = self._clock.now() + _DETACH_BUDGET
        pause = 0.1
        with contextlib.suppress(HarnessFault, Absent, CloudFault):
            while still_there(self._services, [entry]) and self._clock.now() < deadline:
                self._clock.sleep(pause)
                pause = min(pause * 1.5, 1.0)

    def _tracked(
        self, kind: str, name: str, send: Callable[[], Answer], undo: Callable[[Answer], Undo]
    ) -> Answer:
        number = self._ledger.meant(kind, name)
        try:
            own = frozenset(entry.number for entry in self._entries)
            answer = with_room(kind, send, self._ledger, own, self._clock)
        except Undecided:
            self._ledger.gone(number)
            raise
        if answer.status not in _ACCEPTED:
            # After an error of its own the service may have made it all the same.
            if answer.status < 500:
                self._ledger.gone(number)
            return answer
        way = undo(answer)
        self._ledger.made(number, way)
        self._services(way.service).is_there(way.path)
        self._entries.append(Entry(number, kind, name, way))
        return answer


def _deletion(place: Kind, thing: Mapping[str, Any]) -> Undo:
    path = f"{place.path}/{_identifier(thing, place.id_field)}"
    owner = thing.get(f"{place.member_of}_id") if place.member_of else None
    along = f"{KINDS[place.member_of].path}/{owner}" if owner else ""
    return Undo(place.service, "DELETE", path, gone=path if place.lingers else "", along=along)


def _identifier(thing: object, field: str) -> str:
    """What names a thing in its path.

    Raises:
        CloudFault: it would not stay one step of the path, and so name something else.
    """
    if not isinstance(thing, Mapping):
        raise CloudFault(f"the answer to a create describes no resource ({thing!r:.100})")
    identifier = Body(thing)[field]
    if not isinstance(identifier, str) or not identifier.strip("."):
        raise CloudFault(f"the answer to a create has {identifier!r:.100} for {field}")
    return quote(identifier, safe="")
