"""IPv6 subnets give addresses by SLAAC, by DHCPv6, or from their pool.

API reference: Networking API, "Subnets", `ipv6_address_mode` and `ipv6_ra_mode`.
"""

from __future__ import annotations

import ipaddress

from refcheck.testing import expect, idempotent_id, ids, refused

_SLAAC, _STATELESS, _STATEFUL = "slaac", "dhcpv6-stateless", "dhcpv6-stateful"


def _modes(ra_mode, address_mode):
    """The two modes as fields; None leaves one off."""
    asked = {"ipv6_ra_mode": ra_mode, "ipv6_address_mode": address_mode}
    return {field: mode for field, mode in asked.items() if mode}


def _subnet(create, network_id, cidr, **fields):
    """An IPv6 subnet, which has the modes that it was created with."""
    answer = create("subnet", network_id=network_id, ip_version=6, cidr=cidr, **fields)
    made = expect(answer, 201)["subnet"]
    for field in ("ipv6_ra_mode", "ipv6_address_mode"):
        assert made[field] == fields.get(field), f"{field} is {made[field]!r}"
    assert [made["ip_version"], made["cidr"]] == [6, cidr]
    return made


def _port(network, create, network_id, **fields):
    """A port, and its address on each subnet, the same when it is shown."""
    made = expect(create("port", network_id=network_id, **fields), 201)["port"]
    shown = expect(network.get(f"/ports/{made['id']}"), 200)["port"]
    addresses = [(entry["subnet_id"], entry["ip_address"]) for entry in shown["fixed_ips"]]
    assert sorted(addresses) == sorted(
        (entry["subnet_id"], entry["ip_address"]) for entry in made["fixed_ips"]
    )
    by_subnet = {where: ipaddress.ip_address(address) for where, address in addresses}
    assert len(by_subnet) == len(addresses), f"more than one address of a subnet: {addresses}"
    return made, by_subnet


def _eui64(subnet, port):
    """The address that the port's MAC makes of the subnet's prefix (RFC 4291, appendix A)."""
    octets = bytes.fromhex(port["mac_address"].replace(":", ""))
    host = bytes([octets[0] ^ 2]) + octets[1:3] + b"\xff\xfe" + octets[3:]
    return ipaddress.ip_network(subnet["cidr"])[int.from_bytes(host)]


def _is_from_pool(address, subnet):
    pools = subnet["allocation_pools"]
    bounds = [[ipaddress.ip_address(pool[end]) for end in ("start", "end")] for pool in pools]
    assert any(start <= address <= end for start, end in bounds), f"{address} is not of {pools}"


def _are_eui64(network, create, network_id, subnets):
    """A port that asks for nothing gets the address of its MAC on each of these subnets."""
    port, addresses = _port(network, create, network_id)
    assert addresses == {subnet["id"]: _eui64(subnet, port) for subnet in subnets}
    listed = expect(network.get("/subnets", params={"network_id": network_id}), 200)["subnets"]
    kept = {entry["id"]: (entry["ipv6_ra_mode"], entry["ipv6_address_mode"]) for entry in listed}
    assert kept == {
        subnet["id"]: (subnet["ipv6_ra_mode"], subnet["ipv6_address_mode"]) for subnet in subnets
    }


@idempotent_id("e5517e62-6f16-430d-a672-f80875493d4c")
def test_a_port_has_the_address_of_its_mac_where_the_cloud_advertises_routes(
    network, create, given
):
    net = given.network()["id"]
    slaac = _subnet(create, net, "2001:db8:0:10::/64", **_modes(_SLAAC, _SLAAC))
    stateless = _subnet(create, net, "2001:db8:0:11::/64", **_modes(_STATELESS, _STATELESS))
    _are_eui64(network, create, net, [slaac, stateless])


