"""All images a project may see are listed (api-ref: "List images")."""

from refcheck.testing import entries, expect, idempotent_id, ids, is_time, is_uuid, refused

FIELDS = (
    "checksum", "container_format", "created_at", "disk_format", "file", "id", "min_disk",
    "min_ram", "name", "os_hash_algo", "os_hash_value", "owner", "protected", "schema", "self",
    "size", "status", "tags", "updated_at", "virtual_size", "visibility",
)  # fmt: skip
STATUSES = (
    "queued", "saving", "active", "deactivated", "uploading", "importing", "killed",
    "pending_delete",
)  # fmt: skip


@idempotent_id("1e341d7a-90a9-494c-b143-2cdf2aeb6aee")
def test_the_list_holds_every_image_once_and_as_it_is_shown(image, shared, cloud):
    made = [*shared.images, shared.queued_image]
    # The newest come first: ours are on the first page, unless others made a thousand since.
    first = expect(image.get("/images", params={"limit": 1000}), 200)
    assert first["schema"] == "/v2/schemas/images"
    assert str(first["first"]).startswith("/v2/images")

    listed = entries(first["images"])
    seen = ids(listed)
    assert len(seen) == len(set(seen)), "an image is listed once"
    by_id = {entry["id"]: entry for entry in listed}
    for shown in made:
        assert shown["id"] in by_id
        for field in FIELDS:
            assert by_id[shown["id"]][field] == shown[field], field
        assert shown["owner"] == cloud.project_id
    for entry in listed:
        _assert_well_formed(entry)
    refused(image.get("/images", authenticated=False), 401)


def _assert_well_formed(entry):
    assert is_uuid(entry["id"])
    assert entry["visibility"] in ("public", "private", "shared", "community")
    assert entry["status"] in STATUSES
    assert is_time(entry["created_at"])
    assert is_time(entry["updated_at"])
    assert isinstance(entry["protected"], bool)
    assert isinstance(entry["tags"], list)
    for field in ("min_disk", "min_ram"):
        assert isinstance(entry[field], int)
    for field in ("size", "virtual_size"):
        assert entry[field] is None or isinstance(entry[field], int)
    assert entry["self"] == f"/v2/images/{entry['id']}"
    assert entry["file"] == f"/v2/images/{entry['id']}/file"
    assert entry["schema"] == "/v2/schemas/image"
