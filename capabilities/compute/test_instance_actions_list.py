"""The actions that were taken on a server are listed.

API reference: Compute API, "Servers actions", "List Actions For Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, is_time, refused


@idempotent_id("77ca5cc5-9990-45e0-ab98-1de8fead201a")
def test_the_actions_on_a_server_are_listed_and_no_others(compute, given, cloud):
    server = given.server()
    action = f"/servers/{server['id']}/action"
    expect(compute.post(action, json={"os-stop": None}), 202)
    given.server_in(server["id"], "SHUTOFF")

    path = f"/servers/{server['id']}/os-instance-actions"
    actions = expect(compute.get(path), 200)["instanceActions"]
    assert sorted(entry["action"] for entry in actions) == ["create", "stop"]
    assert actions[0]["request_id"] != actions[1]["request_id"]
    for entry in actions:
        assert entry["instance_uuid"] == server["id"]
        assert entry["project_id"] == cloud.project_id
        assert is_time(entry["start_time"])
    refused(compute.get(f"/servers/{uuid.uuid4()}/os-instance-actions"), 404)
