"""An empty container can be deleted, a full one cannot (api-ref: "Delete container")."""

from refcheck.testing import entries, expect, idempotent_id, refused


@idempotent_id("95d3a249-b702-4082-a2c4-14bb860cf06a")
def test_a_container_is_deleted_once_it_is_empty(object_store, given):
    name, bystander = given.container(), given.container()
    expect(object_store.put(f"/{name}/thing", data=b"in the way"), 201)
    refused(object_store.delete(f"/{name}"), 409)
    assert expect(object_store.get(f"/{name}/thing"), 200).content == b"in the way"

    expect(object_store.delete(f"/{name}/thing"), 204)
    assert not expect(object_store.delete(f"/{name}"), 204).content
    expect(object_store.head(f"/{name}"), 404)
    refused(object_store.get(f"/{name}"), 404)
    refused(object_store.put(f"/{name}/thing", data=b"homeless"), 404)
    refused(object_store.delete(f"/{name}"), 404)
    assert _listed(object_store, name) == []
    expect(object_store.head(f"/{bystander}"), 204)
    assert _listed(object_store, bystander) == [bystander]


def _listed(object_store, name):
    answer = expect(object_store.get("", params={"prefix": name, "format": "json"}), 200)
    return [container["name"] for container in entries(answer.json)]
