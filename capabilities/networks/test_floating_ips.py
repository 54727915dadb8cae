"""Floating IPs are given to ports, moved, taken away, and refused where no router leads.

API reference: Networking API, "Floating IPs (floatingips)".
"""

from __future__ import annotations

import ipaddress

from refcheck.testing import Undecided, expect, idempotent_id, ids, is_uuid, refused

_FREE = {"port_id": None, "fixed_ip_address": None, "router_id": None}
"""What a floating IP tells of itself that belongs to no port."""


def _external(facts):
    external = facts["external_network"]
    if external is None:
        raise Undecided("configuration: the project sees no external network")
    return external["id"]


def _port(create, shared, *last):
    """A port on the shared network, reachable by its router, with addresses that end so."""
    subnet = shared.subnet["id"]
    fixed = [{"subnet_id": subnet, "ip_address": f"10.102.0.{number}"} for number in last]
    fields = {"network_id": shared.network["id"], "fixed_ips": fixed or [{"subnet_id": subnet}]}
    assert shared.router["external_gateway_info"], "the shared router has no gateway"
    return expect(create("port", **fields), 201)["port"]


def _floating(create, facts, **fields):
    """A floating IP, made as the service is asked for it."""
    external = _external(facts)
    made = expect(create("floatingip", floating_network_id=external, **fields), 201)["floatingip"]
    assert is_uuid(made["id"])
    assert made["floating_network_id"] == external
    assert ipaddress.ip_address(made["floating_ip_address"]).version == 4
    return made


def _is(network, made, wanted):
    """The floating IP is shown to belong where it should, and is the same otherwise."""
    shown = expect(network.get(f"/floatingips/{made['id']}"), 200)["floatingip"]
    for field in ("floating_ip_address", "floating_network_id", "project_id"):
        assert shown[field] == made[field], f"{field} is {shown[field]!r}"
    _agrees(shown, wanted)


def _agrees(floating, wanted):
    for field, value in wanted.items():
        assert floating[field] == value, f"{field} is {floating[field]!r}, not {value!r}"


def _update(network, made, **fields):
    return network.put(f"/floatingips/{made['id']}", json={"floatingip": fields})


def _where(port, router, number=0):
    """What a floating IP tells that belongs to this address of the port."""
    address = port["fixed_ips"][number]["ip_address"]
    return {"port_id": port["id"], "fixed_ip_address": address, "router_id": router["id"]}


@idempotent_id("36de4bd0-f09c-43e3-a8e1-1decc1ffd3a5")
def test_a_floating_ip_is_made_for_one_address_of_a_port_and_freed(
    network, create, shared, facts, cloud
):
    _external(facts)
    port = _port(create, shared, 130)
    wrong = {"port_id": port["id"], "fixed_ip_address": "10.102.0.131"}
    refused(create("floatingip", floating_network_id=_external(facts), **wrong), 400)
    asked = {"port_id": port["id"], "fixed_ip_address": "10.102.0.130"}
    made = _floating(create, facts, **asked)
    assert made["project_id"] == cloud.project_id
    _agrees(made, _where(port, shared.router))
    by_port = network.get("/floatingips", params={"port_id": port["id"]})
    listed = expect(by_port, 200)["floatingips"]
    assert ids(listed) == [made["id"]]
    _agrees(listed[0], _where(port, shared.router))
    _agrees(expect(_update(network, made, port_id=None), 200)["floatingip"], _FREE)
    _is(network, made, _FREE)


@idempotent_id("45c4c683-ea97-41ef-9c51-5e9802f2f3d7")
def test_a_floating_ip_goes_from_one_address_of_a_port_to_another(network, create, shared, facts):
    _external(facts)
    port = _port(create, shared, 132, 133)
    # The service gives the addresses of a port in no particular order.
    first, second = (entry["ip_address"] for entry in port["fixed_ips"])
    # Which of the two is meant must be said.
    fields = {"floating_network_id": _external(facts), "port_id": port["id"]}
    refused(create("floatingip", **fields), 400)
    made = _floating(create, facts, port_id=port["id"], fixed_ip_address=first)
    _agrees(made, _where(port, shared.router, 0))
    moved = _update(network, made, port_id=port["id"], fixed_ip_address=second)
    _agrees(expect(moved, 200)["floatingip"], _where(port, shared.router, 1))
    _is(network, made, _where(port, shared.router, 1))


