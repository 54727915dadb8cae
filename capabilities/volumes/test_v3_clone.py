"""A volume is created as a copy of another.

API reference: Block Storage API, "Volumes (volumes)", "Create a volume" (`source_volid`).
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused, wait_for

_BUDGET = 300.0
"""Seconds for a deleted volume to be gone."""


@idempotent_id("3f591b4a-7dc6-444c-bd51-77469506b3a1")
def test_a_clone_lives_from_creation_to_deletion_and_its_source_stays(
    volume, create, given, shared
):
    source = shared.volume
    refused(create("volume", source_volid=source["id"], size=source["size"] - 1), 400)
    # A clone may be larger than its source, and is as large when no size is given.
    clone = given.volume(source_volid=source["id"], size=source["size"] + 1)
    assert clone["size"] == source["size"] + 1
    same = given.volume(source_volid=source["id"], size=None)
    assert same["size"] == source["size"]
    for copy in (clone, same):
        assert copy["source_volid"] == source["id"]
        assert copy["id"] != source["id"]
        assert copy["bootable"] == source["bootable"]

    path = f"/volumes/{clone['id']}"
    new = {"name": create.name("renamed"), "description": "a clone"}
    changed = expect(volume.put(path, json={"volume": new}), 200)["volume"]
    shown = expect(volume.get(path), 200)["volume"]
    for answer in (changed, shown):
        assert {field: answer[field] for field in new} == new
    expect(volume.delete(path), 202)

    def state():
        return str(expect(volume.get(path), 200, 404).status)

    wait_for(state, {"404"}, budget=_BUDGET, what=f"deleted volume {clone['id']}")
    kept = expect(volume.get(f"/volumes/{source['id']}"), 200)["volume"]
    assert [kept["status"], kept["name"]] == ["available", source["name"]]
