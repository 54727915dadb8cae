"""A key pair has a type.

API reference: Compute API, "Keypairs", `type` (since version 2.2).
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused

_V2_2 = "2.2"


@idempotent_id("89d59d43-f735-441a-abcf-0601727f47b6")
def test_a_key_pair_is_created_shown_and_listed_with_its_type(compute, create):
    made = expect(create("keypair", type="ssh", microversion=_V2_2), 201)["keypair"]
    path = f"/os-keypairs/{made['name']}"
    assert made["type"] == "ssh"
    assert made["public_key"].startswith("ssh-")

    shown = expect(compute.get(path, microversion=_V2_2), 200)["keypair"]
    listed = expect(compute.get("/os-keypairs", microversion=_V2_2), 200)["keypairs"]
    mine = [pair["keypair"] for pair in listed if pair["keypair"]["name"] == made["name"]]
    assert len(mine) == 1
    for field in ("type", "public_key", "fingerprint"):
        assert shown[field] == made[field], f"{field} is shown differently"
        assert mine[0][field] == made[field], f"{field} is listed differently"

    refused(create("keypair", type="rune", microversion=_V2_2), 400)
    expect(compute.delete(path, microversion=_V2_2), 204)
    refused(compute.get(path, microversion=_V2_2), 404)
