"""Images and their schemas are shown, or are not there (api-ref: "Show image", "Image schemas")."""

import uuid

from refcheck.testing import Body, entries, expect, idempotent_id, refused

BASE = {
    "checksum", "container_format", "created_at", "disk_format", "file", "id", "min_disk",
    "min_ram", "name", "os_hash_algo", "os_hash_value", "owner", "protected", "schema", "self",
    "size", "status", "tags", "updated_at", "virtual_size", "visibility",
}  # fmt: skip
KNOWN = {
    "status": ("queued", "saving", "active", "killed", "deleted", "pending_delete", "deactivated"),
    "visibility": ("public", "private", "shared", "community"),
    "container_format": ("bare",),
    "disk_format": ("raw",),
}


@idempotent_id("622b925c-479f-4736-860d-adeaf13bc371")
def test_the_schema_of_an_image_describes_the_images_there_are(image, shared, create):
    schema = expect(image.get("/schemas/image"), 200).json
    assert schema["name"] == "image"
    properties = schema["properties"]
    assert set(properties) >= BASE
    for name in BASE:
        assert isinstance(properties[name], Body), name
        assert properties[name]["type"], name
    for name, values in KNOWN.items():
        assert isinstance(properties[name]["enum"], list)
        assert [value for value in values if value not in properties[name]["enum"]] == []
    # Properties of one's own are allowed, as text.
    assert schema["additionalProperties"] == {"type": "string"}
    links = {str(link["rel"]): link["href"] for link in entries(schema["links"])}
    assert links["self"] == "{self}"
    assert links["enclosure"] == "{file}"

    assert "colour" not in properties
    for shown in shared.images:
        assert shown["colour"] == "blue"
        _assert_described(shown, properties)
        for name in ("status", "visibility", "disk_format", "container_format"):
            assert shown[name] in properties[name]["enum"]
    refused(image.get(f"/schemas/{create.name('nothing')}"), 404)


@idempotent_id("25c8d7b2-df21-460f-87ac-93130bcdc684")
def test_the_schema_of_a_list_describes_the_list_there_is(image, shared):
    schema = expect(image.get("/schemas/images"), 200).json
    assert schema["name"] == "images"
    properties = schema["properties"]
    assert set(properties) >= {"images", "first", "next", "schema"}
    assert isinstance(properties["images"], Body)
    assert properties["images"]["type"] == "array"
    item = properties["images"]["items"]
    assert isinstance(item, Body)
    assert item["name"] == "image"
    assert item["properties"] == shared.image_properties, "a listed image is an image"
    links = {str(link["rel"]): link["href"] for link in entries(schema["links"])}
    assert links["first"] == "{first}"
    assert links["next"] == "{next}"

    made = shared.images[0]
    listed = expect(image.get("/images", params={"name": made["name"], "limit": 1}), 200).json
    assert set(listed) <= set(properties)
    for entry in entries(listed["images"]):
        _assert_described(entry, item["properties"])


@idempotent_id("e57fc127-7ba0-4693-92d7-1d8a05ebcba9")
def test_a_deleted_image_can_be_neither_shown_nor_deleted(image, shared):
    path = f"/images/{shared.deleted_image['id']}"
    refused(image.get(path), 404)
    refused(image.delete(path), 404)


@idempotent_id("ef45000d-0a72-4781-866d-4cb7bf2562ad")
def test_no_image_in_particular_cannot_be_shown(image, shared):
    made = shared.images[0]
    refused(image.get("/images/"), 404)
    assert expect(image.get(f"/images/{made['id']}"), 200).json == made


@idempotent_id("668743d5-08ad-4480-b2b8-15da34f81d9f")
def test_an_image_that_never_was_cannot_be_shown(image, shared, second):
    made = shared.images[0]
    refused(image.get(f"/images/{uuid.uuid4()}"), 404)
    # A name is not an id.
    refused(image.get(f"/images/{made['name']}"), 404)
    assert expect(image.get(f"/images/{made['id']}"), 200)["name"] == made["name"]
    refused(image.get(f"/images/{made['id']}", authenticated=False), 401)
    # To others a private image is one that never was.
    second.must_not_see("image", f"/images/{made['id']}")


def _assert_described(shown, properties):
    """Every field is in the schema, or is a property of somebody's own: text."""
    assert set(shown) >= BASE
    for name, value in shown.items():
        assert name in properties or isinstance(value, str), name
