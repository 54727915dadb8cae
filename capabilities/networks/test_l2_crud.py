"""Networks, subnets and ports are created, shown, listed, changed and deleted.

API reference: Networking API, "Networks", "Subnets" and "Ports".
"""

from __future__ import annotations

import ipaddress
import re

from refcheck.testing import expect, idempotent_id, ids, is_uuid, refused

_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")
_NAMESERVERS = ["192.0.2.53", "192.0.2.54"]


def _agrees(thing, asked):
    """The resource has every value that was asked for."""
    for field, value in asked.items():
        assert thing[field] == value, f"{field} is {thing[field]!r}, not {value!r}"


def _deletes(network, kind, thing_id):
    """What is deleted is neither shown nor listed, and cannot be deleted again."""
    path = f"/{kind}s/{thing_id}"
    expect(network.delete(path), 204)
    refused(network.get(path), 404)
    listed = expect(network.get(f"/{kind}s", params={"id": thing_id}), 200)[f"{kind}s"]
    assert listed == []
    refused(network.delete(path), 404)


def _pool(block):
    """Four addresses in the middle of a block; each test has a block of its own."""
    return [{"start": f"{block}.4", "end": f"{block}.7"}]


def _routes(block):
    return [{"destination": "198.51.100.0/25", "nexthop": f"{block}.5"}]


def _subnet(given, shared, block, **asked):
    """A subnet of the workbench, which stays there."""
    fields = {"ip_version": 4, "cidr": f"{block}.0/28", **asked}
    answer = given.member("subnet", network_id=shared.workbench["id"], **fields)
    return expect(answer, 201)["subnet"]


def _subnet_is_made(network, given, shared, block, **asked):
    """A subnet is made as asked, and is the network's. Returns it as shown."""
    made = _subnet(given, shared, block, **asked)
    shown = expect(network.get(f"/subnets/{made['id']}"), 200)["subnet"]
    assert shown == made
    of_network = {"network_id": shared.workbench["id"], "ip_version": 4}
    _agrees(shown, {**of_network, "cidr": f"{block}.0/28", **asked})
    return shown


def _refuses_subnet(create, shared, status, block, **wrong):
    """The same subnet that would be made otherwise is not made with these values."""
    fields = {"network_id": shared.workbench["id"], "ip_version": 4, "cidr": f"{block}.0/28"}
    refused(create("subnet", **fields, **wrong), status)


def _listed(network, kind, made, others, *fields):
    """One of three is listed as it is, and all come in order, page by page."""
    whole = expect(network.get(f"/{kind}s"), 200)[f"{kind}s"]
    entries = {entry["id"]: entry for entry in whole}
    ordered = sorted([made["id"], *others])
    assert set(ordered) <= set(entries)
    _agrees(entries[made["id"]], {field: made[field] for field in ("name", *fields)})
    # A page begins after the marker and is no longer than its limit.
    page = {"id": ordered, "sort_key": "id", "sort_dir": "asc", "marker": ordered[0], "limit": 1}
    listed = expect(network.get(f"/{kind}s", params=page), 200)[f"{kind}s"]
    assert ids(listed) == ordered[1:2]


def _narrows(network, kind, other_id, made, field):
    """A list narrowed by a field has the one that is meant, and not another."""
    by_field = network.get(f"/{kind}s", params={field: made[field]})
    found = ids(expect(by_field, 200)[f"{kind}s"])
    assert made["id"] in found
    assert other_id not in found


def _listed_fields(network, kind, made, *fields):
    """Every entry of the list has the fields asked for and no others."""
    listed = expect(network.get(f"/{kind}s", params={"fields": fields}), 200)[f"{kind}s"]
    assert all(set(entry) == set(fields) for entry in listed)
    assert {field: made[field] for field in fields} in listed


def _shown_fields(network, kind, made, *fields):
    """What is shown has the fields asked for and no others."""
    answer = network.get(f"/{kind}s/{made['id']}", params={"fields": fields})
    assert expect(answer, 200)[kind] == {field: made[field] for field in fields}


def _port(create, network_id, **fields):
    return expect(create("port", network_id=network_id, **fields), 201)["port"]


@idempotent_id("a4d9ec4c-0306-4111-a75c-db01a709030b")
def test_a_subnet_has_all_it_was_created_with(network, create, given, shared):
    _subnet_is_made(
        network,
        given,
        shared,
        "10.101.10",
        name=create.name("subnet"),
        enable_dhcp=True,
        gateway_ip="10.101.10.14",
        allocation_pools=_pool("10.101.10"),
        host_routes=_routes("10.101.10"),
        dns_nameservers=_NAMESERVERS,
    )


