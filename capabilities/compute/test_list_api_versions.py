"""The compute service tells which versions of its API it speaks.

API reference: Compute API, "API versions", "List All Major Versions".
"""

from __future__ import annotations

import re

from refcheck.testing import expect, idempotent_id, is_time


def _pair(version):
    """A microversion as numbers, so that 2.9 comes before 2.10."""
    matched = re.fullmatch(r"(\d+)\.(\d+)", str(version))
    assert matched, f"{version!r} is not a microversion"
    return int(matched[1]), int(matched[2])


@idempotent_id("6c0a0990-43b6-4529-9b61-5fd8daf7c55c")
def test_the_root_lists_the_versions_and_the_one_in_use_is_current(compute):
    root, found, _ = compute.url.rpartition("/v2.1")
    assert found, f"the endpoint {compute.url} is not one of version 2.1"
    # The list is how a client finds the API before it has a token.
    versions = expect(compute.get(f"{root}/", authenticated=False), 200)["versions"]
    current = {entry["id"]: entry for entry in versions}["v2.1"]
    assert len({entry["id"] for entry in versions}) == len(versions)
    assert current["status"] == "CURRENT"
    assert is_time(current["updated"])
    assert "self" in [link["rel"] for link in current["links"]]
    assert _pair(current["min_version"]) == (2, 1)
    assert _pair(current["version"]) >= (2, 1)
    # The document of the version itself says the same as its line in the list.
    shown = expect(compute.get(f"{root}/v2.1/"), 200)["version"]
    told = ("id", "status", "version", "min_version", "updated")
    assert [shown[field] for field in told] == [current[field] for field in told]
