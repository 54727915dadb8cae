"""A server is shown, and one that is not there is not.

API reference: Compute API, "Servers", "Show Server Details".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("3436b02f-1b1e-4f03-881e-c6a602327439")
def test_a_server_that_does_not_exist_is_not_found(compute, shared, second):
    refused(compute.get(f"/servers/{uuid.uuid4()}"), 404)
    # To another project ours does not exist either.
    second.must_not_see("compute", f"/servers/{shared.server['id']}")
    shown = expect(compute.get(f"/servers/{shared.server['id']}"), 200)["server"]
    assert shown["id"] == shared.server["id"]
    assert shown["name"] == shared.server["name"]
