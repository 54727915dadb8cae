"""The block storage service tells which versions of its API it speaks.

API reference: Block Storage API, "API versions", "List All Api Versions".
"""

from __future__ import annotations

import re

from refcheck.testing import expect, idempotent_id, is_time


def _pair(version):
    """A microversion as numbers, so that 3.9 comes before 3.10."""
    matched = re.fullmatch(r"(\d+)\.(\d+)", str(version))
    assert matched, f"{version!r} is not a microversion"
    return int(matched[1]), int(matched[2])


@idempotent_id("77838fc4-b49b-4c64-9533-166762517369")
def test_the_root_lists_the_versions_and_version_3_is_current(volume):
    root, found, _ = volume.url.rpartition("/v3")
    assert found, f"the endpoint {volume.url} is not one of version 3"
    # 300: the root offers a choice.
    versions = expect(volume.get(f"{root}/", authenticated=False), 300)["versions"]
    current = {entry["id"]: entry for entry in versions}["v3.0"]
    assert len({entry["id"] for entry in versions}) == len(versions)
    assert current["status"] == "CURRENT"
    assert is_time(current["updated"])
    assert "self" in [link["rel"] for link in current["links"]]
    assert _pair(current["min_version"]) == (3, 0)
    assert _pair(current["version"]) >= (3, 0)
    # The document of the version itself says the same as its line in the list.
    shown = expect(volume.get(f"{root}/v3/"), 200)["versions"]
    told = ("id", "status", "version", "min_version", "updated")
    assert [[entry[field] for field in told] for entry in shown] == [
        [current[field] for field in told]
    ]
