"""A server has a name.

API reference: Compute API, "Servers", "Create Server" (`name`).
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("dbbfd247-c40c-449e-8f6c-d2aa7c7da7cf")
def test_an_empty_name_is_refused(compute, create, given, shared):
    ours = shared.server
    # Marks the server, should one come of it: it could not be found by name.
    marked = {"metadata": {"made-by": create.name("mark")}}
    refused(create("server", **given.bootable(), name="", **marked), 400)
    listed = expect(compute.get("/servers/detail"), 200)["servers"]
    assert marked["metadata"] not in [server["metadata"] for server in listed]
    # A server of ours, made with a name and metadata, is there and found by them.
    assert ours["name"]
    assert ours["metadata"] in [server["metadata"] for server in listed]
