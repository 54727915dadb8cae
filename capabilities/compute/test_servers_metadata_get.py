"""One metadata item of a server is read.

API reference: Compute API, "Server metadata", "Show Metadata Item Details".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("3043c57d-7e0e-49a6-9a96-ad569c265e6a")
def test_a_metadata_item_is_read_by_its_key(compute, shared):
    path = f"/servers/{shared.server['id']}/metadata"
    assert expect(compute.get(f"{path}/purpose"), 200)["meta"] == {"purpose": "shared"}
    refused(compute.get(f"{path}/nothing"), 404)
