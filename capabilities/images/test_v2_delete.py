"""Images are deleted, and only those meant (api-ref: "Delete image", "Delete image tag")."""

import uuid

from refcheck.testing import expect, idempotent_id, ids, refused

CONTENT = b"refcheck delete " * 64


@idempotent_id("f848bb94-1c6e-45a4-8726-39e3a5b23535")
def test_a_deleted_image_is_gone_with_its_data_and_its_name(image, given, shared):
    kept, doomed = shared.images[0], given.image(CONTENT)
    assert doomed["status"] == "active"
    path = f"/images/{doomed['id']}"
    assert not expect(image.delete(path), 204).content

    refused(image.get(path), 404)
    refused(image.get(f"{path}/file"), 404)
    assert _named(image, doomed["name"]) == []
    assert _named(image, kept["name"]) == [kept["id"]]
    assert len(expect(image.get(f"/images/{kept['id']}/file"), 200).content) == kept["size"]
    refused(image.delete(path), 404)


@idempotent_id("32248db1-ab88-4821-9604-c7c369f1f88c")
def test_deleting_no_image_in_particular_deletes_none(image, given, shared):
    first, second = given.image(), shared.images[0]
    refused(image.delete("/images/"), 404)
    for one in (first, second):
        assert expect(image.get(f"/images/{one['id']}"), 200).json == one
    expect(image.delete(f"/images/{first['id']}"), 204)
    refused(image.get(f"/images/{first['id']}"), 404)


@idempotent_id("6fe40f1c-57bd-4918-89cc-8500f850f3de")
def test_an_image_that_never_was_cannot_be_deleted(image, given):
    bystander = given.image()
    refused(image.delete(f"/images/{uuid.uuid4()}"), 404)
    refused(image.delete("/images/no-such-image"), 404)
    expect(image.get(f"/images/{bystander['id']}"), 200)
    expect(image.delete(f"/images/{bystander['id']}"), 204)


@idempotent_id("39c023a2-325a-433a-9eea-649bf1414b19")
def test_a_tag_that_is_not_there_cannot_be_deleted(image, given):
    path = f"/images/{given.image(tags=['kept', 'doomed', 'too'])['id']}"
    refused(image.delete(f"{path}/tags/never-was"), 404)
    expect(image.delete(f"{path}/tags/doomed"), 204)
    assert _tags(image, path) == ["kept", "too"]
    refused(image.delete(f"{path}/tags/doomed"), 404)


def _tags(image, path):
    tags = expect(image.get(path), 200)["tags"]
    assert isinstance(tags, list)
    return sorted(map(str, tags))


def _named(image, name):
    return ids(expect(image.get("/images", params={"name": name}), 200)["images"])
