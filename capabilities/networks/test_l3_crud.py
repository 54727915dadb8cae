"""Routers are created, shown, listed, changed, connected and deleted.

API reference: Networking API, "Routers (routers)".
"""

from __future__ import annotations

import ipaddress
import uuid

from refcheck.testing import Undecided, expect, idempotent_id, ids, is_uuid, refused


def _show(network, router_id):
    return expect(network.get(f"/routers/{router_id}"), 200)["router"]


def _update(network, router_id, **fields):
    return network.put(f"/routers/{router_id}", json={"router": fields})


def _external(facts):
    external = facts["external_network"]
    if external is None:
        raise Undecided("configuration: the project sees no external network")
    return external


def _was_interface(network, way, subnet, address):
    """What was added was an interface of the router on this subnet, and went with its port."""
    router, added, removed = way["router"], way["added"], way["removed"]
    assert [added["id"], added["subnet_id"]] == [router["id"], subnet["id"]]
    (port,) = (port for port in way["ports"] if port["id"] == added["port_id"])
    assert port["device_id"] == router["id"]
    assert port["device_owner"].startswith("network:")
    assert port["fixed_ips"] == [{"subnet_id": subnet["id"], "ip_address": address}]
    for field in ("id", "port_id", "subnet_id"):
        assert removed[field] == added[field], f"{field} is {removed[field]!r}"
    refused(network.get(f"/ports/{port['id']}"), 404)


def _subnet(given, shared, cidr):
    """A subnet of the workbench that no router is on."""
    fields = {"network_id": shared.workbench["id"], "ip_version": 4, "cidr": cidr}
    return expect(given.member("subnet", **fields), 201)["subnet"]


@idempotent_id("802c73c9-c937-4cef-824b-2191e24a6aab")
def test_a_router_has_several_interfaces(shared):
    crossing = shared.crossing
    fixed = {port["id"]: port["fixed_ips"] for port in crossing["ports"]}
    assert set(fixed) == {crossing[way]["added"]["port_id"] for way in ("by_subnet", "by_port")}
    joined = {entry["subnet_id"] for addresses in fixed.values() for entry in addresses}
    assert joined == {crossing["subnet"]["id"], shared.subnet["id"]}
    assert all(port["device_owner"].startswith("network:") for port in crossing["ports"])


@idempotent_id("2b7d2f37-6748-4d78-92e5-1d590234f0d5")
def test_an_interface_is_added_and_removed_by_its_port(network, shared):
    crossing = shared.crossing
    way = {**crossing, **crossing["by_port"]}
    assert way["added"]["port_id"] == crossing["port"]["id"]
    _was_interface(network, way, shared.subnet, "10.102.0.210")


@idempotent_id("b42e6e39-2e37-49cc-a6f4-8467e940900a")
def test_an_interface_is_added_and_removed_by_its_subnet(network, shared):
    crossing = shared.crossing
    subnet, way = crossing["subnet"], {**crossing, **crossing["by_subnet"]}
    _was_interface(network, way, subnet, "10.101.0.1")
    assert expect(network.get(f"/subnets/{subnet['id']}"), 200)["subnet"] == subnet
    # It is not removed twice, and no longer keeps the router, which was deleted (204).
    assert crossing["again"] == 404
    refused(network.get(f"/routers/{crossing['router']['id']}"), 404)


@idempotent_id("957751a3-3c68-4fa2-93b6-eb52ea10db6e")
def test_subnets_that_overlap_are_not_joined(network, create, given, shared):
    router, first, _ = shared.junction
    second = _subnet(given, shared, "10.104.0.0/28")
    refused(create.router_interface(router["id"], subnet_id=second["id"]), 400)
    listed = expect(network.get("/ports", params={"device_id": router["id"]}), 200)["ports"]
    joined = {entry["subnet_id"] for port in listed for entry in port["fixed_ips"]}
    assert first["id"] in joined
    assert second["id"] not in joined


@idempotent_id("f64403e2-8483-4b34-8ccd-b09a87bcc68c")
def test_a_router_lives_from_creation_to_deletion(network, shared, cloud, facts):
    # There is another, which the name will leave out.
    assert shared.junction[0]["id"]
    lived = shared.gated_router
    made, shown, new = lived["made"], lived["shown"], lived["new"]
    assert is_uuid(made["id"])
    assert made["admin_state_up"] is False
    assert made["project_id"] == cloud.project_id
    assert made["external_gateway_info"]["network_id"] == facts["external_network"]["id"]

    assert lived["renamed"]["name"] == shown["name"] == new
    assert shown["admin_state_up"] is False
    assert shown["external_gateway_info"] == made["external_gateway_info"]
    assert shown["routes"] == []
    assert lived["listed"] == [new]

    # It was deleted (204).
    refused(network.get(f"/routers/{made['id']}"), 404)
    assert expect(network.get("/routers", params={"name": new}), 200)["routers"] == []
    refused(network.delete(f"/routers/{made['id']}"), 404)


@idempotent_id("c7edc5ad-d09d-41e6-a344-5c0c31e2e3e4")
def test_a_router_that_does_not_exist_is_not_deleted(network, shared):
    router = shared.junction[0]
    refused(network.delete(f"/routers/{uuid.uuid4()}"), 404)
    # It was not another that went instead.
    listed = expect(network.get("/routers", params={"id": [router["id"]]}), 200)["routers"]
    assert ids(listed) == [router["id"]]


