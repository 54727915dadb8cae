"""A volume that is not there is not changed.

API reference: Block Storage API, "Volumes (volumes)", "Update a volume".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, ids, refused


def _body(name):
    return {"volume": {"name": name, "description": "changed"}}


def _keeps(volume, made):
    """No other volume got the name, and the one that has it is as it was."""
    listed = expect(volume.get("/volumes/detail", params={"name": made["name"]}), 200)["volumes"]
    assert ids(listed) == [made["id"]]
    for field in ("name", "description", "size", "metadata"):
        assert listed[0][field] == made[field], f"{field} is {listed[0][field]!r}"


@idempotent_id("72aeca85-57a5-4c1f-9057-f320f9ea575b")
def test_an_empty_id_is_not_found(volume, shared):
    expect(volume.put("/volumes/", json=_body(shared.volume["name"])), 404)
    _keeps(volume, shared.volume)


@idempotent_id("e66e40d6-65e6-4e75-bdc7-636792fa152d")
def test_an_id_that_is_none_is_not_found(volume, shared):
    refused(volume.put("/volumes/invalid", json=_body(shared.volume["name"])), 404)
    _keeps(volume, shared.volume)


@idempotent_id("0186422c-999a-480e-a026-6a665744c30c")
def test_a_volume_that_does_not_exist_is_not_found(volume, create, given):
    name = create.name("renamed")
    refused(volume.put(f"/volumes/{uuid.uuid4()}", json=_body(name)), 404)
    # One that is there gets the name, and nothing else has it.
    made = given.used_volume()
    changed = expect(volume.put(f"/volumes/{made['id']}", json=_body(name)), 200)["volume"]
    listed = expect(volume.get("/volumes/detail", params={"name": name}), 200)["volumes"]
    assert ids(listed) == [made["id"]]
    for answer in (changed, listed[0]):
        assert [answer["name"], answer["description"]] == [name, "changed"]
        assert answer["size"] == made["size"]
