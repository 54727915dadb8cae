"""A subnet pool is created, shown, listed, changed and deleted.

API reference: Networking API, "Subnet pools extension".
"""

from __future__ import annotations

import ipaddress

from refcheck.testing import expect, idempotent_id, ids, is_uuid, refused

_PREFIX = "10.111.0.0/20"


@idempotent_id("62595970-ab1c-4b7f-8fcc-fddfe55e9811")
def test_a_subnet_pool_lives_from_creation_to_deletion(network, create, given):
    asked = {"prefixes": [_PREFIX], "min_prefixlen": 24, "max_prefixlen": 28}
    refused(create("subnetpool", prefixes=[_PREFIX], min_prefixlen=28, max_prefixlen=24), 400)
    made = expect(create("subnetpool", **asked), 201)["subnetpool"]
    path = f"/subnetpools/{made['id']}"
    assert is_uuid(made["id"])
    assert made["prefixes"] == [_PREFIX]
    # Lengths are numbers, which the service also writes as text.
    assert [int(made["min_prefixlen"]), int(made["max_prefixlen"])] == [24, 28]
    assert int(made["default_prefixlen"]) == 24
    assert made["shared"] is False
    whole = expect(network.get("/subnetpools"), 200)["subnetpools"]
    assert made in whole

    lengths = {"default_prefixlen": 27, "min_prefixlen": 26, "max_prefixlen": 29}
    new = {"name": create.name("renamed"), **lengths}
    changed = expect(network.put(path, json={"subnetpool": new}), 200)["subnetpool"]
    shown = expect(network.get(path), 200)["subnetpool"]
    for answer in (changed, shown):
        assert answer["name"] == new["name"]
        assert {length: int(answer[length]) for length in lengths} == lengths
        assert answer["prefixes"] == [_PREFIX]
    for name, found in ((made["name"], []), (new["name"], [made["id"]])):
        by_name = network.get("/subnetpools", params={"name": name})
        assert ids(expect(by_name, 200)["subnetpools"]) == found

    # What it is for: subnets get their addresses from it, and hold it in place.
    from_pool = {"ip_version": 4, "subnetpool_id": made["id"]}
    # On a network of its own: all subnets of a network are from one pool, or from none.
    answer = create("subnet", network_id=given.network()["id"], **from_pool)
    subnet = expect(answer, 201)["subnet"]
    assert subnet["subnetpool_id"] == made["id"]
    cidr = ipaddress.ip_network(subnet["cidr"])
    assert cidr.prefixlen == 27
    assert cidr.subnet_of(ipaddress.ip_network(_PREFIX))
    # The reference names no status for this; the service says 400.
    refused(network.delete(path), 400, 409)
    expect(network.delete(f"/subnets/{subnet['id']}"), 204)

    expect(network.delete(path), 204)
    refused(network.get(path), 404)
    refused(network.delete(path), 404)
    listed = expect(network.get("/subnetpools", params={"id": made["id"]}), 200)["subnetpools"]
    assert listed == []
