"""A volume is attached to a server and detached from it.

Both services must agree, and the guest system too, on a cloud where one can be asked.
API reference: Compute API, "Servers with volume attachments"; Block Storage API, "Volumes".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused, wait_for

_BUDGET = 300.0
_SOONEST = 0.3
"""Seconds for a volume to be detached, at most and at least."""
_GUEST_BUDGET = 30.0
"""Seconds for a guest to notice a disk that came or went."""
_GIB = 1 << 20  # in KiB


def _attached(create, given, server, volume):
    """The attachment as the compute service answered it, and the volume once it is in use."""
    answer = expect(create.attachment(server["id"], volume["id"]), 200)["volumeAttachment"]
    return answer, given.volume_in(volume["id"], "in-use")


def _sees(shared, server, before, *sizes):
    """The guest has disks of these sizes beside those from before, if it could be asked then."""
    if before is None:
        return

    def state():
        disks = shared.look_into(server).disks.items()
        return str(sorted(size for disk, size in disks if disk not in before.disks))

    what = f"the disks that the guest of server {server['id']} sees beside its own"
    wait_for(state, {str(sorted(sizes))}, budget=_GUEST_BUDGET, what=what)


def _detach(compute, given, server, volume):
    path = f"/servers/{server['id']}/os-volume_attachments/{volume['id']}"
    expect(compute.delete(path), 202)

    def state():
        return str(expect(compute.get(path), 200, 404).status)

    what = f"detached volume {volume['id']}"
    wait_for(state, {"404"}, budget=_BUDGET, what=what, after=_SOONEST)
    return given.volume_in(volume["id"], "available")


@idempotent_id("52e9045a-e90d-4c0d-9087-79d657faffff")
def test_a_volume_is_attached_and_detached(compute, volume, create, given, shared):
    server, disk = given.used_server(), given.volume()
    before = shared.look_into(server)
    path = f"/servers/{server['id']}"
    attachment, in_use = _attached(create, given, server, disk)
    assert attachment["serverId"] == server["id"]
    assert attachment["volumeId"] == disk["id"]
    assert attachment["device"].startswith("/dev/")

    shown = expect(compute.get(path), 200)["server"]
    assert shown["os-extended-volumes:volumes_attached"] == [{"id": disk["id"]}]
    _sees(shared, server, before, _GIB)
    attachments = [(a["server_id"], a["volume_id"], a["device"]) for a in in_use["attachments"]]
    assert attachments == [(server["id"], disk["id"], attachment["device"])]
    # A volume in use is neither deleted nor attached a second time.
    refused(volume.delete(f"/volumes/{disk['id']}"), 400)
    refused(create.attachment(server["id"], disk["id"]), 400, 409)

    # A server that is off keeps its volume.
    expect(compute.post(f"{path}/action", json={"os-stop": None}), 202)
    given.server_in(server["id"], "SHUTOFF")
    expect(compute.post(f"{path}/action", json={"os-start": None}), 202)
    started = given.server_in(server["id"], "ACTIVE")
    assert started["os-extended-volumes:volumes_attached"] == [{"id": disk["id"]}]
    _sees(shared, server, before, _GIB)

    free = _detach(compute, given, server, disk)
    assert free["attachments"] == []
    _sees(shared, server, before)
    shown = expect(compute.get(path), 200)["server"]
    assert shown["os-extended-volumes:volumes_attached"] == []
    assert shown["status"] == "ACTIVE"
    refused(compute.delete(f"{path}/os-volume_attachments/{disk['id']}"), 404)


@idempotent_id("7fa563fe-f0f7-43eb-9e22-a1ece036b513")
def test_attachments_are_listed_and_shown(compute, create, given, shared):
    server, first, second = given.used_server(), given.volume(), given.volume()
    before = shared.look_into(server)
    path = f"/servers/{server['id']}/os-volume_attachments"
    assert expect(compute.get(path), 200)["volumeAttachments"] == []
    made = {disk["id"]: _attached(create, given, server, disk)[0] for disk in (first, second)}
    assert made[first["id"]]["device"] != made[second["id"]]["device"]

    listed = expect(compute.get(path), 200)["volumeAttachments"]
    assert {entry["volumeId"]: entry for entry in listed} == made
    assert len(listed) == 2
    shown = expect(compute.get(f"{path}/{second['id']}"), 200)["volumeAttachment"]
    assert shown == made[second["id"]]
    assert shown["id"] == second["id"]
    refused(compute.get(f"{path}/{uuid.uuid4()}"), 404)
    _sees(shared, server, before, _GIB, _GIB)

    _detach(compute, given, server, first)
    left = expect(compute.get(path), 200)["volumeAttachments"]
    assert [entry["volumeId"] for entry in left] == [second["id"]]
