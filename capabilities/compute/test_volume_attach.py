"""A volume is attached to a server and detached from it.

What the guest system sees of it cannot be asked over the API; both services must agree.
API reference: Compute API, "Servers with volume attachments"; Block Storage API, "Volumes".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused, wait_for

_BUDGET = 300.0
"""Seconds for a volume to be detached."""


def _attached(create, given, server, volume):
    """The attachment as the compute service answered it, once the volume is in use."""
    answer = expect(create.attachment(server["id"], volume["id"]), 200)["volumeAttachment"]
    given.volume_in(volume["id"], "in-use")
    return answer


def _detach(compute, given, server, volume):
    path = f"/servers/{server['id']}/os-volume_attachments/{volume['id']}"
    expect(compute.delete(path), 202)

    def state():
        return str(expect(compute.get(path), 200, 404).status)

    wait_for(state, {"404"}, budget=_BUDGET, what=f"detached volume {volume['id']}")
    return given.volume_in(volume["id"], "available")


@idempotent_id("52e9045a-e90d-4c0d-9087-79d657faffff")
def test_a_volume_is_attached_and_detached(compute, volume, create, given):
    server, disk = given.used_server(), given.volume()
    path = f"/servers/{server['id']}"
    attachment = _attached(create, given, server, disk)
    assert attachment["serverId"] == server["id"]
    assert attachment["volumeId"] == disk["id"]
    assert attachment["device"].startswith("/dev/")

    shown = expect(compute.get(path), 200)["server"]
    assert shown["os-extended-volumes:volumes_attached"] == [{"id": disk["id"]}]
    in_use = expect(volume.get(f"/volumes/{disk['id']}"), 200)["volume"]
    assert [(a["server_id"], a["volume_id"]) for a in in_use["attachments"]] == [
        (server["id"], disk["id"])
    ]
    # A volume in use is neither deleted nor attached a second time.
    refused(volume.delete(f"/volumes/{disk['id']}"), 400)
    refused(create.attachment(server["id"], disk["id"]), 400, 409)

    # A server that is off keeps its volume.
    expect(compute.post(f"{path}/action", json={"os-stop": None}), 202)
    given.server_in(server["id"], "SHUTOFF")
    expect(compute.post(f"{path}/action", json={"os-start": None}), 202)
    started = given.server_in(server["id"], "ACTIVE")
    assert started["os-extended-volumes:volumes_attached"] == [{"id": disk["id"]}]

    free = _detach(compute, given, server, disk)
    assert free["attachments"] == []
    shown = expect(compute.get(path), 200)["server"]
    assert shown["os-extended-volumes:volumes_attached"] == []
    assert shown["status"] == "ACTIVE"
    refused(compute.delete(f"{path}/os-volume_attachments/{disk['id']}"), 404)


@idempotent_id("7fa563fe-f0f7-43eb-9e22-a1ece036b513")
def test_attachments_are_listed_and_shown(compute, create, given):
    server, first, second = given.used_server(), given.volume(), given.volume()
    path = f"/servers/{server['id']}/os-volume_attachments"
    assert expect(compute.get(path), 200)["volumeAttachments"] == []
    made = {disk["id"]: _attached(create, given, server, disk) for disk in (first, second)}
    assert made[first["id"]]["device"] != made[second["id"]]["device"]

    listed = expect(compute.get(path), 200)["volumeAttachments"]
    assert {entry["volumeId"]: entry for entry in listed} == made
    assert len(listed) == 2
    for volume_id, attachment in made.items():
        shown = expect(compute.get(f"{path}/{volume_id}"), 200)["volumeAttachment"]
        assert shown == attachment
        assert shown["id"] == volume_id
    refused(compute.get(f"{path}/{uuid.uuid4()}"), 404)

    _detach(compute, given, server, first)
    left = expect(compute.get(path), 200)["volumeAttachments"]
    assert [entry["volumeId"] for entry in left] == [second["id"]]
