"""Servers that somebody can log in to, and what is seen inside them.

A server has a guest to ask when three things hold: it was made with the run's own key and in a
security group that lets us in, a floating IP leads to it, and something answers there. What is
needed is made when a test first asks, and a run without such a test makes none of it.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from refcheck.cloud.guest import Door, Inside, KeyRefused, NoGuest, look_inside
from refcheck.plugin.broker import made_once
from refcheck.testing import Absent, Body, CloudFault, HarnessFault, Undecided, expect

if TYPE_CHECKING:
    from refcheck.cloud.creating import Creator
    from refcheck.cloud.discovery import Facts
    from refcheck.cloud.guest_key import GuestKey
    from refcheck.cloud.service import Services
    from refcheck.plugin.broker import Broker
    from refcheck.plugin.given import Given

_FIRST_BUDGET = 120.0
_BUDGET = 300.0
"""Seconds for a guest to answer: the first, who shows whether any does, and those after it."""
_ONLY_THE_GUEST = "only the guest system can tell"
_IN_THE_WAY = (Absent, CloudFault, HarnessFault, Undecided)


class SharedGuests:
    """How to get into servers; made when first needed."""

    _broker: Broker
    _create: Creator
    _facts: Facts
    _given: Given
    _key: GuestKey
    _services: Services
    router: Any
    several: Any

    @made_once
    def key_pair(self) -> Body:
        """The key pair of the run's own key."""
        answer = self._create("keypair", public_key=self._key.public)
        pair: Body = expect(answer, 200)["keypair"]
        return pair

    @made_once
    def guest_server(self) -> Body:
        """An active server with `key_pair`, the run's own."""
        wears = {"key_name": self.key_pair["name"], **self.open_to_us}
        try:
            first: Body = self.several["servers"][0]
        except (*_IN_THE_WAY, IndexError):
            return self._given.server(**wears)
        return first

    @property
    def with_our_key(self) -> dict[str, Any]:
        """`open_to_us`, and `key_pair` also where no guest can be; nothing where there is none."""
        try:
            return {"key_name": self.key_pair["name"], **self.open_to_us}
        except _IN_THE_WAY:
            return {}

    @property
    def open_to_us(self) -> dict[str, Any]:
        """What a server is made with so that its guest can be logged in to.

        Nothing, where no guest can be: servers are needed all the same.
        """
        if "guest" not in self._facts.found:
            return {}
        try:
            groups = [{"name": "default"}, {"name": self._ssh_group}]
            return {"key_name": self.key_pair["name"], "security_groups": groups}
        except _IN_THE_WAY:
            return {}

    @property
    def guest(self) -> Inside:
        """What the guest of `guest_server` told when it was asked first.

        Raises:
            Undecided: there is none to ask, and why.
        """
        return self._told()

    @property
    def guest_if_any(self) -> Inside | None:
        """What the guest of `guest_server` told, on a cloud where one can be asked."""
        try:
            return self._told()
        except _IN_THE_WAY:
            return None

    @property
    def guest_refuses(self) -> str:
        """How the guest that was made with the run's key refuses it; "" when none does.

        Only one whose user is certain: whom an image's name suggests may be somebody else.
        """
        try:
            told = self._first_look
        except _IN_THE_WAY:
            return ""
        return str(told.get("refused", ""))

    def look_into(self, server: Body) -> Inside | None:
        """What the guest of a lent server tells now; None where none can be asked.

        That is on a cloud without guests to ask, and for a server whose image may know others.

        Raises:
            CloudFault: others could be asked, and this one does not answer.
        """
        fact = self._facts.found.get("guest")
        if not fact or server["key_name"] != self.key_pair["name"]:
            return None
        if server["image"]["id"] not in fact["images"]:
            return None
        try:
            if "nobody" in self._first_look:
                return None
            door = self._door(server)
        except _IN_THE_WAY:
            return None
        try:
            return look_inside(door, budget=_BUDGET)
        except NoGuest as error:
            raise CloudFault(
                f"server {server['id']}: {error}; the guest of another server could be asked"
            ) from error

    def kept_look(self, server: Body) -> Body:
        """What `look_into` gives, as something to keep: nothing for None, `fault` for its fault."""
        try:
            inside = self.look_into(server)
        except CloudFault as error:
            return Body(fault=str(error))
        return Body(asdict(inside) if inside else {})

    def _told(self) -> Inside:
        told = self._first_look
        if "nobody" in told:
            raise Undecided(f"configuration: {_ONLY_THE_GUEST}, and {told['nobody']}")
        return Inside(**{**told, "authorized_keys": tuple(told["authorized_keys"])})

    @made_once
    def _first_look(self) -> Body:
        """What the guest of `guest_server` tells; `nobody` and `refused` say why it does not."""
        if "guest" not in self._facts.found:
            why = self._facts.problems.get("guest") or "this cloud was not asked how"
            reason = why.removeprefix("configuration: ")
            raise Undecided(f"configuration: {_ONLY_THE_GUEST}: {reason}")
        door = self._door(self.guest_server)
        try:
            return Body(asdict(look_inside(door, budget=_FIRST_BUDGET)))
        except KeyRefused as error:
            certain = self._facts.found["guest"]["user_is"] == "named"
            advice = "" if certain else "; if it has another user, name that with --guest-user"
            refused = {"refused": str(error)} if certain else {}
            return Body({"nobody": f"{error}{advice}", **refused})
        except NoGuest as error:
            return Body(
                {
                    "nobody": f"{error}; the security group lets in {self._way_in(door.address)},"
                    " and `guest_from` in clouds.yaml can say otherwise"
                }
            )

    def _door(self, server: Body) -> Door:
        """A way to the guest of a server, from where we are."""
        fact = self._facts.found["guest"]
        what = f"a floating IP for server {server['id']}"
        address: str = self._broker.shared(what, lambda: self._floating_ip(server))
        self._way_in(address)
        return Door(address, fact["port"], fact["user"], self._key)

    def _floating_ip(self, server: Body) -> str:
        network = self._services("network")
        router = self.router
        ports = expect(network.get("/ports", params={"device_id": server["id"]}), 200)["ports"]
        if not ports:
            raise CloudFault(f"server {server['id']} has no port")
        answer = self._create(
            "floatingip",
            floating_network_id=self._facts.found["external_network"]["id"],
            port_id=ports[0]["id"],
        )
        made = expect(answer, 201)["floatingip"]
        if made["router_id"] != router["id"]:
            raise CloudFault(f"floating IP {made['id']} is on router {made['router_id']}")
        return str(made["floating_ip_address"])

    @made_once
    def _ssh_group(self) -> str:
        """The id of a security group that lets in who logs in, once it has its rule."""
        about = "lets refcheck log in"
        answer = self._create("security_group", description=about)
        return str(expect(answer, 201)["security_group"]["id"])

    def _way_in(self, address: str) -> str:
        """Let in who comes from where we are, and nobody else. Returns that network."""

        def rule() -> str:
            source = self._facts.found["guest"]["from"] or seen_from(address)
            port = self._facts.found["guest"]["port"]
            answer = self._create(
                "security_group_rule",
                security_group_id=self._ssh_group,
                direction="ingress",
                ethertype="IPv4",
                protocol="tcp",
                port_range_min=port,
                port_range_max=port,
                remote_ip_prefix=source,
            )
            expect(answer, 201)
            return source

        source: str = self._broker.shared("the way in", rule)
        return source


def seen_from(address: str) -> str:
    """The network that we come from, as a server at this address sees us: our own address alone.

    Raises:
        Undecided: it cannot be known, for there is a translation of addresses in between.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((address, 9))  # sends nothing; it only asks for the route
        except OSError as error:
            raise Undecided(f"network: this machine has no way to {address} ({error})") from error
        own = ipaddress.ip_address(probe.getsockname()[0])
    if own.is_private and ipaddress.ip_address(address).is_global:
        raise Undecided(
            f"configuration: guests cannot be let see us come from {own}, which is a private"
            " address; say in clouds.yaml which they see (`refcheck: {guest_from: ADDRESS/32}`)"
        )
    return f"{own}/32"
