"""A volume that is not there is not changed.

API reference: Block Storage API, "Volumes (volumes)", "Update a volume".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, ids, refused


def _body(name):
    return {"volume": {"name": name, "description": "changed"}}


def _changes(volume, given, name):
    """The positive control: a volume that is there gets the name, and nothing else has it."""
    made = given.used_volume()
    changed = expect(volume.put(f"/volumes/{made['id']}", json=_body(name)), 200)["volume"]
    listed = expect(volume.get("/volumes/detail", params={"name": name}), 200)["volumes"]
    assert ids(listed) == [made["id"]]
    for answer in (changed, listed[0]):
        assert [answer["name"], answer["description"]] == [name, "changed"]
        assert answer["size"] == made["size"]


@idempotent_id("72aeca85-57a5-4c1f-9057-f320f9ea575b")
def test_an_empty_id_is_not_found(volume, create, given):
    name = create.name("renamed")
    expect(volume.put("/volumes/", json=_body(name)), 404)
    _changes(volume, given, name)


@idempotent_id("e66e40d6-65e6-4e75-bdc7-636792fa152d")
def test_an_id_that_is_none_is_not_found(volume, create, given):
    name = create.name("renamed")
    refused(volume.put("/volumes/invalid", json=_body(name)), 404)
    _changes(volume, given, name)


@idempotent_id("0186422c-999a-480e-a026-6a665744c30c")
def test_a_volume_that_does_not_exist_is_not_found(volume, create, given):
    name = create.name("renamed")
    refused(volume.put(f"/volumes/{uuid.uuid4()}", json=_body(name)), 404)
    _changes(volume, given, name)
