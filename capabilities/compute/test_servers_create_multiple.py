"""Several servers are created in one request.

API reference: Compute API, "Servers", "Create Multiple Servers".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, ids, refused

_COUNT = 2


@idempotent_id("61e03386-89c3-449c-9bb1-a06f423fd9d1")
def test_as_many_servers_are_created_as_were_asked_for(compute, create, given):
    name = create.name("several")
    fields = {**given.bootable(), "name": name}
    wrong = create("server", **fields, min_count=_COUNT, max_count=_COUNT - 1)
    refused(wrong, 400)
    assert expect(compute.get("/servers", params={"name": name}), 200)["servers"] == []

    answer = expect(create("server", **fields, min_count=_COUNT, max_count=_COUNT), 202)
    # The reservation id is for those who ask for it.
    assert "reservation_id" not in answer.json
    listed = expect(compute.get("/servers", params={"name": name}), 200)["servers"]
    for server in listed:
        if server["id"] != answer["server"]["id"]:
            create.adopt("server", server)
    assert answer["server"]["id"] in ids(listed)
    assert len(listed) == _COUNT
    servers = [given.booted(server["id"]) for server in listed]
    assert sorted(server["name"] for server in servers) == [f"{name}-1", f"{name}-2"]
    for server in servers:
        assert server["image"]["id"] == fields["imageRef"]
        assert server["flavor"]["id"] == fields["flavorRef"]
    addresses = [
        entry["addr"]
        for server in servers
        for group in server["addresses"].values()
        for entry in group
    ]
    assert len(set(addresses)) == len(addresses) >= _COUNT
