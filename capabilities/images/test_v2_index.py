"""All images a project may see are listed, page by page (api-ref: "List images")."""

from refcheck.testing import entries, expect, idempotent_id, ids, is_time, is_uuid, refused

CONTENT = b"refcheck index " * 64
PAGES = 100
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
def test_the_list_holds_every_image_once_and_as_it_is_shown(image, given, cloud):
    made = [given.image(), given.image(CONTENT), given.image(CONTENT, tags=["a", "b"])]
    first = expect(image.get("/images"), 200)
    assert first["schema"] == "/v2/schemas/images"
    assert str(first["first"]).startswith("/v2/images")

    listed = _all_pages(image, first)
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


def _all_pages(image, answer):
    found = entries(answer["images"])
    for _ in range(PAGES):
        following = answer.json.get("next")
        if not following:
            return found
        answer = expect(image.get(str(following).removeprefix("/v2")), 200)
        assert answer["images"], "a next page is offered only when there is one"
        found = found + entries(answer["images"])
    raise AssertionError(f"the list has not ended after {PAGES} pages")


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
