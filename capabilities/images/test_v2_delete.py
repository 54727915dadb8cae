"""Images are deleted, and only those meant (api-ref: "Delete image", "Delete image tag")."""

import uuid

from refcheck.testing import expect, idempotent_id, ids, is_uuid, refused

STREAM = {"Content-Type": "application/octet-stream"}
CONTENT = b"refcheck delete " * 64


@idempotent_id("f848bb94-1c6e-45a4-8726-39e3a5b23535")
def test_a_deleted_image_is_gone_with_its_data_and_its_name(image, given, shared):
    kept, doomed = shared.images[0], given.image()
    path = f"/images/{doomed['id']}"
    expect(image.put(f"{path}/file", data=CONTENT, headers=STREAM), 204)
    assert not expect(image.delete(path), 204).content

    refused(image.get(path), 404)
    refused(image.get(f"{path}/file"), 404)
    named = expect(image.get("/images", params={"name": doomed["name"]}), 200)
    assert ids(named["images"]) == []
    assert len(expect(image.get(f"/images/{kept['id']}/file"), 200).content) == kept["size"]
    refused(image.delete(path), 404)


@idempotent_id("32248db1-ab88-4821-9604-c7c369f1f88c")
def test_deleting_no_image_in_particular_deletes_none(image, shared):
    _deletes_one_in_particular(shared)
    refused(image.delete("/images/"), 404)
    bystander = shared.images[0]
    assert expect(image.get(f"/images/{bystander['id']}"), 200).json == bystander


@idempotent_id("6fe40f1c-57bd-4918-89cc-8500f850f3de")
def test_an_image_that_never_was_cannot_be_deleted(image, shared):
    _deletes_one_in_particular(shared)
    refused(image.delete(f"/images/{uuid.uuid4()}"), 404)
    refused(image.delete("/images/no-such-image"), 404)
    # One that was there is gone all the same when it is deleted again.
    refused(image.delete(f"/images/{shared.deleted_image['id']}"), 404)


def _deletes_one_in_particular(shared):
    """The positive control: an image was deleted by its id, and was seen to be gone."""
    assert is_uuid(shared.deleted_image["id"])


@idempotent_id("39c023a2-325a-433a-9eea-649bf1414b19")
def test_a_tag_that_is_not_there_cannot_be_deleted(image, given):
    path = f"/images/{given.image(tags=['kept', 'doomed', 'too'])['id']}"
    expect(image.delete(f"{path}/tags/doomed"), 204)
    refused(image.delete(f"{path}/tags/doomed"), 404)
    tags = expect(image.get(path), 200)["tags"]
    assert isinstance(tags, list)
    assert sorted(map(str, tags)) == ["kept", "too"]
