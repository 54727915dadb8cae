"""The metadata of a server is read as a whole.

API reference: Compute API, "Server metadata", "List All Metadata".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("479da087-92b3-4dcf-aeb3-fd293b2d14ce")
def test_all_metadata_of_a_server_is_read(compute, shared):
    asked, server, _ = shared.creation
    listed = expect(compute.get(f"/servers/{server['id']}/metadata"), 200)["metadata"]
    assert listed == asked["metadata"]
    assert listed == server["metadata"], "the server itself shows other metadata"
    refused(compute.get(f"/servers/{uuid.uuid4()}/metadata"), 404)