@idempotent_id("ae2f4a5d-03ff-4c42-a3b0-ce2fcb7ea832")
def test_a_port_has_the_address_of_its_mac_where_another_router_advertises(network, create, given):
    net = given.network()["id"]
    slaac = _subnet(create, net, "2001:db8:0:12::/64", **_modes(None, _SLAAC))
    stateless = _subnet(create, net, "2001:db8:0:13::/64", **_modes(None, _STATELESS))
    _are_eui64(network, create, net, [slaac, stateless])


@idempotent_id("21635b6f-165a-4d42-bf49-7d195e47342f")
def test_a_port_has_an_address_of_the_pool_where_there_is_no_mode(network, create, shared):
    net = shared.workbench["id"]
    # A pool that no MAC leads to: an address of it was taken from it.
    pool = [{"start": "2001:db8:0:14::100", "end": "2001:db8:0:14::1ff"}]
    subnet = _subnet(create, net, "2001:db8:0:14::/64", allocation_pools=pool)
    assert subnet["allocation_pools"] == pool
    asked = [{"subnet_id": subnet["id"]}]
    _, addresses = _port(network, create, net, fixed_ips=asked)
    assert list(addresses) == [subnet["id"]]
    _is_from_pool(addresses[subnet["id"]], subnet)


@idempotent_id("4256c61d-c538-41ea-9147-3c450c36669e")
def test_a_port_has_an_ipv4_address_beside_those_of_its_mac(network, create, given):
    net = given.network()["id"]
    # One is older than the IPv4 subnet and one younger: the order does not count.
    slaac = _subnet(create, net, "2001:db8:0:15::/64", **_modes(_SLAAC, _SLAAC))
    ipv4 = given.subnet(net)
    stateless = _subnet(create, net, "2001:db8:0:16::/64", **_modes(_STATELESS, _STATELESS))
    port, addresses = _port(network, create, net)
    _is_from_pool(addresses.pop(ipv4["id"], None), ipv4)
    assert addresses == {subnet["id"]: _eui64(subnet, port) for subnet in (slaac, stateless)}


@idempotent_id("4544adf7-bb5f-4bdc-b769-b3e77026cef2")
def test_a_port_has_a_dhcpv6_address_beside_those_of_its_mac(network, create, given):
    net = given.network()["id"]
    # As above, one is older and one younger.
    slaac = _subnet(create, net, "2001:db8:0:17::/64", **_modes(_SLAAC, _SLAAC))
    pool = [{"start": "2001:db8:0:18::100", "end": "2001:db8:0:18::1ff"}]
    fields = {**_modes(None, _STATEFUL), "allocation_pools": pool}
    stateful = _subnet(create, net, "2001:db8:0:18::/64", **fields)
    stateless = _subnet(create, net, "2001:db8:0:19::/64", **_modes(_STATELESS, _STATELESS))
    port, addresses = _port(network, create, net)
    _is_from_pool(addresses.pop(stateful["id"], None), stateful)
    assert addresses == {subnet["id"]: _eui64(subnet, port) for subnet in (slaac, stateless)}
    expect(network.delete(f"/ports/{port['id']}"), 204)
    refused(network.get(f"/ports/{port['id']}"), 404)


@idempotent_id("4ab211a0-276f-4552-9070-51e27f58fecf")
def test_a_port_has_an_address_of_the_pool_where_dhcpv6_is_stateful(network, create, shared):
    subnets = shared.stateful_subnets
    asked = [{"subnet_id": subnet["id"]} for subnet in subnets]
    _, addresses = _port(network, create, shared.workbench["id"], fixed_ips=asked)
    assert set(addresses) == set(ids(list(subnets)))
    for subnet in subnets:
        _is_from_pool(addresses[subnet["id"]], subnet)


def _address(subnet, number):
    """An address of the subnet outside its pool, as the service asks for it."""
    address = str(ipaddress.ip_network(subnet["cidr"])[0x10000 + number])
    return {"subnet_id": subnet["id"], "ip_address": address}


