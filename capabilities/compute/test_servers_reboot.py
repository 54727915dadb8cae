"""A server is rebooted.

API reference: Compute API, "Servers - run an action", "Reboot Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused, wait_for

_BUDGET = 300.0
"""Seconds for a reboot to be finished."""


def _reboots(compute, server):
    """A hard reboot is done, is on the record, and leaves the server as it was."""
    path = f"/servers/{server['id']}"
    hard = {"reboot": {"type": "HARD"}}
    answer = expect(compute.post(f"{path}/action", json=hard), 202)
    # The state alone does not tell a reboot that is over from one that never began.
    record = f"{path}/os-instance-actions/{answer.header('x-openstack-request-id')}"
    assert expect(compute.get(record), 200)["instanceAction"]["action"] == "reboot"
    seen = []

    def state():
        seen.append(expect(compute.get(path), 200)["server"])
        return f"{seen[-1]['status']}, task {seen[-1]['OS-EXT-STS:task_state']}"

    never = {"ERROR, task None"}
    wait_for(state, {"ACTIVE, task None"}, never=never, budget=_BUDGET, what="rebooted server")
    after = seen[-1]
    for field in ("id", "name", "flavor", "image", "addresses"):
        assert after[field] == server[field], f"{field} has changed"


@idempotent_id("2cb1baf6-ac8d-4429-bf0d-ba8a0ba53e32")
def test_a_hard_reboot_brings_the_server_back(compute, given):
    server = given.used_server()
    wrong = {"reboot": {"type": "GENTLE"}}
    refused(compute.post(f"/servers/{server['id']}/action", json=wrong), 400)
    _reboots(compute, server)


@idempotent_id("d4c023a0-9c55-4747-9dd5-413b820143c7")
def test_a_server_that_does_not_exist_is_not_rebooted(compute, given):
    hard = {"reboot": {"type": "HARD"}}
    refused(compute.post(f"/servers/{uuid.uuid4()}/action", json=hard), 404)
    _reboots(compute, given.used_server())
