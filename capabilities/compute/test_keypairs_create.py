"""A server is created with a key pair to log in with.

API reference: Compute API, "Keypairs" and "Servers", "Create Server" (`key_name`).
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("f9e15296-d7f9-4e62-b53f-a04e89160833")
def test_a_server_has_the_key_pair_it_was_created_with(compute, create, given):
    pair = expect(create("keypair"), 200)["keypair"]
    assert "PRIVATE KEY" in pair["private_key"]
    listed = expect(compute.get("/os-keypairs"), 200)["keypairs"]
    listed = {entry["keypair"]["name"]: entry["keypair"] for entry in listed}
    assert listed[pair["name"]]["fingerprint"] == pair["fingerprint"]
    # The private half is handed out once and never again.
    assert "private_key" not in listed[pair["name"]]

    server = given.server(key_name=pair["name"])
    assert server["key_name"] == pair["name"]
    expect(compute.delete(f"/servers/{server['id']}"), 204)
    kept = expect(compute.get(f"/os-keypairs/{pair['name']}"), 200)["keypair"]
    assert kept["public_key"] == pair["public_key"]

    unknown = create("server", **given.bootable(), key_name=create.name("nobody"))
    refused(unknown, 400)
