"""A server is deleted.

API reference: Compute API, "Servers", "Delete Server".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, ids, is_uuid, refused


@idempotent_id("925fdfb4-5b13-47ea-ac8a-c36ae6fddb05")
def test_an_active_server_is_deleted_and_gone(compute, shared):
    # Others need one that was deleted (204) and then was not there (404): it is what this is about.
    gone, there = shared.deleted_server, shared.server
    assert gone["status"] == "ACTIVE"
    path = f"/servers/{gone['id']}"
    refused(compute.delete(path), 404)
    refused(compute.get(path), 404)
    # Their names begin alike.
    named = {"name": there["name"].rsplit("-", 2)[0], "status": "ACTIVE"}
    assert gone["name"].startswith(named["name"])
    listed = ids(expect(compute.get("/servers", params=named), 200)["servers"])
    assert gone["id"] not in listed
    assert there["id"] in listed, "deleting one server touched another"


@idempotent_id("f4d7279b-5fd2-4bf2-9ba4-ae35df0d18c5")
def test_an_id_longer_than_the_limit_is_not_found(compute, shared):
    _deletes(shared)
    refused(compute.delete("/servers/" + "a" * 256), 404)
    _is_there(compute, shared.server)


@idempotent_id("75f79124-277c-45e6-a373-a1d6803f4cc4")
def test_a_negative_id_is_not_found(compute, shared):
    _deletes(shared)
    refused(compute.delete("/servers/-1"), 404)
    _is_there(compute, shared.server)


def _deletes(shared):
    """The positive control: a server was deleted by its id, and was seen to be gone."""
    assert is_uuid(shared.deleted_server["id"])


def _is_there(compute, server):
    kept = expect(compute.get(f"/servers/{server['id']}"), 200)["server"]
    assert kept["status"] == "ACTIVE", "deleting one server touched another"