@idempotent_id("c2a70d72-8826-43a7-8208-0209e6360c47")
def test_a_router_that_does_not_exist_is_not_shown(network, shared):
    refused(network.get(f"/routers/{uuid.uuid4()}"), 404)
    router = shared.junction[0]
    shown = _show(network, router["id"])
    for field in ("id", "project_id", "external_gateway_info"):
        assert shown[field] == router[field], f"{field} is {shown[field]!r}"


@idempotent_id("c86ac3a8-50bd-4b00-a6b8-62af84a0765c")
def test_routes_of_a_router_are_set_and_taken_away(network, shared):
    router, subnet, _ = shared.junction
    routes = [
        {"destination": "198.51.100.0/25", "nexthop": "10.104.0.5"},
        {"destination": "198.51.100.128/25", "nexthop": "10.104.0.6"},
    ]
    changed = expect(_update(network, router["id"], routes=routes), 200)["router"]
    for answer in (changed, _show(network, router["id"])):
        assert sorted(answer["routes"], key=str) == sorted(routes, key=str)
    changed = expect(_update(network, router["id"], routes=routes[1:]), 200)["router"]
    assert changed["routes"] == routes[1:]

    # A next hop must be on a network that the router is on, and the network stays while it is.
    nowhere = [{"destination": "203.0.113.0/24", "nexthop": "192.0.2.9"}]
    refused(_update(network, router["id"], routes=nowhere), 400)
    remove = f"/routers/{router['id']}/remove_router_interface"
    refused(network.put(remove, json={"subnet_id": subnet["id"]}), 409)
    assert _show(network, router["id"])["routes"] == routes[1:]
    assert expect(_update(network, router["id"], routes=[]), 200)["router"]["routes"] == []


@idempotent_id("a8902683-c788-4246-95c7-ad9c6d63a4d9")
def test_a_router_is_switched_on_and_off(network, shared):
    router = shared.junction[0]
    assert router["admin_state_up"] is True
    for state in (False, True):
        changed = expect(_update(network, router["id"], admin_state_up=state), 200)["router"]
        for answer in (changed, _show(network, router["id"])):
            assert answer["admin_state_up"] is state
            assert answer["project_id"] == router["project_id"]


@idempotent_id("ad81b7ee-4f81-407b-a19c-17e623f763e8")
def test_the_gateway_of_a_router_is_taken_away(shared, facts):
    router = shared.gated_router
    gateway = router["made"]["external_gateway_info"]
    assert gateway["network_id"] == facts["external_network"]["id"]
    for answer in (router["ungated"], router["shown_ungated"]):
        assert answer["external_gateway_info"] is None


@idempotent_id("b23d1569-8b0c-4169-8d4b-6abd34fad5c7")
def test_a_router_that_does_not_exist_is_not_changed(network, create, shared):
    name = create.name("renamed")
    refused(_update(network, uuid.uuid4(), name=name), 404)
    router = shared.junction[0]
    assert expect(_update(network, router["id"], name=name), 200)["router"]["name"] == name
    # No other router got the name.
    listed = expect(network.get("/routers", params={"name": name}), 200)["routers"]
    assert ids(listed) == [router["id"]]


@idempotent_id("af774677-42a9-4e4b-bb58-16fe6a5bc1ec")
def test_an_external_network_is_seen_and_told_from_others(network, shared, facts):
    external, own = _external(facts)["id"], shared.network["id"]
    for asked, found in ((True, external), (False, own)):
        params = {"router:external": str(asked), "id": [external, own]}
        listed = expect(network.get("/networks", params=params), 200)["networks"]
        assert ids(listed) == [found]
        assert listed[0]["router:external"] is asked
    shown = expect(network.get(f"/networks/{external}"), 200)["network"]
    assert shown["router:external"] is True


@idempotent_id("5ad01ed0-0e6e-4c5d-8194-232801b15c72")
def test_ports_are_listed_by_their_router(network, shared):
    router, subnet, port_id = shared.junction
    listed = expect(network.get("/ports", params={"device_id": router["id"]}), 200)["ports"]
    assert shared.port["id"] not in ids(listed)
    assert all(port["device_id"] == router["id"] for port in listed)
    fixed = {port["id"]: port["fixed_ips"] for port in listed}[port_id]
    assert [entry["subnet_id"] for entry in fixed] == [subnet["id"]]
    by_other = expect(network.get("/ports", params={"device_id": str(uuid.uuid4())}), 200)
    assert by_other["ports"] == []


@idempotent_id("96522edf-b4b5-45d9-8443-fa11c26e6eff")
def test_the_port_of_an_interface_stays_on_its_subnet(network, create, shared):
    router, subnet, port_id = shared.junction
    path = f"/ports/{port_id}"
    elsewhere = {"fixed_ips": [{"subnet_id": shared.subnet["id"]}]}
    refused(network.put(path, json={"port": elsewhere}), 400)
    # Which address it has on its subnet is the service's choice: not every one lets it be changed.
    name = create.name("interface")
    same = {"name": name, "fixed_ips": [{"subnet_id": subnet["id"]}]}
    changed = expect(network.put(path, json={"port": same}), 200)["port"]
    shown = expect(network.get(path), 200)["port"]
    for answer in (changed, shown):
        assert [answer["id"], answer["name"]] == [port_id, name]
        assert answer["device_id"] == router["id"]
        assert answer["device_owner"].startswith("network:")
        assert [entry["subnet_id"] for entry in answer["fixed_ips"]] == [subnet["id"]]
    assert changed["fixed_ips"] == shown["fixed_ips"]
    address = ipaddress.ip_address(shown["fixed_ips"][0]["ip_address"])
    assert address in ipaddress.ip_network(subnet["cidr"])
