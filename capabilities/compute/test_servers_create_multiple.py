"""Several servers are created in one request.

API reference: Compute API, "Servers", "Create Multiple Servers".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, ids, refused


@idempotent_id("61e03386-89c3-449c-9bb1-a06f423fd9d1")
def test_as_many_servers_are_created_as_were_asked_for(compute, create, given, shared):
    name, fields = create.name("several"), given.bootable()
    wrong = create("server", **fields, name=name, min_count=2, max_count=1)
    refused(wrong, 400)
    assert expect(compute.get("/servers", params={"name": name}), 200)["servers"] == []

    came = shared.several
    # The reservation id is for those who ask for it.
    assert not came["reserved"]
    servers = came["servers"]
    assert came["answered"] in ids(servers)
    assert [server["name"] for server in servers] == [f"{came['name']}-1", f"{came['name']}-2"]
    for server in servers:
        assert server["image"]["id"] == fields["imageRef"]
        assert server["flavor"]["id"] == fields["flavorRef"]
    addresses = [
        entry["addr"]
        for server in servers
        for group in server["addresses"].values()
        for entry in group
    ]
    assert len(set(addresses)) == len(addresses) >= len(servers)
