"""Networks, routers and security groups that tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from refcheck.plugin.broker import made_once
from refcheck.testing import Body, Undecided, expect

if TYPE_CHECKING:
    from refcheck.cloud.creating import Creator
    from refcheck.cloud.discovery import Facts
    from refcheck.cloud.service import Services
    from refcheck.plugin.broker import Broker
    from refcheck.plugin.given import Given

HTTP: dict[str, Any] = {
    "direction": "ingress",
    "ethertype": "IPv4",
    "protocol": "tcp",
    "port_range_min": 80,
    "port_range_max": 81,
}
"""The rule that the shared security group has beside those it was born with."""


_STATEFUL = "dhcpv6-stateful"


class SharedNetworks:
    """Networking things that all tests may read; made when first needed.

    None may be changed, but for what tells how.
    """

    _broker: Broker
    _create: Creator
    _facts: Facts
    _given: Given
    _services: Services

    @property
    def network(self) -> Body:
        """A network with one subnet, for servers and ports; as it was before the subnet."""
        return self._segment[0]

    @property
    def subnet(self) -> Body:
        """The subnet of the network: 10.102.0.0/24.

        Addresses up to .127 are its pool; those above are free for tests that ask for one, each
        for one of its own.
        """
        return self._segment[1]

    @made_once
    def _segment(self) -> tuple[Body, Body]:
        network = self._given.network()
        pool = [{"start": "10.102.0.2", "end": "10.102.0.127"}]
        subnet = self._given.subnet(network["id"], cidr="10.102.0.0/24", allocation_pools=pool)
        return network, subnet

    @made_once
    def port(self) -> Body:
        """A port on the network, of no device."""
        port: Body = expect(self._create("port", network_id=self.network["id"]), 201)["port"]
        return port

    @made_once
    def router(self) -> Body:
        """A router of the subnet, as it was made.

        It has a gateway to the external network, if there is one, so that floating IPs can be had
        for ports of the network.
        """
        external = self._facts.found.get("external_network")
        fields: dict[str, Any] = {}
        if external:
            fields["external_gateway_info"] = {"network_id": external["id"]}
        router: Body = expect(self._create("router", **fields), 201)["router"]
        expect(self._create.router_interface(router["id"], subnet_id=self.subnet["id"]), 200)
        return router

    @made_once
    def workbench(self) -> Body:
        """A network without subnets of its own, as it was made.

        Tests do change it: each puts subnets on it, with addresses that no other test uses, and
        ports with addresses of these.
        """
        return self._given.network()

    @made_once
    def stateful_subnets(self) -> tuple[Body, Body, Body]:
        """Three IPv6 subnets of the workbench where DHCPv6 is stateful.

        It is so for both modes, for `ipv6_ra_mode` and for `ipv6_address_mode`. Their pools are
        small, so that nearly all addresses are free for tests that ask for one.
        """
        modes = (
            {"ipv6_ra_mode": _STATEFUL, "ipv6_address_mode": _STATEFUL},
            {"ipv6_ra_mode": _STATEFUL},
            {"ipv6_address_mode": _STATEFUL},
        )
        first, second, third = (
            self._given.subnet(
                self.workbench["id"],
                ip_version=6,
                cidr=f"2001:db8:0:{number}::/64",
                allocation_pools=[
                    {"start": f"2001:db8:0:{number}::100", "end": f"2001:db8:0:{number}::1ff"}
                ],
                **fields,
            )
            for number, fields in enumerate(modes)
        )
        return first, second, third

    @made_once
    def junction(self) -> tuple[Body, Body, str]:
        """A router without a gateway, the subnet that it is on, and the id of its port there.

        The subnet is 10.104.0.0/24, alone on a network, with a pool from .64 to .127. Tests do
        change the router and its port, each in a way of its own that no other test notices, and
        take away what they add.
        """
        network_id = self._given.network()["id"]
        pool = [{"start": "10.104.0.64", "end": "10.104.0.127"}]
        subnet = self._given.subnet(network_id, cidr="10.104.0.0/24", allocation_pools=pool)
        router: Body = expect(self._create("router"), 201)["router"]
        joined = expect(self._create.router_interface(router["id"], subnet_id=subnet["id"]), 200)
        return router, subnet, joined["port_id"]

    @made_once
    def labelled_router(self) -> Body:
        """The router of the junction, as the change that gave it a description was answered."""
        path, label = f"/routers/{self.junction[0]['id']}", {"description": "labelled"}
        answer = self._services("network").put(path, json={"router": label})
        router: Body = expect(answer, 200)["router"]
        return router

    @made_once
    def gated_router(self) -> Body:
        """What came of a router with a gateway to the external network; it is gone.

        It was `made`, switched off, got the name `new` (`renamed`), was `shown` and, with its
        name, among all that were `listed`; at last its gateway was taken away (`ungated`,
        `shown_ungated`).
        """
        external = self._facts["external_network"]
        if external is None:
            raise Undecided("configuration: the project sees no external network")
        network, new = self._services("network"), self._create.name("renamed")
        gateway = {"network_id": external["id"]}
        asked = self._create("router", admin_state_up=False, external_gateway_info=gateway)
        made = expect(asked, 201)["router"]
        path = f"/routers/{made['id']}"

        def changed(**fields: Any) -> Body:
            router: Body = expect(network.put(path, json={"router": fields}), 200)["router"]
            return router

        told = Body(made=made, new=new, renamed=changed(name=new))
        told["shown"] = expect(network.get(path), 200)["router"]
        whole = expect(network.get("/routers"), 200)["routers"]
        told["listed"] = [router["name"] for router in whole if router["id"] == made["id"]]
        told["ungated"] = changed(external_gateway_info={})
        told["shown_ungated"] = expect(network.get(path), 200)["router"]
        expect(network.delete(path), 204)
        self._create.note_gone()
        return told

    @made_once
    def crossing(self) -> Body:
        """What came of a router of its own that was on two subnets at once, and is gone.

        `router`, `subnet` (of the workbench, 10.101.0.0/28) and `port` (10.102.0.210, on the shared
        subnet) as they were made. For either interface, `by_subnet` and `by_port`, the answers when
        it was `added` and `removed`; between the two the router had the `ports`. `again` is the
        status of a second removal.
        """
        network, create = self._services("network"), self._create
        router = expect(create("router"), 201)["router"]
        fields = {"network_id": self.workbench["id"], "ip_version": 4, "cidr": "10.101.0.0/28"}
        subnet = expect(self._given.member("subnet", **fields), 201)["subnet"]
        fixed = [{"subnet_id": self.subnet["id"], "ip_address": "10.102.0.210"}]
        port = expect(create("port", network_id=self.network["id"], fixed_ips=fixed), 201)["port"]
        told = Body(router=router, subnet=subnet, port=port)
        ways = {"by_subnet": {"subnet_id": subnet["id"]}, "by_port": {"port_id": port["id"]}}
        for way, interface in ways.items():
            added = expect(create.router_interface(router["id"], **interface), 200).json
            told[way] = Body(added=added)
        listed = network.get("/ports", params={"device_id": router["id"]})
        told["ports"] = expect(listed, 200)["ports"]
        path = f"/routers/{router['id']}"
        remove = f"{path}/remove_router_interface"
        for way, interface in ways.items():
            told[way]["removed"] = expect(network.put(remove, json=interface), 200).json
        told["again"] = network.put(remove, json=ways["by_subnet"]).status
        expect(network.delete(path), 204)
        create.note_gone()
        return told

    @property
    def security_group(self) -> Body:
        """A security group, as it was before it got the rule `HTTP`."""
        return self._group_and_rule[0]

    @property
    def http_rule(self) -> Body:
        """The rule `HTTP` of the security group."""
        return self._group_and_rule[1]

    @made_once
    def _group_and_rule(self) -> tuple[Body, Body]:
        answer = self._create("security_group", description="shared")
        group: Body = expect(answer, 201)["security_group"]
        answer = self._create("security_group_rule", security_group_id=group["id"], **HTTP)
        return group, expect(answer, 201)["security_group_rule"]

    @made_once
    def crowded_group(self) -> Body:
        """A security group with the name of the other, as it was made.

        Each test may put rules of its own there, such as no other test puts.
        """
        answer = self._create("security_group", name=self.security_group["name"])
        group: Body = expect(answer, 201)["security_group"]
        return group
