"""The list of images can be narrowed and cut into pages (api-ref: "List images", query filters)."""

import uuid

from refcheck.testing import HarnessFault, entries, expect, idempotent_id, ids, refused


@idempotent_id("9959ca1d-1aa7-4b7a-a1ea-0fff0499b37e")
def test_images_are_found_by_container_format(image, given, shared):
    _by_format(image, given, shared, "container_format", ("ovf", "ova", "docker"))


@idempotent_id("4a4735a7-f22f-49b6-b0d9-66e1ef7453eb")
def test_images_are_found_by_disk_format(image, given, shared):
    _by_format(image, given, shared, "disk_format", ("qcow2", "iso", "vmdk", "vdi"))


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

    refused(image.get("/images", params={"limit": -1}), 400)
    refused(image.get("/images", params={"marker": str(uuid.uuid4())}), 400)


@idempotent_id("4ad8c157-971a-4ba8-aa84-ed61154b1e7f")
def test_images_are_found_between_two_sizes(image, shared):
    small, large = shared.images
    around = {"size_min": small["size"] - 1, "size_max": small["size"] + 1}
    _tells_apart(image, shared, around, [small], [large])

    # Each bound by itself, and the bound's own value belongs to the range.
    _tells_apart(image, shared, {"size_min": large["size"]}, [large], [small])
    _tells_apart(image, shared, {"size_max": small["size"]}, [small], [large])
    between = {"size_min": small["size"] + 1, "size_max": large["size"] - 1}
    _tells_apart(image, shared, between, [], [small, large])
    refused(image.get("/images", params={"size_min": "many"}), 400)


@idempotent_id("cf1b9a48-8340-480e-af7b-fe7e17690876")
def test_images_are_found_by_exact_size(image, shared):
    small, large = shared.images
    assert (small["size"], large["size"]) == (1021, 2053)
    _tells_apart(image, shared, {"size": 1021}, [small], [large])
    _tells_apart(image, shared, {"size": 2053}, [large], [small])
    _tells_apart(image, shared, {"size": 1022}, [], [small, large])


@idempotent_id("7fc9e369-0f58-4d05-9aa5-0969e2d59d15")
def test_images_are_found_by_status(image, given, shared):
    active, queued = shared.images, given.image(tags=shared.images[0]["tags"])
    _tells_apart(image, shared, {"status": "active"}, active, [queued])
    _tells_apart(image, shared, {"status": "queued"}, [queued], active)
    _tells_apart(image, shared, {"status": "in:active,queued"}, [*active, queued], [])


@idempotent_id("7a95bb92-d99e-4b12-9718-7bc6ab73e6d2")
def test_images_are_found_by_visibility(image, shared, cloud):
    private, common = shared.images
    _tells_apart(image, shared, {"visibility": "private"}, [private], [common])
    _tells_apart(image, shared, {"visibility": "shared"}, [common], [private])
    seen = expect(image.get("/images", params={"visibility": "private"}), 200)["images"]
    owners = [entry["owner"] for entry in entries(seen)]
    assert set(map(str, owners)) == {cloud.project_id}, "private is what nobody else can see"
    refused(image.get("/images", params={"visibility": "nearly-private"}), 400)


def _by_format(image, given, shared, field, candidates):
    """Images of the usual format and of another are told apart, and found together."""
    usual, other = shared.images[0][field], _allowed(image, field, candidates)
    packed = given.image(tags=shared.images[0]["tags"], **{field: other})
    _tells_apart(image, shared, {field: usual}, shared.images, [packed])
    _tells_apart(image, shared, {field: other}, [packed], shared.images)
    _tells_apart(image, shared, {field: f"in:{usual},{other}"}, [*shared.images, packed], [])


def _tells_apart(image, shared, filters, these, not_those):
    """Among the images of our own tag the filter finds these, each once, and not those."""
    params = {"tag": shared.images[0]["tags"][0], **filters}
    found = ids(expect(image.get("/images", params=params), 200)["images"])
    for one in these:
        assert found.count(one["id"]) == 1, f"{filters} finds it {found.count(one['id'])} times"
    for one in not_those:
        assert one["id"] not in found, f"{filters} finds it"


def _allowed(image, field, candidates):
    """The first of these formats that the cloud takes: which ones is the operator's choice."""
    taken = expect(image.get("/schemas/image"), 200)["properties"][field]["enum"]
    for candidate in candidates:
        if candidate in taken:
            return candidate
    raise HarnessFault(f"configuration: no {field} but the usual one is allowed ({taken})")
