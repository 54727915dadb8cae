"""A volume is created, shown, changed and deleted.

API reference: Block Storage API, "Volumes (volumes)", "Create a volume".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, ids, is_time, is_uuid, refused


def _named(volume, name):
    return ids(expect(volume.get("/volumes", params={"name": name}), 200)["volumes"])


def _refuses(volume, create, shared, status, *wrong):
    """No volume comes of a wrong request; the one of the name came of a right one."""
    made = shared.volume
    for fields in wrong:
        refused(create("volume", name=made["name"], **fields), status)
    assert _named(volume, made["name"]) == [made["id"]]


@idempotent_id("27fb0e9f-fb64-41dd-8bdb-1ffa762f0d51")
def test_a_volume_lives_from_creation_to_deletion(volume, create, given, cloud):
    asked = {"name": create.name("volume"), "metadata": {"type": "test"}, "size": 1}
    answer = expect(create("volume", **asked), 202)["volume"]
    assert {field: answer[field] for field in asked} == asked
    assert is_uuid(answer["id"])
    assert is_time(answer["created_at"])
    path = f"/volumes/{answer['id']}"
    shown = given.volume_in(answer["id"], "available")
    assert {field: shown[field] for field in asked} == asked
    assert shown["os-vol-tenant-attr:tenant_id"] == cloud.project_id
    assert shown["user_id"] == cloud.user_id
    assert shown["attachments"] == []
    # Nothing to boot from is on it; the service writes this flag as text.
    assert shown["bootable"] == "false"
    assert shown["encrypted"] is False
    assert shown["snapshot_id"] is None
    assert shown["source_volid"] is None

    new = {"name": create.name("renamed"), "description": "changed"}
    changed = expect(volume.put(path, json={"volume": new}), 200)["volume"]
    assert {field: changed[field] for field in new} == new
    shown = expect(volume.get(path), 200)["volume"]
    assert {field: shown[field] for field in new} == new
    assert shown["metadata"] == asked["metadata"]
    assert shown["created_at"] == answer["created_at"]

    expect(volume.delete(path), 202)
    given.gone("volume", answer["id"])
    assert _named(volume, new["name"]) == []
    refused(volume.delete(path), 404)


@idempotent_id("1ed83a8a-682d-4dfb-a30e-ee63ffd6c049")
def test_a_size_that_is_no_number_is_refused(volume, create, shared):
    _refuses(volume, create, shared, 400, {"size": "#$%"}, {"size": ""}, {"size": "1GB"})


@idempotent_id("47c73e08-4be8-45bb-bfdf-0c4e79b88344")
def test_a_source_volume_that_does_not_exist_is_not_found(volume, create, shared):
    _refuses(volume, create, shared, 404, {"size": 1, "source_volid": str(uuid.uuid4())})


@idempotent_id("10254ed8-3849-454e-862e-3ab8e6aa01d2")
def test_a_volume_type_that_does_not_exist_is_not_found(volume, create, shared):
    unknown = ({"size": 1, "volume_type": str(uuid.uuid4())}, {"size": 1, "volume_type": "no-type"})
    _refuses(volume, create, shared, 404, *unknown)


@idempotent_id("9387686f-334f-4d31-a439-33494b9e2683")
def test_a_volume_without_a_size_is_refused(volume, create, shared):
    _refuses(volume, create, shared, 400, {"size": None}, {})


@idempotent_id("8b472729-9eba-446e-a83b-916bdb34bef7")
def test_a_negative_size_is_refused(volume, create, shared):
    _refuses(volume, create, shared, 400, {"size": -1}, {"size": "-1"})


@idempotent_id("41331caa-eaf4-4001-869d-bc18c1869360")
def test_a_size_of_zero_is_refused(volume, create, shared):
    _refuses(volume, create, shared, 400, {"size": 0}, {"size": "0"})
