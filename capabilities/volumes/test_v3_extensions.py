"""The block storage service tells which extensions it has.

API reference: Block Storage API, "API extensions (extensions)", "List Known API extensions".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, is_time


@idempotent_id("94607eb0-43a5-47ca-82aa-736b41bd2e2c")
def test_the_extensions_are_listed_and_one_of_them_is_there_to_use(volume, cloud):
    listed = expect(volume.get("/extensions"), 200)["extensions"]
    assert listed, "no extension is listed"
    aliases = [entry["alias"] for entry in listed]
    assert len(set(aliases)) == len(aliases)
    for entry in listed:
        assert entry["name"], f"extension {entry['alias']} has no name"
        assert isinstance(entry["description"], str)
        assert is_time(entry["updated"]), f"{entry['alias']}: {entry['updated']!r}"
        assert isinstance(entry["links"], list)
    assert "os-quota-sets" in aliases
    quotas = expect(volume.get(f"/os-quota-sets/{cloud.project_id}"), 200)["quota_set"]
    assert quotas["id"] == cloud.project_id
