"""A router refuses gateways that are none, and to go while it is used.

API reference: Networking API, "Routers (routers)".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused


def _router(create):
    return expect(create("router"), 201)["router"]


def _refuses_gateway(network, create, network_id, status):
    """The gateway is refused and the router has none; any other change is taken."""
    path = f"/routers/{_router(create)['id']}"
    gateway = {"router": {"external_gateway_info": {"network_id": str(network_id)}}}
    refused(network.put(path, json=gateway), status)
    other = expect(network.put(path, json={"router": {"description": "none"}}), 200)["router"]
    assert other["description"] == "none"
    assert other["external_gateway_info"] is None


@idempotent_id("37a94fc0-a834-45b9-bd23-9a81d2fd1e22")
def test_a_network_that_does_not_exist_is_no_gateway(network, create):
    _refuses_gateway(network, create, uuid.uuid4(), 404)


@idempotent_id("11836a18-0b15-4327-a50b-f0d9dc66bddd")
def test_a_network_that_is_not_external_is_no_gateway(network, create, shared):
    # The shared network has a subnet, so that it is not for want of an address.
    _refuses_gateway(network, create, shared.network["id"], 400)


@idempotent_id("04df80f9-224d-47f5-837a-bf23e33d1c20")
def test_a_router_with_an_interface_is_not_deleted(network, create, given, shared):
    router = _router(create)
    path = f"/routers/{router['id']}"
    subnet = given.subnet(shared.workbench["id"], cidr="10.101.6.0/28")
    made = expect(create.router_interface(router["id"], subnet_id=subnet["id"]), 200)
    refused(network.delete(path), 409)
    # Nor is its interface taken away behind its back, or the subnet that it is on.
    refused(network.delete(f"/ports/{made['port_id']}"), 409)
    refused(network.delete(f"/subnets/{subnet['id']}"), 409)
    assert expect(network.get(path), 200)["router"]["name"] == router["name"]
    port = expect(network.get(f"/ports/{made['port_id']}"), 200)["port"]
    assert [entry["subnet_id"] for entry in port["fixed_ips"]] == [subnet["id"]]

    interface = {"subnet_id": subnet["id"]}
    expect(network.put(f"{path}/remove_router_interface", json=interface), 200)
    expect(network.delete(path), 204)
    refused(network.get(path), 404)
