"""A volume is uploaded as an image.

API reference: Block Storage API, "Volume actions (volumes, action)", "Upload volume to image".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, ids, refused, wait_for

_BUDGET = 600.0
"""Seconds for a volume of one GiB to be uploaded."""


@idempotent_id("d8f1ca95-3d5b-44a3-b8ca-909691c9532d")
def test_a_volume_is_uploaded_as_an_image_and_stays(volume, image, create, given, cloud):
    source = given.volume()
    name = create.name("image")
    asked = {"image_name": name, "disk_format": "raw", "container_format": "bare"}
    body = {"os-volume_upload_image": asked}
    refused(volume.post(f"/volumes/{uuid.uuid4()}/action", json=body), 404)
    answer = expect(volume.post(f"/volumes/{source['id']}/action", json=body), 202)
    told = answer["os-volume_upload_image"]
    create.adopt("image", {"id": told["image_id"], "name": name})
    assert [told["id"], told["image_name"]] == [source["id"], name]

    path = f"/images/{told['image_id']}"

    def state():
        return str(expect(image.get(path), 200)["status"])

    never = {"killed", "deleted", "deactivated"}
    wait_for(state, {"active"}, never=never, budget=_BUDGET, what=f"uploaded image {name}")
    listed = expect(image.get("/images", params={"name": name}), 200)["images"]
    assert ids(listed) == [told["image_id"]]
    made = listed[0]
    assert made["name"] == name
    assert [made["disk_format"], made["container_format"]] == ["raw", "bare"]
    # Nobody else sees it: "shared" is what images are that have no members yet.
    assert made["visibility"] in {"private", "shared"}
    assert made["owner"] == cloud.project_id
    assert made["size"] == source["size"] << 30
    expect(image.delete(path), 204)
    refused(image.get(path), 404)
    given.volume_in(source["id"], "available")
