"""A volume is created from an image, and made one to boot from.

API reference: Block Storage API, "Volumes (volumes)", "Create a volume" (`imageRef`); "Volume
actions (volumes, action)", "Update a volume's bootable status".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused

_GIB = 1 << 30


def _fitting(image):
    """GiB that the image needs as a volume."""
    largest = max(image["size"] or 0, image["virtual_size"] or 0)
    return max(image["min_disk"] or 0, -(-largest // _GIB), 1)


@idempotent_id("54a01030-c7fc-447c-86ee-c1182beae638")
def test_a_volume_made_from_an_image_is_bootable_and_tells_the_image(image, create, given, facts):
    source = facts["boot"]["image"]
    size = _fitting(source)
    name = create.name("volume")
    refused(create("volume", name=name, imageRef=str(uuid.uuid4()), size=size), 400)
    accepted = create("volume", name=name, imageRef=source["id"], size=size)
    (made,) = given.volumes_named(name, 1)
    assert made["id"] == expect(accepted, 202)["volume"]["id"]
    assert made["bootable"] == "true"
    assert made["size"] == size
    told = made["volume_image_metadata"]
    shown = expect(image.get(f"/images/{source['id']}"), 200).json
    assert told["image_id"] == source["id"]
    for field in ("disk_format", "container_format", "checksum"):
        assert told[field] == shown[field], f"{field} is {told[field]!r}"


@idempotent_id("63e21b4c-0a0c-41f6-bfc3-7c2816815599")
def test_a_volume_is_made_bootable_and_not_bootable(volume, given):
    made = given.used_volume()
    action = f"/volumes/{made['id']}/action"
    assert made["bootable"] == "false"
    expect(volume.post(action, json={"os-set_bootable": {"bootable": True}}), 200)
    shown = expect(volume.get(f"/volumes/{made['id']}"), 200)["volume"]
    assert shown["bootable"] == "true"
    expect(volume.post(action, json={"os-set_bootable": {"bootable": False}}), 200)
    refused(volume.post(action, json={"os-set_bootable": {"bootable": "perhaps"}}), 400)
    refused(volume.post(action, json={"os-set_bootable": {}}), 400)
    shown = expect(volume.get(f"/volumes/{made['id']}"), 200)["volume"]
    assert shown["bootable"] == "false"
