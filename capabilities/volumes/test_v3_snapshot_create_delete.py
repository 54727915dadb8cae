"""Snapshots of a volume are created, shown, listed, changed, used and deleted.

API reference: Block Storage API, "Volume snapshots (snapshots)".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, ids, is_time, is_uuid, refused

_PLAIN, _DETAIL = "/snapshots", "/snapshots/detail"


def _listed(volume, path, **params):
    return ids(expect(volume.get(path, params=params), 200)["snapshots"])


def _volumes(volume, **params):
    return expect(volume.get("/volumes", params=params), 200)["volumes"]


@idempotent_id("2a8abbe4-d871-46db-b049-c41f5af8216e")
def test_a_snapshot_lives_from_creation_to_deletion(volume, create, given):
    source = given.used_volume()
    asked = {"name": create.name("snapshot"), "metadata": {"type": "test"}}
    shown = given.snapshot(source["id"], **asked)
    path = f"/snapshots/{shown['id']}"
    assert is_uuid(shown["id"])
    assert is_time(shown["created_at"])
    assert {field: shown[field] for field in asked} == asked
    assert [shown["volume_id"], shown["size"]] == [source["id"], source["size"]]
    assert shown["id"] in _listed(volume, _PLAIN)
    # While there is a snapshot its volume stays.
    refused(volume.delete(f"/volumes/{source['id']}"), 400)

    new = {"name": create.name("renamed"), "description": "changed"}
    changed = expect(volume.put(path, json={"snapshot": new}), 200)["snapshot"]
    after = expect(volume.get(path), 200)["snapshot"]
    for answer in (changed, after):
        assert {field: answer[field] for field in new} == new
    assert after["metadata"] == asked["metadata"]
    expect(volume.delete(path), 202)
    given.gone("snapshot", shown["id"])
    assert _listed(volume, _PLAIN, volume_id=source["id"]) == []
    refused(volume.delete(path), 404)
    kept = expect(volume.get(f"/volumes/{source['id']}"), 200)["volume"]
    assert kept["status"] == "available"


def _narrows(volume, made, path):
    """A list narrows by name, and by name and status. Returns the entry of one snapshot."""
    name = {"name": made["name"]}
    listed = expect(volume.get(path, params=name), 200)["snapshots"]
    assert ids(listed) == [made["id"]]
    assert _listed(volume, path, **name, status="error") == []
    return listed[0]


@idempotent_id("59f41f43-aebf-48a9-ab5d-d76340fab32b")
def test_the_list_of_snapshots_narrows_by_name_and_status(volume, shared):
    made = shared.snapshots[0]
    entry = _narrows(volume, made, _PLAIN)
    assert made["id"] in _listed(volume, _PLAIN, status="available")
    assert {field: entry[field] for field in ("name", "status")} == {
        field: made[field] for field in ("name", "status")
    }


@idempotent_id("220a1022-1fcd-4a74-a7bd-6b859156cda2")
def test_the_detailed_list_of_snapshots_narrows_by_name_and_status(volume, shared):
    made = shared.snapshots[1]
    entry = _narrows(volume, made, _DETAIL)
    assert entry == expect(volume.get(f"/snapshots/{made['id']}"), 200)["snapshot"]


@idempotent_id("677863d1-3142-456d-b6ac-9924f667a7f4")
def test_a_volume_is_made_from_a_snapshot_and_may_be_larger(create, given, shared):
    snapshot = shared.snapshots[0]
    name = create.name("volume")
    fields = {"name": name, "snapshot_id": snapshot["id"]}
    refused(create("volume", **fields, size=snapshot["size"] - 1), 400)
    sizes = {}
    for more in (0, 1):
        made = expect(create("volume", **fields, size=snapshot["size"] + more), 202)["volume"]
        sizes[made["id"]] = snapshot["size"] + more
    ready = given.volumes_named(name, 2)
    assert {copy["id"]: copy["size"] for copy in ready} == sizes
    assert {copy["snapshot_id"] for copy in ready} == {snapshot["id"]}


@idempotent_id("a2f20f99-e363-4584-be97-bc33afb1a56c")
def test_the_metadata_of_a_snapshot_is_added_to_replaced_and_deleted(volume, given, shared):
    assert shared.snapshots[0]["metadata"] == {}
    made = given.used_snapshot()
    path = f"/snapshots/{made['id']}/metadata"
    first = {"key1": "value1"}
    assert expect(volume.put(path, json={"metadata": first}), 200)["metadata"] == first
    added = {"key2": "value2", "key3": "<value&special_chars>"}
    answer = expect(volume.post(path, json={"metadata": added}), 200)["metadata"]
    assert answer == {**first, **added}
    assert expect(volume.get(path), 200)["metadata"] == {**first, **added}
    replaced = {"key2": "changed", "key5": "value5"}
    assert expect(volume.put(path, json={"metadata": replaced}), 200)["metadata"] == replaced
    # That a key goes shows that it was there, and what is left shows what the rest was.
    expect(volume.delete(f"{path}/key5"), 200)
    refused(volume.delete(f"{path}/key5"), 404)
    assert expect(volume.get(path), 200)["metadata"] == {"key2": "changed"}


@idempotent_id("bd2363bc-de92-48a4-bc98-28943c6e4be1")
def test_setting_the_metadata_of_a_snapshot_replaces_all_of_it(volume, given):
    made = given.used_snapshot()
    path = f"/snapshots/{made['id']}/metadata"
    for metadata in ({"key1": "value1", "key2": "value2"}, {"key2": "changed", "key3": "value3"}):
        answer = expect(volume.put(path, json={"metadata": metadata}), 200)["metadata"]
        assert answer == metadata
    shown = expect(volume.get(f"/snapshots/{made['id']}"), 200)["snapshot"]
    assert shown["metadata"] == metadata


@idempotent_id("e8ff85c5-8f97-477f-806a-3ac364a949ed")
def test_one_metadata_item_of_a_snapshot_is_changed_and_shown(volume, given):
    made = given.used_snapshot()
    path = f"/snapshots/{made['id']}/metadata"
    before = {"key1": "value1", "key2": "value2", "key3": "value3"}
    assert expect(volume.put(path, json={"metadata": before}), 200)["metadata"] == before
    changed = volume.put(f"{path}/key3", json={"meta": {"key3": "changed"}})
    assert expect(changed, 200)["meta"] == {"key3": "changed"}
    assert expect(volume.get(f"{path}/key3"), 200)["meta"] == {"key3": "changed"}
    assert expect(volume.get(path), 200)["metadata"] == {**before, "key3": "changed"}
    refused(volume.get(f"{path}/nothing"), 404)


def _refuses_snapshot(volume, create, shared, *wrong):
    """No snapshot comes of the wrong requests; the one of the name came of a right one."""
    made = shared.snapshots[0]
    for status, fields in wrong:
        refused(create("snapshot", name=made["name"], **fields), status)
    assert _listed(volume, _PLAIN, name=made["name"]) == [made["id"]]


@idempotent_id("e3e466af-70ab-4f4b-a967-ab04e3532ea7")
def test_a_snapshot_of_a_volume_that_does_not_exist_is_not_found(volume, create, shared):
    _refuses_snapshot(volume, create, shared, (404, {"volume_id": str(uuid.uuid4())}))


@idempotent_id("bb9da53e-d335-4309-9c15-7e76fd5e4d6d")
def test_a_snapshot_of_no_volume_is_refused(volume, create, shared):
    # The null volume is one that does not exist; to name none at all is a malformed request.
    _refuses_snapshot(volume, create, shared, (404, {"volume_id": None}), (400, {}))


@idempotent_id("0c36f6ae-4604-4017-b0a9-34fdc63096f9")
def test_a_volume_from_a_snapshot_that_does_not_exist_is_not_found(volume, create, shared):
    made = shared.volume
    fields = {"name": made["name"], "snapshot_id": str(uuid.uuid4()), "size": 2}
    refused(create("volume", **fields), 404)
    # The one of the name came of a right request.
    assert ids(_volumes(volume, name=made["name"])) == [made["id"]]


@idempotent_id("1f035827-7c32-4019-9240-b4ec2dbd9dfd")
def test_a_volume_whose_id_is_none_is_not_deleted(volume, shared):
    kept = shared.volume
    refused(volume.delete("/volumes/invalid"), 404)
    assert ids(_volumes(volume, name=kept["name"], status="available")) == [kept["id"]]


@idempotent_id("441a1550-5d44-4b30-af0f-a6d402f52026")
def test_a_volume_without_an_id_is_not_deleted(volume, shared):
    kept = shared.volume
    expect(volume.delete("/volumes/"), 404)
    # All of them would be meant, if any.
    assert {kept["id"], *ids(list(shared.volumes))} <= set(
        ids(_volumes(volume, status="available"))
    )


@idempotent_id("555efa6e-efcd-44ef-8a3b-4a7ca4837a29")
def test_a_volume_that_does_not_exist_is_not_deleted(volume, shared):
    kept = shared.volume
    refused(volume.delete(f"/volumes/{uuid.uuid4()}"), 404)
    # It was not another that went instead.
    shown = expect(volume.get(f"/volumes/{kept['id']}"), 200)["volume"]
    assert shown["status"] == "available"
