"""A container is made by naming it (api-ref: "Create container")."""

import re

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("92139d73-7819-4db1-85f8-3f2f22a8d91f")
def test_a_new_container_is_there_and_empty(object_store, create):
    name = create.name("container")
    expect(create.container(name, {"X-Container-Meta-Colour": "red"}), 201)

    shown = expect(object_store.head(f"/{name}"), 204)
    assert shown.header("X-Container-Object-Count") == "0"
    assert shown.header("X-Container-Bytes-Used") == "0"
    assert shown.header("X-Container-Meta-Colour") == "red"
    assert re.fullmatch(r"\d+(\.\d+)?", shown.header("X-Timestamp"))
    assert shown.header("X-Trans-Id")
    refused(object_store.put(f"/{create.name('container')}", authenticated=False), 401)


@idempotent_id("49f866ed-d6af-4395-93e7-4187eb56d322")
def test_making_a_container_again_keeps_what_is_in_it(object_store, given, create, shared):
    # Other tests have metadata of their own on this container.
    name, item = shared.crowded_container, create.name("item")
    path = given.object_path("thing")
    expect(object_store.put(path, data=b"kept"), 201)
    # 202, not 201: nothing was made.
    expect(object_store.put(f"/{name}", headers={f"X-Container-Meta-{item}": "round"}), 202)

    shown = expect(object_store.head(f"/{name}"), 204)
    assert shown.header("X-Container-Meta-Shelf") == "high"
    assert shown.header(f"X-Container-Meta-{item}") == "round"
    assert expect(object_store.get(path), 200).content == b"kept"
