"""One action that was taken on a server is shown.

API reference: Compute API, "Servers actions", "Show Server Action Details".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, is_time, refused


@idempotent_id("aacc71ca-1d70-4aa5-bbf6-0ff71470e43c")
def test_an_action_on_a_server_is_shown_by_its_request(compute, given, cloud):
    server_id = given.used_server()["id"]
    hard = {"reboot": {"type": "HARD"}}
    answer = expect(compute.post(f"/servers/{server_id}/action", json=hard), 202)
    request_id = answer.header("x-openstack-request-id")

    path = f"/servers/{server_id}/os-instance-actions"
    action = expect(compute.get(f"{path}/{request_id}"), 200)["instanceAction"]
    assert action["action"] == "reboot"
    assert action["request_id"] == request_id
    assert action["instance_uuid"] == server_id
    assert action["project_id"] == cloud.project_id
    assert action["user_id"] == cloud.user_id
    assert is_time(action["start_time"])
    refused(compute.get(f"{path}/req-{uuid.uuid4()}"), 404)
    given.server_in(server_id, "ACTIVE")
