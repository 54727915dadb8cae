"""One action that was taken on a server is shown.

API reference: Compute API, "Servers actions", "Show Server Action Details".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, is_time, refused


@idempotent_id("aacc71ca-1d70-4aa5-bbf6-0ff71470e43c")
def test_an_action_on_a_server_is_shown_by_its_request(compute, shared, cloud):
    _, server, told = shared.creation
    assert told["request"], "the creation of a server was answered without the id of the request"
    path = f"/servers/{server['id']}/os-instance-actions"
    action = expect(compute.get(f"{path}/{told['request']}"), 200)["instanceAction"]
    assert action["action"] == "create"
    assert action["request_id"] == told["request"]
    assert action["instance_uuid"] == server["id"]
    assert action["project_id"] == cloud.project_id
    assert action["user_id"] == cloud.user_id
    assert is_time(action["start_time"])
    # Nothing went wrong.
    assert action["message"] is None
    refused(compute.get(f"{path}/req-{uuid.uuid4()}"), 404)
