"""A server is locked against changes.

API reference: Compute API, "Servers - run an action", "Lock Server" and "Unlock Server".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("80a8094c-211e-440a-ab88-9e59d556c7ee")
def test_a_locked_server_is_not_stopped_until_it_is_unlocked(compute, given):
    server = given.used_server()
    action = f"/servers/{server['id']}/action"
    expect(compute.post(action, json={"lock": None}), 202)
    try:
        refused(compute.post(action, json={"os-stop": None}), 409)
        # A lock holds back all changes, not only that one.
        refused(compute.post(action, json={"reboot": {"type": "HARD"}}), 409)
        shown = expect(compute.get(f"/servers/{server['id']}"), 200)["server"]
        assert shown["status"] == "ACTIVE"
        assert shown["OS-EXT-STS:task_state"] is None
    finally:
        expect(compute.post(action, json={"unlock": None}), 202)

    expect(compute.post(action, json={"os-stop": None}), 202)
    given.server_in(server["id"], "SHUTOFF")
    expect(compute.post(action, json={"os-start": None}), 202)
    given.server_in(server["id"], "ACTIVE")
