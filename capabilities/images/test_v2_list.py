"""The list of images can be narrowed and cut into pages (api-ref: "List images", query filters)."""

import uuid

from refcheck.testing import entries, expect, idempotent_id, ids, refused


@idempotent_id("9959ca1d-1aa7-4b7a-a1ea-0fff0499b37e")
def test_images_are_found_by_container_format(image, shared):
    _by_what_differs(image, shared, "container_format")


@idempotent_id("4a4735a7-f22f-49b6-b0d9-66e1ef7453eb")
def test_images_are_found_by_disk_format(image, shared):
    _by_what_differs(image, shared, "disk_format")


@idempotent_id("e914a891-3cc8-4b40-ad32-e0a39ffbddbb")
def test_a_limited_list_goes_on_where_the_page_ended(image, shared):
    # Our own tag keeps other people's images out of the pages. They were made in another order.
    made = [shared.queued_image, *shared.images]
    whole, tag = ids(made), made[0]["tags"][0]
    ours = {"tag": tag, "sort_key": "name", "sort_dir": "asc"}
    page = expect(image.get("/images", params={**ours, "limit": 2}), 200)
    assert ids(page["images"]) == whole[:2]
    rest = expect(image.get(str(page["next"]).removeprefix("/v2")), 200)
    assert ids(rest["images"]) == whole[2:]
    assert "next" not in rest.json
    by_hand = image.get("/images", params={**ours, "limit": 2, "marker": whole[0]})
    assert ids(expect(by_hand, 200)["images"]) == whole[1:]
    after_all = image.get("/images", params={**ours, "marker": whole[2]})
    assert expect(after_all, 200)["images"] == []

    refused(image.get("/images", params={"limit": -1}), 400)
    refused(image.get("/images", params={"marker": str(uuid.uuid4())}), 400)


@idempotent_id("4ad8c157-971a-4ba8-aa84-ed61154b1e7f")
def test_images_are_found_between_two_sizes(image, shared):
    small, large = shared.images
    # The bounds' own values belong to the range.
    just = {"size_min": small["size"], "size_max": small["size"]}
    _tells_apart(image, shared, just, [small], [large])
    # Each bound by itself.
    _tells_apart(image, shared, {"size_min": small["size"] + 1}, [large], [small])
    _tells_apart(image, shared, {"size_max": large["size"] - 1}, [small], [large])
    refused(image.get("/images", params={"size_min": "many"}), 400)


@idempotent_id("cf1b9a48-8340-480e-af7b-fe7e17690876")
def test_images_are_found_by_exact_size(image, shared):
    small, large = shared.images
    assert (small["size"], large["size"]) == (1021, 2053)
    _tells_apart(image, shared, {"size": 1021}, [small], [large])
    _tells_apart(image, shared, {"size": 1022}, [], [small, large])


@idempotent_id("7fc9e369-0f58-4d05-9aa5-0969e2d59d15")
def test_images_are_found_by_status(image, shared):
    _by_what_differs(image, shared, "status")


@idempotent_id("7a95bb92-d99e-4b12-9718-7bc6ab73e6d2")
def test_images_are_found_by_visibility(image, shared, cloud):
    private, common = shared.images
    _tells_apart(image, shared, {"visibility": "shared"}, [common], [private])
    everywhere = {"tag": "", "visibility": "private", "limit": 1000}
    seen = _tells_apart(image, shared, everywhere, [private], [common])
    owners = {str(entry["owner"]) for entry in seen}
    assert owners == {cloud.project_id}, "private is what nobody else can see"
    refused(image.get("/images", params={"visibility": "nearly-private"}), 400)


def _by_what_differs(image, shared, field):
    """The image without content differs in this field from the two others, which are alike."""
    usual, other = shared.images[0][field], shared.queued_image[field]
    _tells_apart(image, shared, {field: usual}, shared.images, [shared.queued_image])
    _tells_apart(image, shared, {field: other}, [shared.queued_image], shared.images)
    either = {field: f"in:{usual},{other}"}
    _tells_apart(image, shared, either, [*shared.images, shared.queued_image], [])


def _tells_apart(image, shared, filters, these, not_those):
    """The filter finds these, each once, and not those; among the images of our own tag.

    `tag: ""` looks at all images.
    """
    params = {"tag": shared.images[0]["tags"][0], **filters}
    listed = expect(image.get("/images", params={k: v for k, v in params.items() if v}), 200)
    found = ids(listed["images"])
    for one in these:
        assert found.count(one["id"]) == 1, f"{filters} finds it {found.count(one['id'])} times"
    for one in not_those:
        assert one["id"] not in found, f"{filters} finds it"
    return entries(listed["images"])
