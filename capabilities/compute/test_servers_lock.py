"""A server is locked against changes.

API reference: Compute API, "Servers - run an action", "Lock Server" and "Unlock Server".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused

_TELLS = "2.9"
"""Since this version a server tells whether it is locked."""


def _shown(compute, server_id):
    answer = expect(compute.get(f"/servers/{server_id}", microversion=_TELLS), 200, 406)
    if answer.status == 406:
        answer = expect(compute.get(f"/servers/{server_id}"), 200)
    return answer["server"]


@idempotent_id("80a8094c-211e-440a-ab88-9e59d556c7ee")
def test_a_locked_server_is_not_stopped_until_it_is_unlocked(compute, given):
    server = given.used_server()
    action = f"/servers/{server['id']}/action"
    expect(compute.post(action, json={"lock": None}), 202)
    try:
        refused(compute.post(action, json={"os-stop": None}), 409)
        # A lock holds back all changes, not only that one.
        refused(compute.post(action, json={"reboot": {"type": "HARD"}}), 409)
        shown = _shown(compute, server["id"])
        assert shown["status"] == "ACTIVE"
        assert shown.get("locked", True) is True
        assert shown["OS-EXT-STS:task_state"] is None
    finally:
        expect(compute.post(action, json={"unlock": None}), 202)

    expect(compute.post(action, json={"os-stop": None}), 202)
    given.server_in(server["id"], "SHUTOFF")
    expect(compute.post(action, json={"os-start": None}), 202)
    given.server_in(server["id"], "ACTIVE")
