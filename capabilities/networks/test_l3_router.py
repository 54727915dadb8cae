"""A router refuses gateways that are none, and to go while it is used.

API reference: Networking API, "Routers (routers)".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused


def _refuses_gateway(network, shared, network_id, status):
    """The gateway is refused and the router has none; another change was taken."""
    path = f"/routers/{shared.labelled_router['id']}"
    gateway = {"router": {"external_gateway_info": {"network_id": str(network_id)}}}
    refused(network.put(path, json=gateway), status)
    shown = expect(network.get(path), 200)["router"]
    assert shown["description"] == shared.labelled_router["description"] != ""
    assert shown["external_gateway_info"] is None


@idempotent_id("37a94fc0-a834-45b9-bd23-9a81d2fd1e22")
def test_a_network_that_does_not_exist_is_no_gateway(network, shared):
    _refuses_gateway(network, shared, uuid.uuid4(), 404)


@idempotent_id("11836a18-0b15-4327-a50b-f0d9dc66bddd")
def test_a_network_that_is_not_external_is_no_gateway(network, shared):
    # The shared network has a subnet, so that it is not for want of an address.
    _refuses_gateway(network, shared, shared.network["id"], 400)


@idempotent_id("04df80f9-224d-47f5-837a-bf23e33d1c20")
def test_a_router_with_an_interface_is_not_deleted(network, shared):
    # That it goes once it has none is seen where an interface is removed.
    router, subnet, port_id = shared.junction
    path = f"/routers/{router['id']}"
    refused(network.delete(path), 409)
    # Nor is its interface taken away behind its back, or the subnet that it is on.
    refused(network.delete(f"/ports/{port_id}"), 409)
    refused(network.delete(f"/subnets/{subnet['id']}"), 409)
    assert expect(network.get(path), 200)["router"]["id"] == router["id"]
    port = expect(network.get(f"/ports/{port_id}"), 200)["port"]
    assert [entry["subnet_id"] for entry in port["fixed_ips"]] == [subnet["id"]]
