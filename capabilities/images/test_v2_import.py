"""Image data goes in and comes out unchanged (api-ref: "Create image", "Image data")."""

import hashlib

from refcheck.testing import entries, expect, idempotent_id, is_time, is_uuid, refused

CONTENT = bytes(range(256)) * 8
STREAM = {"Content-Type": "application/octet-stream"}


@idempotent_id("139b765e-7f3d-4b3d-8b37-3ca3876ee318")
def test_uploaded_data_is_kept_to_the_last_byte(image, create, cloud):
    registered = expect(
        create(
            "image",
            container_format="bare",
            disk_format="raw",
            visibility="private",
            min_disk=1,
            min_ram=2,
            tags=["seen"],
            colour="green",
        ),
        201,
    )
    made = registered.json
    path = f"/images/{made['id']}"
    _assert_as_asked(made, cloud)
    assert registered.header("Location").endswith(f"/v2{path}")
    assert made["status"] == "queued"
    for field in ("size", "checksum", "os_hash_value"):
        assert made[field] is None, field
    expect(image.get(f"{path}/file"), 204)

    expect(image.put(f"{path}/file", data=CONTENT, headers=STREAM), 204)
    shown = expect(image.get(path), 200).json
    _assert_as_asked(shown, cloud)
    assert (shown["name"], shown["created_at"]) == (made["name"], made["created_at"])
    assert shown["status"] == "active"
    assert shown["size"] == len(CONTENT)
    # Some operators turn the old checksum off; then it says nothing rather than wrong things.
    md5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    assert shown["checksum"] in (md5, None)
    assert shown["os_hash_algo"] in hashlib.algorithms_available
    assert shown["os_hash_value"] == hashlib.new(shown["os_hash_algo"], CONTENT).hexdigest()

    # Data is written once.
    refused(image.put(f"{path}/file", data=b"other", headers=STREAM), 409)
    data = expect(image.get(f"{path}/file"), 200)
    assert data.content == CONTENT
    assert data.header("Content-Type") == "application/octet-stream"
    refused(image.get(f"{path}/file", authenticated=False), 401)


@idempotent_id("292bd310-369b-41c7-a7a3-10276ef76753")
def test_an_unknown_container_format_is_refused(image, create, shared):
    _refuses(image, create, shared.images[0], container_format="wrong")


@idempotent_id("70c6040c-5a97-4111-9e13-e73665264ce1")
def test_an_unknown_disk_format_is_refused(image, create, shared):
    _refuses(image, create, shared.images[0], disk_format="wrong")


def _refuses(image, create, made, **wrong):
    """No image comes of a wrong format; the one of the name came of the right formats."""
    right = {"container_format": "bare", "disk_format": "raw"}
    refused(create("image", name=made["name"], **{**right, **wrong}), 400)
    (listed,) = _named(image, made["name"])
    assert listed["id"] == made["id"]
    assert {field: listed[field] for field in right} == right


def _assert_as_asked(shown, cloud):
    assert is_uuid(shown["id"])
    assert shown["container_format"] == "bare"
    assert shown["disk_format"] == "raw"
    assert shown["visibility"] == "private"
    assert shown["protected"] is False
    assert shown["owner"] == cloud.project_id
    assert (shown["min_disk"], shown["min_ram"]) == (1, 2)
    assert shown["tags"] == ["seen"]
    assert shown["colour"] == "green"
    assert is_time(shown["created_at"])
    assert is_time(shown["updated_at"])
    assert shown["self"] == f"/v2/images/{shown['id']}"
    assert shown["file"] == f"/v2/images/{shown['id']}/file"
    assert shown["schema"] == "/v2/schemas/image"


def _named(image, name):
    return entries(expect(image.get("/images", params={"name": name}), 200)["images"])
