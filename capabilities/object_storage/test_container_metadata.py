"""A container's metadata is added to and taken from.

api-ref: "Create, update, or delete container metadata".
"""

from refcheck.testing import expect, idempotent_id, refused

PREFIX = "x-container-meta-"


@idempotent_id("cf19bc0b-7e16-4a5a-aaed-cb0c2fe8deef")
def test_one_request_adds_one_item_and_removes_another(object_store, given):
    name = given.container(**{"X-Container-Meta-Old": "1", "X-Container-Meta-Kept": "2"})
    assert _metadata(object_store, name) == {"old": "1", "kept": "2"}
    _change(object_store, name, {"X-Container-Meta-New": "3", "X-Remove-Container-Meta-Old": "x"})
    assert _metadata(object_store, name) == {"new": "3", "kept": "2"}


@idempotent_id("2ae5f295-4bf1-4e04-bfad-21e54b62cec5")
def test_an_item_is_added_beside_what_is_there(object_store, given, create):
    name = given.container(**{"X-Container-Meta-Kept": "before"})
    _change(object_store, name, {"X-Container-Meta-New": "first"})
    assert _metadata(object_store, name) == {"kept": "before", "new": "first"}
    _change(object_store, name, {"X-Container-Meta-New": "second"})
    assert _metadata(object_store, name) == {"kept": "before", "new": "second"}

    nowhere = create.name("container")
    refused(object_store.post(f"/{nowhere}", headers={"X-Container-Meta-New": "x"}), 404)
    expect(object_store.head(f"/{nowhere}"), 404)


@idempotent_id("3a5ce7d4-6e4b-47d0-9d87-7cd42c325094")
def test_an_item_is_removed_by_its_name_and_value(object_store, given):
    name = given.container(**{"X-Container-Meta-Doomed": "1", "X-Container-Meta-Kept": "2"})
    assert _metadata(object_store, name) == {"doomed": "1", "kept": "2"}
    _change(object_store, name, {"X-Remove-Container-Meta-Doomed": "1"})
    assert _metadata(object_store, name) == {"kept": "2"}


@idempotent_id("31f40a5f-6a52-4314-8794-cd89baed3040")
def test_an_item_without_a_value_is_not_kept(object_store, given):
    name = given.container(**{"X-Container-Meta-Kept": "1"})
    _change(object_store, name, {"X-Container-Meta-Blank": "", "X-Container-Meta-Full": "2"})
    assert _metadata(object_store, name) == {"kept": "1", "full": "2"}
    # Emptying an item removes it.
    _change(object_store, name, {"X-Container-Meta-Full": ""})
    assert _metadata(object_store, name) == {"kept": "1"}


@idempotent_id("a2e36378-6f1f-43f4-840a-ffd9cfd61914")
def test_an_item_is_removed_by_its_name_alone(object_store, given):
    name = given.container(**{"X-Container-Meta-Doomed": "1", "X-Container-Meta-Kept": "2"})
    assert _metadata(object_store, name) == {"doomed": "1", "kept": "2"}
    _change(object_store, name, {"X-Remove-Container-Meta-Doomed": ""})
    assert _metadata(object_store, name) == {"kept": "2"}


def _change(object_store, name, headers):
    answer = expect(object_store.post(f"/{name}", headers=headers), 204)
    assert not answer.content


def _metadata(object_store, name):
    headers = expect(object_store.head(f"/{name}"), 204).headers
    return {key[len(PREFIX) :]: value for key, value in headers.items() if key.startswith(PREFIX)}
