"""The metadata of a server, or one item of it, is set.

API reference: Compute API, "Server metadata", "Replace Metadata Items" and
"Create Or Update Metadata Item".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, refused

_BEFORE = {"kept": "1", "changed": "2"}


def _with_metadata(compute, given):
    """The path of the metadata of a server that has the metadata from before."""
    path = f"/servers/{given.used_server()['id']}/metadata"
    expect(compute.put(path, json={"metadata": _BEFORE}), 200)
    return path


@idempotent_id("211021f6-21de-4657-a68f-908878cfe251")
def test_setting_the_metadata_replaces_all_of_it(compute, given):
    path = _with_metadata(compute, given)
    after = {"changed": "3", "new": "4"}
    set_to = expect(compute.put(path, json={"metadata": after}), 200)["metadata"]
    assert set_to == after
    refused(compute.put(path, json={"metadata": {"key": 5}}), 400)
    assert expect(compute.get(path), 200)["metadata"] == after


@idempotent_id("58c02d4f-5c67-40be-8744-d3fa5982eb1c")
def test_setting_one_item_leaves_the_others_alone(compute, given):
    path = _with_metadata(compute, given)
    changed = compute.put(f"{path}/changed", json={"meta": {"changed": "3"}})
    assert expect(changed, 200)["meta"] == {"changed": "3"}
    added = compute.put(f"{path}/new", json={"meta": {"new": "4"}})
    assert expect(added, 200)["meta"] == {"new": "4"}
    after = {"kept": "1", "changed": "3", "new": "4"}
    # The key in the body must be the key in the path.
    refused(compute.put(f"{path}/kept", json={"meta": {"other": "5"}}), 400)
    assert expect(compute.get(path), 200)["metadata"] == after
