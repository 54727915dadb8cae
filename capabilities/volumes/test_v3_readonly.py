"""A volume is made read-only and writable again.

API reference: Block Storage API, "Volume actions (volumes, action)", "Update a volume's access
mode" (os-update_readonly_flag).
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("fff74e1e-5bd3-4b33-9ea9-24c103bc3f59")
def test_a_volume_is_made_read_only_and_writable_again(volume, given, shared):
    made, other = given.used_volume(), shared.volume
    action = f"/volumes/{made['id']}/action"
    for flag, wrong in ((True, {"readonly": "perhaps"}), (False, {})):
        body = {"os-update_readonly_flag": {"readonly": flag}}
        expect(volume.post(action, json=body), 202)
        refused(volume.post(action, json={"os-update_readonly_flag": wrong}), 400)
        listed = expect(volume.get("/volumes/detail"), 200)["volumes"]
        shown = {entry["id"]: entry for entry in listed}
        # The flag is told among the metadata, as text.
        assert shown[made["id"]]["metadata"]["readonly"] == str(flag)
        assert shown[made["id"]]["status"] == "available"
        assert "readonly" not in shown[other["id"]]["metadata"]