@idempotent_id("bec949c4-3147-4ba6-af5f-cd2306118404")
def test_a_subnet_has_the_allocation_pools_it_was_created_with(network, create, given, shared):
    block = "10.101.11"
    _refuses_subnet(create, shared, 400, block, allocation_pools=_pool("10.102.11"))
    _subnet_is_made(network, given, shared, block, allocation_pools=_pool(block))


@idempotent_id("94ce038d-ff0a-4a4c-a56b-09da3ca0b55d")
def test_a_subnet_is_created_with_dhcp_or_without(network, given, shared):
    without = _subnet(given, shared, "10.101.12", cidr="10.101.12.16/28", enable_dhcp=False)
    assert without["enable_dhcp"] is False
    _subnet_is_made(network, given, shared, "10.101.12", enable_dhcp=True)


@idempotent_id("9393b468-186d-496d-aa36-732348cd76e7")
def test_a_subnet_keeps_its_gateway_out_of_its_pool(network, given, shared):
    shown = _subnet_is_made(network, given, shared, "10.101.13", gateway_ip="10.101.13.14")
    assert shown["allocation_pools"] == [{"start": "10.101.13.1", "end": "10.101.13.13"}]


@idempotent_id("8217a149-0c6c-4cfb-93db-0486f707d13f")
def test_a_subnet_has_a_gateway_beside_its_pools_not_in_them(network, create, given, shared):
    block, pool = "10.101.14", _pool("10.101.14")
    inside = {"gateway_ip": "10.101.14.5", "allocation_pools": pool}
    _refuses_subnet(create, shared, 409, block, **inside)
    _subnet_is_made(network, given, shared, block, gateway_ip="10.101.14.14", allocation_pools=pool)


@idempotent_id("d830de0a-be47-468f-8f02-1fd996118289")
def test_a_subnet_has_the_routes_and_name_servers_it_was_created_with(network, given, shared):
    block = "10.101.15"
    more = {"host_routes": _routes(block), "dns_nameservers": _NAMESERVERS}
    _subnet_is_made(network, given, shared, block, **more)


@idempotent_id("d2d596e2-8e76-47a9-ac51-d4648009f4d3")
def test_a_subnet_is_created_without_a_gateway(network, given, shared):
    shown = _subnet_is_made(network, given, shared, "10.101.16", gateway_ip=None)
    assert shown["allocation_pools"] == [{"start": "10.101.16.1", "end": "10.101.16.14"}]


@idempotent_id("0e269138-0da6-4efc-a46d-578161e7b221")
def test_a_network_and_its_subnet_live_from_creation_to_deletion(network, create, given, cloud):
    net = given.network(admin_state_up=False)
    assert is_uuid(net["id"])
    _agrees(net, {"admin_state_up": False, "project_id": cloud.project_id, "subnets": []})
    path = f"/networks/{net['id']}"
    new = {"name": create.name("renamed"), "admin_state_up": True}
    _agrees(expect(network.put(path, json={"network": new}), 200)["network"], new)
    subnet = given.subnet(net["id"])
    shown = expect(network.get(path), 200)["network"]
    _agrees(shown, {**new, "shared": False, "subnets": [subnet["id"]]})

    name = {"name": create.name("renamed")}
    changed = network.put(f"/subnets/{subnet['id']}", json={"subnet": name})
    _agrees(expect(changed, 200)["subnet"], name)
    shown = expect(network.get(f"/subnets/{subnet['id']}"), 200)["subnet"]
    _agrees(shown, {**name, "cidr": subnet["cidr"], "gateway_ip": "10.101.0.1"})
    _deletes(network, "subnet", subnet["id"])
    _deletes(network, "network", net["id"])


@idempotent_id("0435f278-40ae-48cb-a404-b8a087bc09b1")
def test_ports_get_addresses_of_the_pool_until_it_is_empty(create, given, shared):
    net = shared.workbench["id"]
    # Without DHCP no port of the cloud's own takes an address.
    pool = [{"start": "10.101.17.4", "end": "10.101.17.5"}]
    subnet = _subnet(given, shared, "10.101.17", allocation_pools=pool, enable_dhcp=False)
    asked = [{"subnet_id": subnet["id"]}]
    fixed = [_port(create, net, fixed_ips=asked)["fixed_ips"] for _ in range(2)]
    assert all(len(addresses) == 1 for addresses in fixed)
    assert {addresses[0]["subnet_id"] for addresses in fixed} == {subnet["id"]}
    assert {addresses[0]["ip_address"] for addresses in fixed} == {"10.101.17.4", "10.101.17.5"}
    refused(create("port", network_id=net, fixed_ips=asked), 409)


