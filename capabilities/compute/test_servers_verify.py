"""A server is what was asked for.

API reference: Compute API, "Servers", "Show Server Details".
"""

from __future__ import annotations

import ipaddress

from refcheck.testing import Undecided, expect, idempotent_id, is_time, is_uuid


@idempotent_id("5de47127-9977-400a-936f-abcfbec1218f")
def test_a_server_has_the_fields_it_was_created_with(create, given, cloud, facts):
    name = create.name("server")
    asked = {
        "name": name,
        "accessIPv4": "198.51.100.7",
        "accessIPv6": "2001:db8::7",
        "metadata": {"hello": "world"},
    }
    made = expect(create("server", **given.bootable(), **asked), 202)["server"]
    # Who gives no password is told the one that the cloud made up, once.
    assert made["adminPass"]
    server_id = made["id"]
    shown = given.server_in(server_id, "ACTIVE")
    assert made["adminPass"] not in str(shown)
    for field, value in asked.items():
        assert shown[field] == value, f"{field} is {shown[field]!r}, not {value!r}"
    assert is_uuid(server_id)
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
    # It is on the network it was created on, at an address that is one.
    addresses = [entry for group in shown["addresses"].values() for entry in group]
    assert addresses, "the server has no address"
    for entry in addresses:
        assert ipaddress.ip_address(entry["addr"]).version == entry["version"]


@idempotent_id("cbc0f52f-05aa-492b-bdc1-84b575ca294b")
def test_a_server_has_the_processors_of_its_flavor(compute, shared, facts):
    flavor = expect(compute.get(f"/flavors/{facts['boot']['flavor']['id']}"), 200)["flavor"]
    # Since version 2.47 a server carries the flavor it was made with.
    answer = compute.get(f"/servers/{shared.server['id']}", microversion="2.47")
    if expect(answer, 200, 406).status == 200:
        carried = answer["server"]["flavor"]
        for size in ("vcpus", "ram", "disk"):
            assert carried[size] == flavor[size], f"{size} is {carried[size]!r}"
    raise Undecided("only the guest system can tell how many processors it has; nobody logs in")
