"""The list of images can be narrowed and cut into pages (api-ref: "List images", query filters)."""

import uuid

from refcheck.testing import HarnessFault, entries, expect, idempotent_id, ids, refused

PAGES = 100
SMALL, LARGE = b"s" * 1021, b"l" * 2053


@idempotent_id("9959ca1d-1aa7-4b7a-a1ea-0fff0499b37e")
def test_images_are_found_by_container_format(image, given):
    other = _allowed(image, "container_format", ("ovf", "ova", "docker"))
    bare, wrapped = given.image(), given.image(container_format=other)
    _assert_filtered(image, "container_format", "bare", found=bare, left_out=wrapped)
    _assert_filtered(image, "container_format", other, found=wrapped, left_out=bare)
    both = _found(image, container_format=f"in:bare,{other}")
    assert {bare["id"], wrapped["id"]} <= set(ids(both))


@idempotent_id("4a4735a7-f22f-49b6-b0d9-66e1ef7453eb")
def test_images_are_found_by_disk_format(image, given):
    other = _allowed(image, "disk_format", ("qcow2", "iso", "vmdk", "vdi"))
    raw, packed = given.image(), given.image(disk_format=other)
    _assert_filtered(image, "disk_format", "raw", found=raw, left_out=packed)
    _assert_filtered(image, "disk_format", other, found=packed, left_out=raw)
    both = _found(image, disk_format=f"in:raw,{other}")
    assert {raw["id"], packed["id"]} <= set(ids(both))


@idempotent_id("e914a891-3cc8-4b40-ad32-e0a39ffbddbb")
def test_a_limited_list_goes_on_where_the_page_ended(image, given, create):
    # A tag of their own keeps other people's images out of the pages.
    tag = create.name("tag")
    made = {letter: given.image(name=f"{tag}-{letter}", tags=[tag]) for letter in "bac"}
    ours = {"tag": tag, "sort_key": "name", "sort_dir": "asc"}
    whole = ids(expect(image.get("/images", params=ours), 200)["images"])
    assert whole == [made[letter]["id"] for letter in "abc"]

    page = expect(image.get("/images", params={**ours, "limit": 2}), 200)
    assert ids(page["images"]) == whole[:2]
    rest = expect(image.get(str(page["next"]).removeprefix("/v2")), 200)
    assert ids(rest["images"]) == whole[2:]
    assert "next" not in rest.json
    by_hand = image.get("/images", params={**ours, "limit": 2, "marker": whole[0]})
    assert ids(expect(by_hand, 200)["images"]) == whole[1:]
    after_all = image.get("/images", params={**ours, "marker": whole[2]})
    assert expect(after_all, 200)["images"] == []
    assert len(expect(image.get("/images", params={"limit": 1}), 200)["images"]) == 1

    refused(image.get("/images", params={"limit": -1}), 400)
    refused(image.get("/images", params={"marker": str(uuid.uuid4())}), 400)


@idempotent_id("4ad8c157-971a-4ba8-aa84-ed61154b1e7f")
def test_images_are_found_between_two_sizes(image, given):
    small, large = given.image(SMALL), given.image(LARGE)
    between = _found(image, size_min=len(SMALL) - 1, size_max=len(SMALL) + 1)
    assert small["id"] in ids(between)
    assert large["id"] not in ids(between)
    around = (len(SMALL) - 1, len(SMALL), len(SMALL) + 1)
    assert all(entry["size"] in around for entry in between)

    # Each bound by itself, and the bound's own value belongs to the range.
    low = _found(image, size_min=len(LARGE), owner=large["owner"])
    assert large["id"] in ids(low)
    assert small["id"] not in ids(low)
    high = _found(image, size_max=len(SMALL), owner=small["owner"])
    assert small["id"] in ids(high)
    assert large["id"] not in ids(high)
    none = _found(image, size_min=len(SMALL) + 1, size_max=len(LARGE) - 1)
    assert not {small["id"], large["id"]} & set(ids(none))
    refused(image.get("/images", params={"size_min": "many"}), 400)


@idempotent_id("cf1b9a48-8340-480e-af7b-fe7e17690876")
def test_images_are_found_by_exact_size(image, given):
    small, large = given.image(SMALL), given.image(LARGE)
    assert small["size"] == len(SMALL)
    assert large["size"] == len(LARGE)
    _assert_filtered(image, "size", len(SMALL), found=small, left_out=large)
    _assert_filtered(image, "size", len(LARGE), found=large, left_out=small)
    assert not {small["id"], large["id"]} & set(ids(_found(image, size=len(SMALL) + 1)))


@idempotent_id("7fc9e369-0f58-4d05-9aa5-0969e2d59d15")
def test_images_are_found_by_status(image, given):
    active, queued = given.image(SMALL), given.image()
    _assert_filtered(image, "status", "active", found=active, left_out=queued)
    _assert_filtered(image, "status", "queued", found=queued, left_out=active)
    both = _found(image, status="in:active,queued")
    assert {active["id"], queued["id"]} <= set(ids(both))


@idempotent_id("7a95bb92-d99e-4b12-9718-7bc6ab73e6d2")
def test_images_are_found_by_visibility(image, given, cloud):
    private, shared = given.image(visibility="private"), given.image(visibility="shared")
    _assert_filtered(image, "visibility", "private", found=private, left_out=shared)
    _assert_filtered(image, "visibility", "shared", found=shared, left_out=private)
    owners = [entry["owner"] for entry in _found(image, visibility="private")]
    assert set(map(str, owners)) == {cloud.project_id}, "private is what nobody else can see"
    refused(image.get("/images", params={"visibility": "nearly-private"}), 400)


def _assert_filtered(image, field, value, *, found, left_out):
    listed = _found(image, **{field: value})
    assert [entry["id"] for entry in listed if entry[field] != value] == []
    assert ids(listed).count(found["id"]) == 1
    assert left_out["id"] not in ids(listed)


def _found(image, **filters):
    """Everything a filter lets through, from all pages."""
    answer = expect(image.get("/images", params={**filters, "limit": 500}), 200)
    found = entries(answer["images"])
    for _ in range(PAGES):
        following = answer.json.get("next")
        if not following:
            return found
        answer = expect(image.get(str(following).removeprefix("/v2")), 200)
        found = found + entries(answer["images"])
    raise HarnessFault(f"the project sees more than {PAGES} pages of images")


def _allowed(image, field, candidates):
    """The first of these formats that the cloud takes: which ones is the operator's choice."""
    taken = expect(image.get("/schemas/image"), 200)["properties"][field]["enum"]
    for candidate in candidates:
        if candidate in taken:
            return candidate
    raise HarnessFault(f"configuration: no {field} but the usual one is allowed ({taken})")
