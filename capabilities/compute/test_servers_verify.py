"""A server is what was asked for.

API reference: Compute API, "Servers", "Show Server Details".
"""

from __future__ import annotations

import ipaddress

from refcheck.testing import expect, idempotent_id, is_time, is_uuid


@idempotent_id("5de47127-9977-400a-936f-abcfbec1218f")
def test_a_server_has_the_fields_it_was_created_with(compute, shared, cloud, facts):
    asked, created, about = shared.creation
    # Who gives no password is told the one that the cloud made up, once.
    assert about["told"]
    assert not about["shown"]
    shown = expect(compute.get(f"/servers/{created['id']}"), 200)["server"]
    for field, value in asked.items():
        assert shown[field] == value, f"{field} is {shown[field]!r}, not {value!r}"
    assert is_uuid(shown["id"])
    assert shown["image"]["id"] == facts["boot"]["image"]["id"]
    assert shown["flavor"]["id"] == facts["boot"]["flavor"]["id"]
    assert shown["tenant_id"] == cloud.project_id
    assert shown["user_id"] == cloud.user_id
    assert is_time(shown["created"])
    assert is_time(shown["updated"])
    assert shown["OS-EXT-STS:vm_state"] == "active"
    assert shown["OS-EXT-STS:task_state"] is None
    assert shown["key_name"] is None
    assert shown["hostId"]
    # It is on the network it was created on, at an address from there.
    assert set(shown["addresses"]) == {shared.network["name"]}
    addresses = shown["addresses"][shared.network["name"]]
    assert len(addresses) == 1, f"the server has the addresses {addresses}"
    subnet = ipaddress.ip_network(shared.subnet["cidr"])
    assert ipaddress.ip_address(addresses[0]["addr"]) in subnet
    assert addresses[0]["version"] == subnet.version
    assert addresses[0]["OS-EXT-IPS:type"] == "fixed"


@idempotent_id("cbc0f52f-05aa-492b-bdc1-84b575ca294b")
def test_a_server_has_the_processors_of_its_flavor(compute, shared, facts):
    flavor = expect(compute.get(f"/flavors/{facts['boot']['flavor']['id']}"), 200)["flavor"]
    # Since version 2.47 a server carries the flavor it was made with.
    answer = compute.get(f"/servers/{shared.guest_server['id']}", microversion="2.47")
    if expect(answer, 200, 406).status == 200:
        carried = answer["server"]["flavor"]
        for size in ("vcpus", "ram", "disk"):
            assert carried[size] == flavor[size], f"{size} is {carried[size]!r}"
    assert shared.guest.vcpus == flavor["vcpus"]