@idempotent_id("e1f6bffd-442f-4668-b30e-df13f2705e77")
def test_a_floating_ip_is_free_once_its_port_is_deleted(network, create, shared, facts):
    _external(facts)
    port = _port(create, shared)
    made = _floating(create, facts)
    _agrees(made, _FREE)
    given_to = expect(_update(network, made, port_id=port["id"]), 200)["floatingip"]
    _agrees(given_to, _where(port, shared.router))
    _is(network, made, _where(port, shared.router))
    expect(network.delete(f"/ports/{port['id']}"), 204)
    _is(network, made, _FREE)


@idempotent_id("1bb2f731-fe5a-4b8c-8409-799ade1bed4d")
def test_a_floating_ip_goes_to_a_port_behind_another_router(network, create, given, shared, facts):
    gateway = {"network_id": _external(facts)}
    near = _port(create, shared)
    made = _floating(create, facts, port_id=near["id"])
    _agrees(made, _where(near, shared.router))
    net = shared.workbench["id"]
    subnet = given.subnet(net, cidr="10.103.0.0/28")
    fixed = [{"subnet_id": subnet["id"]}]
    far = expect(create("port", network_id=net, fixed_ips=fixed), 201)["port"]
    router = expect(create("router", external_gateway_info=gateway), 201)["router"]
    expect(create.router_interface(router["id"], subnet_id=subnet["id"]), 200)
    moved = expect(_update(network, made, port_id=far["id"]), 200)["floatingip"]
    _agrees(moved, _where(far, router))
    _is(network, made, _where(far, router))
    # The way to it stays while it is used.
    interface = {"subnet_id": subnet["id"]}
    path = f"/routers/{router['id']}/remove_router_interface"
    refused(network.put(path, json=interface), 409)
    expect(_update(network, made, port_id=None), 200)


def _out_of_reach(create, given, shared, cidr):
    """A port on a subnet that no router is on."""
    net = shared.workbench["id"]
    subnet = given.subnet(net, cidr=cidr)
    fields = {"network_id": net, "fixed_ips": [{"subnet_id": subnet["id"]}]}
    return expect(create("port", **fields), 201)["port"]


@idempotent_id("22996ea8-4a81-4b27-b6e1-fa5df92fa5e8")
def test_no_floating_ip_is_made_for_a_port_that_no_router_leads_to(
    network, create, given, shared, facts
):
    external = _external(facts)
    near, far = _port(create, shared), _out_of_reach(create, given, shared, "10.103.0.16/28")
    fields = {"floating_network_id": external, "port_id": far["id"]}
    refused(create("floatingip", **fields), 404)
    made = _floating(create, facts, port_id=near["id"])
    _agrees(made, _where(near, shared.router))
    by_port = network.get("/floatingips", params={"port_id": [near["id"], far["id"]]})
    assert ids(expect(by_port, 200)["floatingips"]) == [made["id"]]


@idempotent_id("6b3b8797-6d43-4191-985c-c48b773eb429")
def test_a_floating_ip_is_not_given_to_a_port_that_no_router_leads_to(
    network, create, given, shared, facts
):
    _external(facts)
    near, far = _port(create, shared), _out_of_reach(create, given, shared, "10.103.0.32/28")
    made = _floating(create, facts)
    refused(_update(network, made, port_id=far["id"]), 404)
    _is(network, made, _FREE)
    taken = expect(_update(network, made, port_id=near["id"]), 200)["floatingip"]
    _agrees(taken, _where(near, shared.router))


@idempotent_id("50b9aeb4-9f0b-48ee-aa31-fa955a48ff54")
def test_no_floating_ip_is_made_of_a_network_that_is_not_external(network, create, shared, facts):
    private = shared.network["id"]
    refused(create("floatingip", floating_network_id=private), 400)
    made = _floating(create, facts)
    networks = [private, made["floating_network_id"]]
    listed = network.get("/floatingips", params={"floating_network_id": networks})
    listed = expect(listed, 200)["floatingips"]
    assert made["id"] in ids(listed)
    assert private not in [entry["floating_network_id"] for entry in listed]