@idempotent_id("51a5e97f-f02e-4e4e-9a17-a69811d300e3")
def test_a_port_has_the_address_that_it_asks_for_where_dhcpv6_is_stateful(network, create, shared):
    asked = [_address(subnet, 1) for subnet in shared.stateful_subnets]
    _, addresses = _port(network, create, shared.workbench["id"], fixed_ips=asked)
    assert addresses == {
        entry["subnet_id"]: ipaddress.ip_address(entry["ip_address"]) for entry in asked
    }


@idempotent_id("57b8302b-cba9-4fbb-8835-9168df029051")
def test_an_address_is_not_given_to_two_ports(network, create, shared):
    net, subnet = shared.workbench["id"], shared.stateful_subnets[0]
    taken, free = _address(subnet, 2), _address(subnet, 3)
    first, _ = _port(network, create, net, fixed_ips=[taken])
    refused(create("port", network_id=net, fixed_ips=[taken]), 409)
    second = expect(create("port", network_id=net, fixed_ips=[free]), 201)["port"]
    by_address = [f"ip_address={entry['ip_address']}" for entry in (taken, free)]
    listed = network.get("/ports", params={"network_id": net, "fixed_ips": by_address})
    assert sorted(ids(expect(listed, 200)["ports"])) == sorted([first["id"], second["id"]])


@idempotent_id("98244d88-d990-4570-91d4-6b25d70d08af")
def test_an_address_outside_the_subnet_is_refused(network, create, shared):
    net, subnet = shared.workbench["id"], shared.stateful_subnets[0]
    outside = {**_address(subnet, 4), "ip_address": "2001:db8:1::4"}
    name = create.name("port")
    refused(create("port", name=name, network_id=net, fixed_ips=[outside]), 400)
    inside = [_address(subnet, 4)]
    made = expect(create("port", name=name, network_id=net, fixed_ips=inside), 201)["port"]
    listed = expect(network.get("/ports", params={"name": name}), 200)["ports"]
    assert ids(listed) == [made["id"]]
    assert listed[0]["fixed_ips"] == inside


@idempotent_id("81f18ef6-95b5-4584-9966-10d480b7496a")
def test_modes_that_do_not_go_together_are_refused(network, create, shared):
    net, cidr = shared.workbench["id"], "2001:db8:0:1a::/64"
    modes = (_SLAAC, _STATELESS, _STATEFUL)
    wrong = [_modes(ra, address) for ra in modes for address in modes if ra != address]
    wrong.append({**_modes(_SLAAC, None), "enable_dhcp": False})
    wrong.append(_modes(_SLAAC, "no-mode"))
    name = create.name("subnet")
    fields = {"name": name, "network_id": net, "ip_version": 6, "cidr": cidr}
    for values in wrong:
        refused(create("subnet", **fields, **values), 400)
    # The same mode twice goes together.
    made = _subnet(create, net, cidr, name=name, **_modes(_STATEFUL, _STATEFUL))
    listed = expect(network.get("/subnets", params={"name": name}), 200)["subnets"]
    assert ids(listed) == [made["id"]]


@idempotent_id("e98f65db-68f4-4330-9fea-abd8c5192d4d")
def test_a_router_has_the_gateway_address_where_dhcpv6_is_stateful(network, create, shared):
    subnet = shared.stateful_subnets[0]
    router = expect(create("router"), 201)["router"]
    made = expect(create.router_interface(router["id"], subnet_id=subnet["id"]), 200)
    shown = expect(network.get(f"/ports/{made['port_id']}"), 200)["port"]
    assert shown["device_id"] == router["id"]
    assert shown["fixed_ips"] == [{"subnet_id": subnet["id"], "ip_address": subnet["gateway_ip"]}]
    assert ipaddress.ip_address(subnet["gateway_ip"]) in ipaddress.ip_network(subnet["cidr"])
