"""The metadata of a volume is created, read, changed and deleted.

API reference: Block Storage API, "Volumes (volumes)", "Create metadata for volume" and following.
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("6f5b125b-f664-44bf-910f-751591fe5769")
def test_the_metadata_of_a_volume_is_added_to_replaced_and_deleted(volume, given):
    made = given.used_volume()
    path = f"/volumes/{made['id']}/metadata"
    assert expect(volume.put(path, json={"metadata": {"first": "1"}}), 200)["metadata"] == {
        "first": "1"
    }
    # POST adds, PUT replaces. Characters that mean something elsewhere are only text here.
    added = {"key2": "value2", "key3": "<value&special_chars> \u00e9\u5143"}
    answer = expect(volume.post(path, json={"metadata": added}), 200)["metadata"]
    assert answer == {"first": "1", **added}
    assert expect(volume.get(path), 200)["metadata"] == {"first": "1", **added}
    replaced = {"key4": "value4", "key2": "changed"}
    assert expect(volume.put(path, json={"metadata": replaced}), 200)["metadata"] == replaced
    refused(volume.put(path, json={"metadata": {"key": "v" * 256}}), 400)
    # That a key goes shows that it was there, and what is left shows what the rest was.
    expect(volume.delete(f"{path}/key4"), 200)
    refused(volume.delete(f"{path}/key4"), 404)
    shown = expect(volume.get(f"/volumes/{made['id']}"), 200)["volume"]["metadata"]
    # Another test may have set the read-only flag, which is told here.
    assert {key: shown[key] for key in shown if key != "readonly"} == {"key2": "changed"}


@idempotent_id("862261c5-8df4-475a-8c21-946e50e36a20")
def test_one_metadata_item_of_a_volume_is_changed_and_shown(volume, given):
    made = given.used_volume()
    path = f"/volumes/{made['id']}/metadata"
    before = {"key1": "value1", "key2": "value2", "key3": "value3"}
    assert expect(volume.put(path, json={"metadata": before}), 200)["metadata"] == before
    changed = volume.put(f"{path}/key3", json={"meta": {"key3": "changed"}})
    assert expect(changed, 200)["meta"] == {"key3": "changed"}
    assert expect(volume.get(f"{path}/key3"), 200)["meta"] == {"key3": "changed"}
    refused(volume.get(f"{path}/nothing"), 404)
    # The key in the body must be the key in the path.
    refused(volume.put(f"{path}/key1", json={"meta": {"key2": "other"}}), 400)
    assert expect(volume.get(path), 200)["metadata"] == {**before, "key3": "changed"}
