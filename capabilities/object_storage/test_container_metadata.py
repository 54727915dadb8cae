"""A container's metadata is added to and taken from.

Items stay until the container goes at the end of the run: they are far fewer than a container may
have.

api-ref: "Create, update, or delete container metadata".
"""

from refcheck.testing import expect, idempotent_id, refused


@idempotent_id("cf19bc0b-7e16-4a5a-aaed-cb0c2fe8deef")
def test_one_request_adds_one_item_and_removes_another(object_store, create, shared):
    item = create.name("item")
    _change(object_store, shared, _set(item, old="1", kept="2"))
    _change(object_store, shared, {**_set(item, new="3"), **_remove(item, old="x")})
    assert _items(object_store, shared, item) == {"new": "3", "kept": "2"}


@idempotent_id("2ae5f295-4bf1-4e04-bfad-21e54b62cec5")
def test_an_item_is_added_beside_what_is_there(object_store, create, shared):
    item = create.name("item")
    _change(object_store, shared, _set(item, kept="before", other="first"))
    # What is there already takes the new value.
    _change(object_store, shared, _set(item, new="x", other="second"))
    assert _items(object_store, shared, item) == {"kept": "before", "new": "x", "other": "second"}

    nowhere = create.name("container")
    refused(object_store.post(f"/{nowhere}", headers=_set(item, new="x")), 404)
    expect(object_store.head(f"/{nowhere}"), 404)


@idempotent_id("3a5ce7d4-6e4b-47d0-9d87-7cd42c325094")
def test_an_item_is_removed_by_its_name_and_value(object_store, create, shared):
    _removes(object_store, create, shared, "1")


@idempotent_id("31f40a5f-6a52-4314-8794-cd89baed3040")
def test_an_item_without_a_value_is_not_kept(object_store, create, shared):
    item = create.name("item")
    _change(object_store, shared, _set(item, kept="1", blank="", full="2"))
    # Emptying an item removes it.
    _change(object_store, shared, _set(item, full=""))
    assert _items(object_store, shared, item) == {"kept": "1"}


@idempotent_id("a2e36378-6f1f-43f4-840a-ffd9cfd61914")
def test_an_item_is_removed_by_its_name_alone(object_store, create, shared):
    _removes(object_store, create, shared, "")


def _removes(object_store, create, shared, value):
    """Of two items the one is removed by a header with this value, and the other stays."""
    item = create.name("item")
    _change(object_store, shared, _set(item, doomed="1", kept="2"))
    _change(object_store, shared, _remove(item, doomed=value))
    assert _items(object_store, shared, item) == {"kept": "2"}


def _set(item, **values):
    return {f"X-Container-Meta-{item}-{key}": value for key, value in values.items()}


def _remove(item, **values):
    return {f"X-Remove-Container-Meta-{item}-{key}": value for key, value in values.items()}


def _change(object_store, shared, headers):
    answer = expect(object_store.post(f"/{shared.crowded_container}", headers=headers), 204)
    assert not answer.content


def _items(object_store, shared, item):
    """This test's own items: others have theirs on the same container."""
    headers = expect(object_store.head(f"/{shared.crowded_container}"), 204).headers
    ours = f"x-container-meta-{item}-"
    return {key.removeprefix(ours): value for key, value in headers.items() if ours in key}
