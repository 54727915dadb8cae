"""A metadata item of a server is removed.

API reference: Compute API, "Server metadata", "Delete Metadata Item".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("127642d6-4c7b-4486-b7cd-07265a378658")
def test_a_deleted_metadata_item_is_gone_and_the_others_stay(compute, given):
    path = f"/servers/{given.used_server()['id']}/metadata"
    before = {"metadata": {"goes": "1", "stays": "2"}}
    expect(compute.put(path, json=before), 200)
    expect(compute.delete(f"{path}/goes"), 204)
    assert expect(compute.get(path), 200)["metadata"] == {"stays": "2"}
    refused(compute.delete(f"{path}/goes"), 404)
