"""A server is deleted.

API reference: Compute API, "Servers", "Delete Server".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, ids, refused, wait_for

_BUDGET = 120.0
"""Seconds for a deleted server to be gone."""


def _await_gone(compute, server_id):
    def state():
        return str(expect(compute.get(f"/servers/{server_id}"), 200, 404).status)

    wait_for(state, {"404"}, budget=_BUDGET, what=f"deleted server {server_id}")


def _deletes(compute, create, given):
    """The positive control: a server of ours is deleted by its id."""
    made = expect(create("server", **given.bootable()), 202)["server"]
    expect(compute.delete(f"/servers/{made['id']}"), 204)
    _await_gone(compute, made["id"])


@idempotent_id("925fdfb4-5b13-47ea-ac8a-c36ae6fddb05")
def test_an_active_server_is_deleted_and_gone(compute, given):
    server, other = given.server(), given.server()
    path = f"/servers/{server['id']}"
    expect(compute.delete(path), 204)
    _await_gone(compute, server["id"])
    listed = ids(expect(compute.get("/servers", params={"name": server["name"]}), 200)["servers"])
    assert server["id"] not in listed
    refused(compute.delete(path), 404)
    kept = expect(compute.get(f"/servers/{other['id']}"), 200)["server"]
    assert kept["status"] == "ACTIVE", "deleting one server touched another"


@idempotent_id("f4d7279b-5fd2-4bf2-9ba4-ae35df0d18c5")
def test_an_id_longer_than_the_limit_is_not_found(compute, create, given):
    refused(compute.delete("/servers/" + "a" * 256), 404)
    _deletes(compute, create, given)


@idempotent_id("75f79124-277c-45e6-a373-a1d6803f4cc4")
def test_a_negative_id_is_not_found(compute, create, given):
    refused(compute.delete("/servers/-1"), 404)
    _deletes(compute, create, given)
