"""An image's properties and tags can be changed (api-ref: "Update image", "Image tags")."""

import json
import uuid

from refcheck.testing import entries, expect, idempotent_id, ids, is_time, refused

PATCH = {"Content-Type": "application/openstack-images-v2.1-json-patch"}


@idempotent_id("f66891a7-a35c-41a8-b590-a065c2a1caa6")
def test_properties_are_replaced_added_and_removed_and_nothing_else_changes(image, given, create):
    before = given.image(colour="red", shape="round")
    path = f"/images/{before['id']}"
    name = create.name("renamed")
    changes = [
        {"op": "replace", "path": "/name", "value": name},
        {"op": "replace", "path": "/min_ram", "value": 64},
        {"op": "replace", "path": "/colour", "value": "green"},
        {"op": "add", "path": "/taste", "value": "sweet"},
        {"op": "remove", "path": "/shape"},
    ]
    shown = expect(_patch(image, path, changes), 200).json
    wanted = {**before, "name": name, "min_ram": 64, "colour": "green", "taste": "sweet"}
    del wanted["shape"]
    assert {**shown, "updated_at": ""} == {**wanted, "updated_at": ""}
    assert is_time(before["updated_at"])
    assert is_time(shown["updated_at"])
    assert shown["updated_at"] >= before["updated_at"]
    assert _listed(image, name=name) == [before["id"]]

    # What the service looks after itself cannot be written, and a bad patch changes nothing.
    status = {"op": "replace", "path": "/status", "value": "active"}
    refused(_patch(image, path, [status]), 403)
    absent = {"op": "remove", "path": "/never-was"}
    refused(_patch(image, path, [{"op": "remove", "path": "/taste"}, absent]), 409)
    assert expect(image.get(path), 200).json == shown


@idempotent_id("10407036-6059-4f95-a2cd-cbbbee7ed329")
def test_a_tag_is_put_on_and_taken_off(image, given, create):
    made = given.image(tags=["first"])
    path = f"/images/{made['id']}"
    tag = create.name("tag")
    assert not expect(image.put(f"{path}/tags/{tag}"), 204).content
    # Once more changes nothing.
    expect(image.put(f"{path}/tags/{tag}"), 204)
    listed = entries(expect(image.get("/images", params={"tag": tag}), 200)["images"])
    assert ids(listed) == [made["id"]], "a tag is put on one image"
    assert _tags(listed[0]) == sorted(["first", tag])

    assert not expect(image.delete(f"{path}/tags/{tag}"), 204).content
    assert _tags(expect(image.get(path), 200).json) == ["first"]


@idempotent_id("8cd30f82-6f9a-4c6e-8034-c1b51fba43d9")
def test_an_image_that_never_was_cannot_be_tagged(image, given, create):
    tag = create.name("tag")
    nowhere = str(uuid.uuid4())
    refused(image.put(f"/images/{nowhere}/tags/{tag}"), 404)
    made = given.image()
    expect(image.put(f"/images/{made['id']}/tags/{tag}"), 204)
    assert _listed(image, tag=tag) == [made["id"]]


def _patch(image, path, changes):
    return image.patch(path, data=json.dumps(changes).encode(), headers=PATCH)


def _tags(shown):
    assert isinstance(shown["tags"], list)
    return sorted(map(str, shown["tags"]))


def _listed(image, **filters):
    return ids(expect(image.get("/images", params=filters), 200)["images"])
