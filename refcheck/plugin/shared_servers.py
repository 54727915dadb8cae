"""Servers that tests share, and those that they lend each other."""

from __future__ import annotations

import contextlib
import secrets
import time
from typing import TYPE_CHECKING, Any

from refcheck.plugin.broker import Lending, made_once
from refcheck.testing import Body, CloudFault, Undecided, expect, ids, wait_for

if TYPE_CHECKING:
    from refcheck.cloud.creating import Creator
    from refcheck.cloud.discovery import Facts
    from refcheck.cloud.service import Services
    from refcheck.plugin.broker import Broker
    from refcheck.plugin.given import Given

LONGEST_NAME = 255
"""Characters at most in a server's name."""
_GONE_BUDGET = 120.0
"""Seconds for a deleted server to be gone."""
_SEVERAL = 2


class SharedServers:
    """Servers that all tests may read and none may change, and others; made when first needed."""

    _broker: Broker
    _services: Services
    _create: Creator
    _facts: Facts
    _given: Given
    open_to_us: Any
    with_our_key: Any
    kept_look: Any

    @property
    def server(self) -> Body:
        """An active server with one metadata item, `purpose: shared`; as it was when active."""
        return self.creation[1]

    @made_once
    def creation(self) -> tuple[Body, Body, Body]:
        """What was asked for besides what one boots from, `server`, and about the answer.

        No password was asked for: `told` is whether the answer gave one, `shown` whether the
        server showed it afterwards. `request` is the id of the request, "" without one.
        """
        asked: dict[str, Any] = {
            "name": self._create.name("server"),
            "accessIPv4": "198.51.100.7",
            "accessIPv6": "2001:db8::7",
            "metadata": {"purpose": "shared"},
        }
        answer = expect(self._create("server", **self._given.bootable(), **asked), 202)
        shown = self._given.booted(answer["server"]["id"])
        password = answer["server"].get("adminPass")
        about = {
            "told": bool(password),
            "shown": bool(password) and password in str(shown),
            "request": answer.headers.get("x-openstack-request-id", ""),
        }
        return Body(asked), shown, Body(about)

    @made_once
    def servers(self) -> tuple[Body, Body]:
        """`server` and another active one, whose name goes on after the name of the first.

        It has as many characters as a name may have. Flavor and image are others, if the cloud has
        two.
        """
        boot = self._facts["boot"]
        name = f"{self.server['name']}-second".ljust(LONGEST_NAME, "n")
        fields = {**self._given.bootable(), "name": name}
        if boot["image_alt"]:
            fields["imageRef"] = boot["image_alt"]["id"]
        other = boot["flavor_alt"]
        # A disk of 0 follows the image, so it says nothing about what would fit.
        if other and (other["disk"] == 0 or other["disk"] >= boot["flavor"]["disk"] > 0):
            fields["flavorRef"] = other["id"]
        made = expect(self._create("server", **fields), 202)["server"]
        return self.server, self._given.booted(made["id"])

    @made_once
    def listed(self) -> tuple[str, ...]:
        """Ids of the servers that are listed when one asks for the name of `server`."""
        answer = self._services("compute").get("/servers", params={"name": self.server["name"]})
        return tuple(ids(expect(answer, 200)["servers"]))

    @made_once
    def resizing(self) -> Body:
        """A server that got `flavor_alt` and gave it up again.

        As it was shown `before`, while it could still go back (`resized`), and `after` it did; and
        what its guest told (`kept_look`) `inside_before` and `inside_after`.
        """
        flavor = self._facts["boot"]["flavor_alt"]
        if flavor is None:
            raise Undecided("configuration: the project sees no second flavor to resize to")
        lent = self.lend_server()
        told = Body(before=lent, inside_before=self.kept_look(lent))
        self._act(lent["id"], {"resize": {"flavorRef": flavor["id"]}})
        told["resized"] = self._given.server_in(lent["id"], "VERIFY_RESIZE")
        self._act(lent["id"], {"revertResize": None})
        told["after"] = self._given.settled(lent["id"], "resized server")
        told["inside_after"] = self.kept_look(told["after"])
        self._broker.give_back(lent)
        return told

    @made_once
    def rebuilt_server(self) -> Body:
        """A server that was rebuilt from the discovered image, under a name with `rebuilt`."""
        lent = self.lend_server()
        image_id = self._facts["boot"]["image"]["id"]
        name = self._create.name("rebuilt")
        self._act(lent["id"], {"rebuild": {"imageRef": image_id, "name": name}})
        rebuilt = self._given.settled(lent["id"], "rebuilt server")
        self._broker.give_back(lent)
        return rebuilt

    def _act(self, server_id: str, action: dict[str, Any]) -> None:
        expect(self._services("compute").post(f"/servers/{server_id}/action", json=action), 202)

    @property
    def deleted_server(self) -> Body:
        """A server that was active and is gone, as it was then."""
        server: Body = self.twin["server"]
        return server

    @made_once
    def twin(self) -> Body:
        """A server with the name of another and a password that it was given, which is gone by now.

        `server` and `other` as they were when both were active, `named` the ids that were listed
        then under their name; whether the answer `told` the password that was given, and whether
        the server showed it (`shown`).
        """
        other = self.lend_server()
        compute, password = self._services("compute"), secrets.token_urlsafe(12)
        fields = {**self._given.bootable(), "name": other["name"], "adminPass": password}
        made = expect(self._create("server", **fields), 202)["server"]
        server = self._given.booted(made["id"])
        named = expect(compute.get("/servers", params={"name": other["name"]}), 200)["servers"]
        self._broker.give_back(other)
        self._delete(server["id"])
        return Body(
            server=server,
            other=other,
            named=ids(named),
            told=made.get("adminPass") == password,
            shown="adminPass" in server or password in str(server),
        )

    def _delete(self, server_id: str) -> None:
        compute, path = self._services("compute"), f"/servers/{server_id}"
        expect(compute.delete(path), 204)

        def state() -> str:
            return str(expect(compute.get(path), 200, 404).status)

        wait_for(state, {"404"}, budget=_GONE_BUDGET, what=f"deleted server {server_id}")
        self._create.note_gone()

    @made_once
    def several(self) -> Body:
        """What came of one request for two servers, which have the run's own key pair.

        The `name` that was asked for, the id that was `answered`, whether a reservation was told
        (`reserved`), and the `servers` as they were when active, by name. The first is there to be
        read, the second to be lent (`lend_server`).
        """
        compute, name = self._services("compute"), self._create.name("server")
        fields = {**self._given.bootable(), **self.with_our_key, "name": name}
        asked = self._create("server", **fields, min_count=_SEVERAL, max_count=_SEVERAL)
        answer, since = expect(asked, 202), time.monotonic()
        listed = expect(compute.get("/servers", params={"name": name}), 200)["servers"]
        for server in listed:
            if server["id"] != answer["server"]["id"]:
                self._create.adopt("server", server)
        booted = [self._given.booted(server_id, since) for server_id in ids(listed)]
        servers = sorted(booted, key=lambda one: str(one["name"]))
        for spare in servers[1:]:
            self._broker.offer("server", spare)
        reserved = "reservation_id" in answer.json
        about = {"name": name, "answered": answer["server"]["id"], "reserved": reserved}
        return Body(about, servers=servers)

    def lend_server(self) -> Body:
        """A server that a test before had, if it is well, else a new one."""
        self._broker.wait_for_others("several")  # one of them is to be lent
        lending = Lending(self._new_server, self._well_server, self._server_as_left)
        server = self._broker.lend("server", lending)
        self._services("compute").follow(f"/servers/{server['id']}")
        return server

    def _new_server(self) -> Body:
        return self._given.server(**self.open_to_us)

    def _server_as_left(self, lent: Body) -> Body | None:
        """As it was shown last, unless something was asked of it afterwards."""
        shown = self._services("compute").last_shown(f"/servers/{lent['id']}")
        with contextlib.suppress(CloudFault):  # a form that is wrong was the test's matter
            return shown["server"] if shown and self._is_well(shown["server"]) else None
        return None

    def _well_server(self, lent: Body) -> Body | None:
        compute = self._services("compute")
        path = f"/servers/{lent['id']}"
        answer = compute.get(path)
        if answer.status == 200 and self._is_well(answer["server"]):
            now: Body = answer["server"]
            return now
        compute.delete(path)
        return None

    def _is_well(self, server: Body) -> bool:
        return (
            server["status"] == "ACTIVE"
            and server["OS-EXT-STS:task_state"] is None
            and server["flavor"]["id"] == self._facts["boot"]["flavor"]["id"]
            and not server["os-extended-volumes:volumes_attached"]
        )
