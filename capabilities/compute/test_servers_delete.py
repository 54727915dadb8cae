"""A server is deleted.

API reference: Compute API, "Servers", "Delete Server".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, ids, refused, wait_for

_BUDGET = 120.0
"""Seconds for a deleted server to be gone."""


@idempotent_id("925fdfb4-5b13-47ea-ac8a-c36ae6fddb05")
def test_an_active_server_is_deleted_and_gone(compute, given, shared):
    server = given.server()
    path = f"/servers/{server['id']}"
    expect(compute.delete(path), 204)
    _await_gone(compute, server["id"])
    listed = ids(expect(compute.get("/servers", params={"name": server["name"]}), 200)["servers"])
    assert server["id"] not in listed
    refused(compute.delete(path), 404)
    _is_there(compute, shared.server)


@idempotent_id("f4d7279b-5fd2-4bf2-9ba4-ae35df0d18c5")
def test_an_id_longer_than_the_limit_is_not_found(compute, shared):
    _deletes(compute, shared)
    refused(compute.delete("/servers/" + "a" * 256), 404)
    _is_there(compute, shared.server)


@idempotent_id("75f79124-277c-45e6-a373-a1d6803f4cc4")
def test_a_negative_id_is_not_found(compute, shared):
    _deletes(compute, shared)
    refused(compute.delete("/servers/-1"), 404)
    _is_there(compute, shared.server)


def _await_gone(compute, server_id):
    def state():
        return str(expect(compute.get(f"/servers/{server_id}"), 200, 404).status)

    wait_for(state, {"404"}, budget=_BUDGET, what=f"deleted server {server_id}")


def _deletes(compute, shared):
    """The positive control: a server was deleted by its id, and only so is it gone."""
    refused(compute.get(f"/servers/{shared.deleted_server['id']}"), 404)


def _is_there(compute, server):
    kept = expect(compute.get(f"/servers/{server['id']}"), 200)["server"]
    assert kept["status"] == "ACTIVE", "deleting one server touched another"
