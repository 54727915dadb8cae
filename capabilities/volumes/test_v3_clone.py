"""A volume is created as a copy of another.

API reference: Block Storage API, "Volumes (volumes)", "Create a volume" (`source_volid`).
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("3f591b4a-7dc6-444c-bd51-77469506b3a1")
def test_a_clone_lives_from_creation_to_deletion_and_its_source_stays(
    volume, create, given, shared
):
    source = shared.volume
    name = create.name("clone")
    fields = {"name": name, "source_volid": source["id"]}
    refused(create("volume", **fields, size=source["size"] - 1), 400)
    # A clone may be larger than its source, and is as large when no size is given.
    asked = (source["size"] + 1, None)
    made = [expect(create("volume", **fields, size=size), 202)["volume"]["id"] for size in asked]
    clones = {clone["id"]: clone for clone in given.volumes_named(name, 2)}
    assert set(clones) == set(made)
    clone, same = (clones[clone_id] for clone_id in made)
    assert [clone["size"], same["size"]] == [source["size"] + 1, source["size"]]
    for copy in (clone, same):
        assert copy["source_volid"] == source["id"]
        assert copy["id"] != source["id"]
        assert copy["bootable"] == source["bootable"]

    expect(volume.delete(f"/volumes/{clone['id']}"), 202)
    given.gone("volume", clone["id"])
    kept = expect(volume.get(f"/volumes/{source['id']}"), 200)["volume"]
    assert [kept["status"], kept["name"]] == ["available", source["name"]]
