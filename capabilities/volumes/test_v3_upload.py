"""A volume is uploaded as an image.

API reference: Block Storage API, "Volume actions (volumes, action)", "Upload volume to image".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, headstart, idempotent_id, refused


@headstart("upload")
@idempotent_id("d8f1ca95-3d5b-44a3-b8ca-909691c9532d")
def test_a_volume_is_uploaded_as_an_image_and_stays(volume, given, cloud):
    source, name, answer = given.begun_upload()
    told = expect(answer, 202)["os-volume_upload_image"]
    assert [told["id"], told["image_name"]] == [source["id"], name]
    body = {"os-volume_upload_image": {"image_name": name}}
    refused(volume.post(f"/volumes/{uuid.uuid4()}/action", json=body), 404)

    made = given.uploaded(told["image_id"])
    assert made["id"] == told["image_id"]
    assert made["name"] == name
    assert [made["disk_format"], made["container_format"]] == ["raw", "bare"]
    # Nobody else sees it: "shared" is what images are that have no members yet.
    assert made["visibility"] in {"private", "shared"}
    assert made["owner"] == cloud.project_id
    assert made["size"] == source["size"] << 30
    given.volume_in(source["id"], "available")