@idempotent_id("67f1b811-f8db-43e2-86bd-72c074d4a42c")
def test_several_ports_are_created_in_one_request(network, create, shared):
    nets = [shared.network, shared.workbench]
    asked = [{"network_id": net["id"], "name": create.name("port")} for net in nets]
    # An address of no subnet: other tests put theirs on the workbench.
    asked[1]["fixed_ips"] = []
    answer = expect(network.post("/ports", json={"ports": asked}), 201)
    made = answer["ports"]
    for port in made:
        create.adopt("port", port)
    listed = expect(network.get("/ports", params={"id": ids(made)}), 200)["ports"]
    shown = {port["id"]: port for port in listed}
    assert len(shown) == len(asked)
    # The answers come in the order of the request.
    for port, wanted in zip(made, asked, strict=True):
        _agrees(port, {**wanted, "admin_state_up": True})
        same = {field: port[field] for field in ("mac_address", "project_id", "fixed_ips")}
        _agrees(shown[port["id"]], {**wanted, **same})


@idempotent_id("c72c1c0c-2193-4aca-aaa4-b1442640f51c")
def test_a_port_lives_from_creation_to_deletion(network, create, shared, cloud):
    port = _port(create, shared.network["id"], admin_state_up=True)
    _agrees(port, {"admin_state_up": True, "project_id": cloud.project_id, "device_id": ""})
    assert is_uuid(port["id"])
    path = f"/ports/{port['id']}"
    new = {"name": create.name("renamed"), "admin_state_up": False}
    _agrees(expect(network.put(path, json={"port": new}), 200)["port"], new)
    kept = ("network_id", "mac_address", "security_groups", "fixed_ips")
    unchanged = {field: port[field] for field in kept}
    _agrees(expect(network.get(path), 200)["port"], {**new, **unchanged})
    _deletes(network, "port", port["id"])


@idempotent_id("f04f61a9-b7f3-4194-90b2-9bcf660d1bfe")
def test_a_deleted_network_takes_its_subnet_along_but_not_a_port(network, create, given):
    net = given.network()
    subnet = given.subnet(net["id"])
    port = _port(create, net["id"])
    refused(network.delete(f"/networks/{net['id']}"), 409)
    expect(network.get(f"/subnets/{subnet['id']}"), 200)
    expect(network.delete(f"/ports/{port['id']}"), 204)
    expect(network.delete(f"/networks/{net['id']}"), 204)
    refused(network.get(f"/networks/{net['id']}"), 404)
    refused(network.get(f"/subnets/{subnet['id']}"), 404)


@idempotent_id("f7ffdeda-e200-4a7a-bcbe-05716e86bf43")
def test_a_network_is_listed(network, shared):
    own, other = shared.network, shared.workbench["id"]
    same = ("admin_state_up", "mtu", "project_id", "shared", "router:external")
    _listed(network, "network", own, [other, shared.junction[1]["network_id"]], *same)
    _narrows(network, "network", other, own, "name")


@idempotent_id("6ae6d24f-9194-4869-9c85-c313cb20e080")
def test_networks_are_listed_with_the_fields_asked_for(network, shared):
    _listed_fields(network, "network", shared.network, "id", "name", "mtu")


@idempotent_id("db68ba48-f4ea-49e9-81d1-e367f6d0b20a")
def test_a_subnet_is_listed(network, create, given, shared):
    own = _subnet(given, shared, "10.101.18", name=create.name("subnet"))
    other = shared.subnet["id"]
    _listed(network, "subnet", own, [other, shared.junction[1]["id"]], *own)
    _narrows(network, "subnet", other, own, "network_id")


@idempotent_id("842589e3-9663-46b0-85e4-7f01273b0412")
def test_subnets_are_listed_with_the_fields_asked_for(network, shared):
    _listed_fields(network, "subnet", shared.subnet, "id", "network_id", "cidr")


@idempotent_id("cf95b358-3e92-4a29-a148-52445e1ac50e")
def test_a_port_is_listed(network, create, shared):
    own, other = _port(create, shared.network["id"]), shared.port["id"]
    same = ("network_id", "mac_address", "fixed_ips", "security_groups", "project_id")
    _listed(network, "port", own, [other, shared.junction[2]], *same)
    _narrows(network, "port", other, own, "mac_address")


@idempotent_id("ff7f117f-f034-4e0e-abff-ccef05c454b4")
def test_ports_are_listed_with_the_fields_asked_for(network, shared):
    _listed_fields(network, "port", shared.port, "id", "mac_address")


@idempotent_id("2bf13842-c93f-4a69-83ed-717d2ec3b44e")
def test_a_network_is_shown(network, shared, cloud):
    net = shared.network
    shown = expect(network.get(f"/networks/{net['id']}"), 200)["network"]
    _agrees(shown, {field: net[field] for field in ("id", "name", "mtu", "admin_state_up")})
    _agrees(shown, {"project_id": cloud.project_id, "shared": False, "router:external": False})
    assert shown["status"] in {"ACTIVE", "BUILD", "DOWN"}


@idempotent_id("867819bb-c4b6-45f7-acf9-90edcf70aa5e")
def test_a_network_is_shown_with_the_fields_asked_for(network, shared):
    _shown_fields(network, "network", shared.network, "id", "name", "mtu")


