"""A container is made by naming it (api-ref: "Create container")."""

import re

from refcheck.testing import expect, idempotent_id, refused

# Objects' own limit on a container's name, in bytes (api-ref: "Container name length").
LONGEST_NAME = 256


@idempotent_id("92139d73-7819-4db1-85f8-3f2f22a8d91f")
def test_a_new_container_is_there_and_empty(object_store, create):
    name = create.name("container")
    expect(object_store.head(f"/{name}"), 404)
    expect(create.container(name, {"X-Container-Meta-Colour": "red"}), 201)

    shown = expect(object_store.head(f"/{name}"), 204)
    assert shown.header("X-Container-Object-Count") == "0"
    assert shown.header("X-Container-Bytes-Used") == "0"
    assert shown.header("X-Container-Meta-Colour") == "red"
    assert re.fullmatch(r"\d+(\.\d+)?", shown.header("X-Timestamp"))
    assert shown.header("X-Trans-Id")

    too_long = name + "x" * (LONGEST_NAME + 1 - len(name))
    refused(create.container(too_long), 400)
    expect(object_store.head(f"/{too_long}"), 404)
    refused(object_store.put(f"/{create.name('container')}", authenticated=False), 401)


@idempotent_id("49f866ed-d6af-4395-93e7-4187eb56d322")
def test_making_a_container_again_keeps_what_is_in_it(object_store, create):
    name = create.name("container")
    expect(create.container(name, {"X-Container-Meta-Colour": "red"}), 201)
    expect(object_store.put(f"/{name}/thing", data=b"kept"), 201)
    # 202, not 201: nothing was made.
    expect(create.container(name, {"X-Container-Meta-Shape": "round"}), 202)

    shown = expect(object_store.head(f"/{name}"), 204)
    assert shown.header("X-Container-Meta-Colour") == "red"
    assert shown.header("X-Container-Meta-Shape") == "round"
    assert expect(object_store.get(f"/{name}/thing"), 200).content == b"kept"
    listed = expect(object_store.get("", params={"prefix": name}), 200)
    assert listed.content.decode("utf-8", "replace").splitlines() == [name]
