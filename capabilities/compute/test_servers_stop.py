"""A server is stopped and started again.

API reference: Compute API, "Servers - run an action", "Stop Server" and "Start Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, fixed_addresses, idempotent_id, refused


@idempotent_id("af8eafd4-38a7-4a4b-bdbc-75145a580560")
def test_a_stopped_server_is_off_and_starts_again(compute, given):
    server = given.used_server()
    action = f"/servers/{server['id']}/action"
    expect(compute.post(action, json={"os-stop": None}), 202)
    stopped = given.server_in(server["id"], "SHUTOFF")
    assert stopped["OS-EXT-STS:vm_state"] == "stopped"
    # What is off cannot be stopped.
    refused(compute.post(action, json={"os-stop": None}), 409)
    expect(compute.post(action, json={"os-start": None}), 202)
    started = given.server_in(server["id"], "ACTIVE")
    assert started["OS-EXT-STS:vm_state"] == "active"
    for field in ("id", "name", "flavor", "image", "metadata"):
        assert started[field] == server[field], f"{field} has changed"
    assert fixed_addresses(started) == fixed_addresses(server)


@idempotent_id("a31460a9-49e1-42aa-82ee-06e0bb7c2d03")
def test_a_server_that_does_not_exist_is_not_stopped(compute, given):
    refused(compute.post(f"/servers/{uuid.uuid4()}/action", json={"os-stop": None}), 404)
    server = given.used_server()
    action = f"/servers/{server['id']}/action"
    expect(compute.post(action, json={"os-stop": None}), 202)
    given.server_in(server["id"], "SHUTOFF")
    # On again, it serves other tests.
    expect(compute.post(action, json={"os-start": None}), 202)
    given.server_in(server["id"], "ACTIVE")
