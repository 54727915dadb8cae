"""An empty container can be deleted, a full one cannot (api-ref: "Delete container")."""

from refcheck.testing import entries, expect, idempotent_id, refused


@idempotent_id("95d3a249-b702-4082-a2c4-14bb860cf06a")
def test_a_container_is_deleted_once_it_is_empty(object_store, given, shared):
    name, bystander = given.container(), shared.containers
    expect(object_store.put(f"/{name}/thing", data=b"in the way"), 201)
    refused(object_store.delete(f"/{name}"), 409)
    # The refused deletion has harmed nothing: it takes the object to be gone first.
    expect(object_store.delete(f"/{name}/thing"), 204)
    assert not expect(object_store.delete(f"/{name}"), 204).content
    refused(object_store.get(f"/{name}"), 404)
    refused(object_store.delete(f"/{name}"), 404)
    # Both names begin with this, as do those of all containers of the run.
    both = {"prefix": name.rpartition("-")[0], "format": "json"}
    listed = expect(object_store.get("", params=both), 200)
    names = [container["name"] for container in entries(listed.json)]
    assert name not in names
    assert [one for one in names if one in bystander.members] == list(bystander.members)
