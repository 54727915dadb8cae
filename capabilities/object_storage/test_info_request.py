"""The object store tells what it can do and its limits (api-ref: "List activated capabilities")."""

import re

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("6eb04a6a-4860-4e31-ba91-ea3347d76b58")
def test_the_capabilities_and_limits_are_told_to_anybody_and_are_true(object_store, create, shared):
    # Above the API's version; the account comes after it, if the address has one.
    address = re.split(r"/v1(?:/|$)", object_store.url)[0] + "/info"
    answer = expect(object_store.get(address, authenticated=False), 200)
    assert answer.header("Content-Type").startswith("application/json")
    core = answer["swift"]
    for settings in answer.json.values():
        assert isinstance(settings, dict)
    for limit in ("max_container_name_length", "container_listing_limit", "max_file_size"):
        assert isinstance(core[limit], int), limit
        assert core[limit] > 0, limit

    longest = core["max_container_name_length"]
    name = create.name("container")
    refused(create.container(name.ljust(longest + 1, "x")), 400)
    expect(create.container(name.ljust(longest, "x")), 201)
    path = f"/{shared.container.name}"
    most = core["container_listing_limit"]
    refused(object_store.get(path, params={"limit": most + 1}), 412)
    expect(object_store.get(path, params={"limit": most}), 200)
