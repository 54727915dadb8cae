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
    server = given.used_server()
    right = "2001:db8::a" if server["accessIPv6"] != "2001:db8::a" else "2001:db8::b"
    path = f"/servers/{server['id']}"
    expect(compute.put(path, json={"server": {"accessIPv6": right}}), 200)
    assert expect(compute.get(path), 200)["server"]["accessIPv6"] == right
