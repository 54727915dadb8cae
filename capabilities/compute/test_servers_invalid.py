"""A server is not created with an address that is none.

API reference: Compute API, "Servers", "Create Server" (`accessIPv6`).
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("5226dd80-1e9c-4d8a-b5f9-b26ca4763fd0")
def test_an_access_address_that_is_no_ipv6_address_is_refused(compute, create, given):
    name = create.name("server")
    for wrong in ("notvalid", "2001:db8::1::2", "192.0.2.1"):
        refused(create("server", **given.bootable(), name=name, accessIPv6=wrong), 400)
    assert expect(compute.get("/servers", params={"name": name}), 200)["servers"] == []

    # An address that is one is taken, for a server that is there just as for a new one.
    right = {"server": {"accessIPv6": "2001:db8::7"}}
    changed = compute.put(f"/servers/{given.used_server()['id']}", json=right)
    assert expect(changed, 200)["server"]["accessIPv6"] == "2001:db8::7"
