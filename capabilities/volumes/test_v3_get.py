"""A volume is shown, and one that is not there is not.

API reference: Block Storage API, "Volumes (volumes)", "Show a volume's details".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused


def _is_shown(volume, made):
    """The positive control: a volume that is there is shown by its id."""
    shown = expect(volume.get(f"/volumes/{made['id']}"), 200)["volume"]
    for field in ("id", "name", "size", "created_at", "metadata"):
        assert shown[field] == made[field], f"{field} is {shown[field]!r}"


@idempotent_id("30799cfd-7ee4-446c-b66c-45b383ed211b")
def test_an_id_that_is_none_is_not_found(volume, shared):
    refused(volume.get("/volumes/invalid"), 404)
    refused(volume.get("/volumes/" + "a" * 256), 404)
    _is_shown(volume, shared.volume)


@idempotent_id("c6c3db06-29ad-4e91-beb0-2ab195fe49e3")
def test_an_empty_id_is_not_found(volume, shared):
    expect(volume.get("/volumes/"), 404)
    _is_shown(volume, shared.volume)


@idempotent_id("f131c586-9448-44a4-a8b0-54ca838aa43e")
def test_a_volume_that_does_not_exist_is_not_found(volume, shared, second):
    refused(volume.get(f"/volumes/{uuid.uuid4()}"), 404)
    # To another project ours does not exist either.
    second.must_not_see("block-storage", f"/volumes/{shared.volume['id']}")
    _is_shown(volume, shared.volume)
