"""A server is created with a key pair to log in with.

API reference: Compute API, "Keypairs" and "Servers", "Create Server" (`key_name`).
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


def _lets_in(shared, pair):
    """The guest, on a cloud where one can be asked, has the key and lets its holder in."""
    refusal = shared.guest_refuses
    assert not refusal, refusal
    inside = shared.guest_if_any
    assert inside is None or inside.has_key(pair["public_key"])


@idempotent_id("f9e15296-d7f9-4e62-b53f-a04e89160833")
def test_a_server_has_the_key_pair_it_was_created_with(
    compute, create, given, shared, cloud, second
):
    pair = expect(create("keypair"), 200)["keypair"]
    assert "PRIVATE KEY" in pair["private_key"]
    assert pair["user_id"] == cloud.user_id
    listed = expect(compute.get("/os-keypairs"), 200)["keypairs"]
    listed = {entry["keypair"]["name"]: entry["keypair"] for entry in listed}
    assert pair["name"] in listed
    assert listed[pair["name"]]["fingerprint"] == pair["fingerprint"]
    # The private half is handed out once and never again.
    assert "private_key" not in listed[pair["name"]]
    kept = expect(compute.get(f"/os-keypairs/{pair['name']}"), 200)["keypair"]
    assert "private_key" not in kept
    for field in ("name", "public_key", "fingerprint", "user_id"):
        assert kept[field] == pair[field], f"{field} is shown as {kept[field]!r}"
    # It is its user's own.
    second.must_not_see("compute", f"/os-keypairs/{pair['name']}")
    expect(compute.delete(f"/os-keypairs/{pair['name']}"), 202)
    refused(compute.get(f"/os-keypairs/{pair['name']}"), 404)
    refused(compute.delete(f"/os-keypairs/{pair['name']}"), 404)

    worn = shared.key_pair
    assert shared.guest_server["key_name"] == worn["name"]
    _lets_in(shared, worn)

    unknown = create("server", **given.bootable(), key_name=create.name("nobody"))
    refused(unknown, 400)
