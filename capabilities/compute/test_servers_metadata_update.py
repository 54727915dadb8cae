"""Metadata items of a server are created and changed.

API reference: Compute API, "Server metadata", "Create Or Update Metadata Items".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id


@idempotent_id("344d981e-0c33-4997-8a5d-6c1d803e4134")
def test_updating_metadata_changes_some_items_and_leaves_the_others_alone(compute, given):
    path = f"/servers/{given.used_server()['id']}/metadata"
    before = {"metadata": {"kept": "1", "changed": "2"}}
    expect(compute.put(path, json=before), 200)
    update = {"metadata": {"changed": "3", "new": "4"}}
    after = {"kept": "1", "changed": "3", "new": "4"}
    assert expect(compute.post(path, json=update), 200)["metadata"] == after
    assert expect(compute.get(path), 200)["metadata"] == after
    # An update with nothing in it changes nothing.
    assert expect(compute.post(path, json={"metadata": {}}), 200)["metadata"] == after
