"""One action that was taken on a server is shown.

API reference: Compute API, "Servers actions", "Show Server Action Details".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, is_time, refused


@idempotent_id("aacc71ca-1d70-4aa5-bbf6-0ff71470e43c")
def test_the_creation_of_a_server_is_shown_by_its_request(compute, create, given, cloud):
    answer = expect(create("server", **given.bootable()), 202)
    request_id = answer.header("x-openstack-request-id")
    server_id = answer["server"]["id"]
    given.server_in(server_id, "ACTIVE")

    path = f"/servers/{server_id}/os-instance-actions"
    action = expect(compute.get(f"{path}/{request_id}"), 200)["instanceAction"]
    assert action["action"] == "create"
    assert action["request_id"] == request_id
    assert action["instance_uuid"] == server_id
    assert action["project_id"] == cloud.project_id
    assert action["user_id"] == cloud.user_id
    assert is_time(action["start_time"])
    refused(compute.get(f"{path}/req-{uuid.uuid4()}"), 404)
