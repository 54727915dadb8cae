"""The actions that were taken on a server are listed.

API reference: Compute API, "Servers actions", "List Actions For Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, is_time, refused


@idempotent_id("77ca5cc5-9990-45e0-ab98-1de8fead201a")
def test_the_actions_on_a_server_are_listed_and_no_others(compute, given, cloud):
    server = given.used_server()
    path = f"/servers/{server['id']}/os-instance-actions"
    before = expect(compute.get(path), 200)["instanceActions"]
    assert "create" in [entry["action"] for entry in before]
    hard = {"reboot": {"type": "HARD"}}
    answer = expect(compute.post(f"/servers/{server['id']}/action", json=hard), 202)

    actions = expect(compute.get(path), 200)["instanceActions"]
    known = [entry["request_id"] for entry in before]
    new = [entry for entry in actions if entry["request_id"] not in known]
    assert [entry["action"] for entry in new] == ["reboot"]
    assert new[0]["request_id"] == answer.header("x-openstack-request-id")
    assert len(actions) == len(before) + 1
    for entry in actions:
        assert entry["instance_uuid"] == server["id"]
        assert entry["project_id"] == cloud.project_id
        assert entry["user_id"] == cloud.user_id
        assert is_time(entry["start_time"])
    refused(compute.get(f"/servers/{uuid.uuid4()}/os-instance-actions"), 404)
    given.server_in(server["id"], "ACTIVE")
