"""An image is made of a server.

API reference: Compute API, "Servers - run an action", "Create Image (createImage Action)".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, is_uuid, refused, wait_for

_BUDGET = 600.0
_SOONEST = 0.3
"""Seconds for the image to become active, at most and at least."""


def _made_image(compute, image, create, given, name):
    """The active image that came of a server, whose answer pointed at it."""
    server = given.used_server()
    body = {"createImage": {"name": name, "metadata": {"image_kind": "test"}}}
    answer = expect(compute.post(f"/servers/{server['id']}/action", json=body), 202)
    image_id = answer.header("location").rpartition("/")[2]
    assert is_uuid(image_id), f"the location ends in {image_id!r}"
    create.adopt("image", {"id": image_id, "name": name})

    seen = []

    def state():
        seen.append(expect(image.get(f"/images/{image_id}"), 200).json)
        return str(seen[-1]["status"])

    never = {"killed", "deleted", "deactivated"}
    what = f"image {image_id}"
    wait_for(state, {"active"}, never=never, budget=_BUDGET, what=what, after=_SOONEST)
    given.server_in(server["id"], "ACTIVE")
    made = seen[-1]
    assert made["name"] == name
    assert made["image_kind"] == "test"
    return made


@idempotent_id("3731d080-d4c5-4872-b41a-64d0d0021314")
def test_an_image_of_a_server_is_made_and_deleted(compute, image, create, given, cloud, facts):
    nobody = {"createImage": {"name": create.name("image")}}
    refused(compute.post(f"/servers/{uuid.uuid4()}/action", json=nobody), 404)
    made = _made_image(compute, image, create, given, create.name("image"))
    assert made["owner"] == cloud.project_id
    assert made["visibility"] == "private"
    assert type(made["size"]) is int
    assert made["size"] > 0, "there is nothing in the image"
    # It needs at least the disk that the server had, or what its own image asked for.
    boot = facts["boot"]
    assert made["min_disk"] in {boot["flavor"]["disk"], boot["image"]["min_disk"] or 0}
    path = f"/images/{made['id']}"
    expect(image.delete(path), 204)
    refused(image.get(path), 404)
    refused(image.delete(path), 404)


@idempotent_id("3b7c6fe4-dfe7-477c-9243-b06359db51e6")
def test_the_name_of_an_image_of_a_server_is_text_not_bytes(compute, image, create, given):
    name = f"{create.name('image')}-\u00e9\u5143"
    made = _made_image(compute, image, create, given, name)
    listed = expect(image.get("/images", params={"name": name}), 200)["images"]
    assert [entry["id"] for entry in listed] == [made["id"]]
