"""A server is rebooted.

API reference: Compute API, "Servers - run an action", "Reboot Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, fixed_addresses, idempotent_id, refused


def _reboots(compute, given, server, shared):
    """A hard reboot is done, is on the record, and leaves the server as it was."""
    before = shared.look_into(server)
    path = f"/servers/{server['id']}"
    hard = {"reboot": {"type": "HARD"}}
    answer = expect(compute.post(f"{path}/action", json=hard), 202)
    # The state alone does not tell a reboot that is over from one that never began.
    record = f"{path}/os-instance-actions/{answer.header('x-openstack-request-id')}"
    assert expect(compute.get(record), 200)["instanceAction"]["action"] == "reboot"
    after = given.settled(server["id"], "rebooted server")
    for field in ("id", "name", "flavor", "image", "metadata", "created"):
        assert after[field] == server[field], f"{field} has changed"
    assert fixed_addresses(after) == fixed_addresses(server)
    if before:
        inside = shared.look_into(server)
        assert inside.boot_id != before.boot_id, "the guest goes on as if nothing had happened"
        assert (inside.host_name, inside.vcpus) == (before.host_name, before.vcpus)


@idempotent_id("2cb1baf6-ac8d-4429-bf0d-ba8a0ba53e32")
def test_a_hard_reboot_brings_the_server_back(compute, given, shared):
    server = given.used_server()
    wrong = {"reboot": {"type": "GENTLE"}}
    refused(compute.post(f"/servers/{server['id']}/action", json=wrong), 400)
    _reboots(compute, given, server, shared)


@idempotent_id("d4c023a0-9c55-4747-9dd5-413b820143c7")
def test_a_server_that_does_not_exist_is_not_rebooted(compute, given, shared):
    hard = {"reboot": {"type": "HARD"}}
    refused(compute.post(f"/servers/{uuid.uuid4()}/action", json=hard), 404)
    _reboots(compute, given, given.used_server(), shared)
