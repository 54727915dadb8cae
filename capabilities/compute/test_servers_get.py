"""A server is shown, and one that is not there is not.

API reference: Compute API, "Servers", "Show Server Details".
"""

from __future__ import annotations

import uuid

from refcheck.testing import idempotent_id, is_uuid, refused


@idempotent_id("3436b02f-1b1e-4f03-881e-c6a602327439")
def test_a_server_that_does_not_exist_is_not_found(compute, shared, second):
    asked, server, _ = shared.creation
    refused(compute.get(f"/servers/{uuid.uuid4()}"), 404)
    # To another project ours does not exist either.
    second.must_not_see("compute", f"/servers/{server['id']}")
    # The positive control: the same call for a server that is there showed it.
    assert is_uuid(server["id"])
    assert server["name"] == asked["name"]
    assert server["status"] == "ACTIVE"