@idempotent_id("bd635d81-6030-4dd1-b3b9-31ba0cfdf6cc")
def test_a_subnet_is_shown(network, shared, cloud):
    subnet = shared.subnet
    shown = expect(network.get(f"/subnets/{subnet['id']}"), 200)["subnet"]
    assert shown == subnet
    _agrees(shown, {"network_id": shared.network["id"], "project_id": cloud.project_id})
    _agrees(shown, {"gateway_ip": "10.102.0.1", "enable_dhcp": True, "dns_nameservers": []})
    assert shown["allocation_pools"] == [{"start": "10.102.0.2", "end": "10.102.0.127"}]


@idempotent_id("270fff0b-8bfc-411f-a184-1e8fd35286f0")
def test_a_subnet_is_shown_with_the_fields_asked_for(network, shared):
    _shown_fields(network, "subnet", shared.subnet, "id", "network_id")


@idempotent_id("c9a685bd-e83f-499c-939f-9f7863ca259f")
def test_a_port_is_shown(network, shared, cloud):
    port, subnet = shared.port, shared.subnet
    shown = expect(network.get(f"/ports/{port['id']}"), 200)["port"]
    same = ("id", "name", "mac_address", "fixed_ips", "security_groups", "device_owner")
    _agrees(shown, {field: port[field] for field in same})
    _agrees(shown, {"network_id": shared.network["id"], "project_id": cloud.project_id})
    assert _MAC.fullmatch(shown["mac_address"])
    assert [entry["subnet_id"] for entry in shown["fixed_ips"]] == [subnet["id"]]
    address = ipaddress.ip_address(shown["fixed_ips"][0]["ip_address"])
    assert address in ipaddress.ip_network(subnet["cidr"])


@idempotent_id("45fcdaf2-dab0-4c13-ac6c-fcddfb579dbd")
def test_a_port_is_shown_with_the_fields_asked_for(network, shared):
    _shown_fields(network, "port", shared.port, "id", "mac_address")


@idempotent_id("3d3852eb-3009-49ec-97ac-5ce83b73010a")
def test_the_attributes_of_a_subnet_are_changed(network, given, shared):
    block = "10.101.19"
    fields = {"allocation_pools": _pool(block), "host_routes": _routes(block)}
    subnet = _subnet(given, shared, block, **fields)
    path = f"/subnets/{subnet['id']}"
    new = {
        "gateway_ip": f"{block}.13",
        "dns_nameservers": _NAMESERVERS,
        "host_routes": [{"destination": "198.51.100.128/25", "nexthop": f"{block}.6"}],
        "enable_dhcp": False,
    }
    _agrees(expect(network.put(path, json={"subnet": new}), 200)["subnet"], new)
    kept = {"cidr": subnet["cidr"], "allocation_pools": _pool(block)}
    _agrees(expect(network.get(path), 200)["subnet"], {**new, **kept})


def _group(create):
    return expect(create("security_group"), 201)["security_group"]["id"]


def _regroups(network, create, shared, last, before, after):
    """A port changes its groups, address and name in one request."""
    port = _port(create, shared.network["id"], security_groups=[before])
    assert port["security_groups"] == [before]
    # An address outside the pool: nothing of the cloud's own can have taken it.
    address = {"subnet_id": shared.subnet["id"], "ip_address": f"10.102.0.{last}"}
    new = {"name": create.name("renamed"), "admin_state_up": False, "fixed_ips": [address]}
    # The group of a port stays.
    refused(network.delete(f"/security-groups/{before}"), 409)
    body = {"port": {**new, "security_groups": after}}
    changed = expect(network.put(f"/ports/{port['id']}", json=body), 200)["port"]
    shown = expect(network.get(f"/ports/{port['id']}"), 200)["port"]
    for answer in (changed, shown):
        _agrees(answer, {**new, "mac_address": port["mac_address"]})
        assert sorted(answer["security_groups"]) == sorted(after)


@idempotent_id("58091b66-4ff4-4cc1-a549-05d60c7acd1a")
def test_the_security_group_and_other_attributes_of_a_port_are_changed(network, create, shared):
    before, after = _group(create), [shared.security_group["id"]]
    _regroups(network, create, shared, 201, before, after)
    # It is no port's any more.
    expect(network.delete(f"/security-groups/{before}"), 204)


@idempotent_id("edf6766d-3d40-4621-bc6e-2521a44c257d")
def test_a_port_gets_two_security_groups_and_other_attributes(network, create, shared):
    # The group that it loses is the project's default, which a port has that asks for none.
    (default,) = shared.port["security_groups"]
    after = [shared.security_group["id"], shared.crowded_group["id"]]
    _regroups(network, create, shared, 202, default, after)
