"""An object is copied inside the service (api-ref: "Copy object")."""

import hashlib

from refcheck.testing import expect, idempotent_id, refused

CONTENT = b"to be copied " * 80
FRUIT = "apple"
SENT = {"Content-Type": "text/x-thing", "X-Object-Meta-Colour": "red"}


@idempotent_id("1a9ab572-1b66-4981-8c21-416e2a5e6011")
def test_an_object_is_copied_beside_itself(object_store, given):
    path = given.object_path("copies")
    source, target = f"{path}/source", f"{path}/target"
    expect(object_store.put(source, data=CONTENT, headers=SENT), 201)
    # The target was something else before.
    expect(object_store.put(target, data=b"old", headers={"X-Object-Meta-Shape": "round"}), 201)

    copied = expect(object_store.put(target, headers={"X-Copy-From": source}), 201)
    _names_its_source(copied, source)
    # The copy stands by itself.
    expect(object_store.delete(source), 204)
    shown = expect(object_store.get(target), 200)
    assert shown.content == CONTENT
    assert shown.header("Content-Type") == "text/x-thing"
    assert shown.header("X-Object-Meta-Colour") == "red"
    assert shown.header("ETag").strip('"') == _md5(CONTENT)
    assert "x-object-meta-shape" not in shown.headers
    refused(object_store.put(f"{path}/other", headers={"X-Copy-From": source}), 404)


@idempotent_id("aa467252-44f3-472a-b5ae-5b57c3c9c147")
def test_an_object_is_copied_into_another_container(object_store, given, shared):
    source, target = _fruit(shared), given.object_path("copies")
    headers = {"X-Copy-From": source, "X-Object-Meta-Shape": "round"}
    expect(object_store.put(target, headers=headers), 201)
    assert _shown_as_fruit(object_store, target).header("X-Object-Meta-Shape") == "round"
    # Metadata sent along is added to the copy, and only there.
    assert "x-object-meta-shape" not in _shown_as_fruit(object_store, source).headers


@idempotent_id("2248abba-415d-410b-9c30-22dff9cd6e67")
def test_an_object_copied_onto_itself_takes_a_new_type(object_store, given):
    path = given.object_path("copies")
    expect(object_store.put(path, data=CONTENT, headers=SENT), 201)
    headers = {"X-Copy-From": path, "Content-Type": "text/x-other"}
    expect(object_store.put(path, headers=headers), 201)
    shown = expect(object_store.get(path), 200)
    assert shown.header("Content-Type") == "text/x-other"
    assert shown.content == CONTENT
    assert shown.header("X-Object-Meta-Colour") == "red"


@idempotent_id("06f90388-2d0e-40aa-934c-e9a8833e958a")
def test_an_object_is_copied_by_the_copy_method(object_store, given, create, shared):
    source, target = _fruit(shared), given.object_path("copies")
    copied = _copy(object_store, source, target)
    _names_its_source(expect(copied, 201), source)
    _shown_as_fruit(object_store, target)

    refused(object_store.request("COPY", source), 412)
    refused(_copy(object_store, f"{source}/never-was", f"{target}/other"), 404)
    refused(_copy(object_store, source, f"/{create.name('container')}/thing"), 404)
    expect(object_store.head(f"{target}/other"), 404)


def _copy(object_store, source, target):
    return object_store.request("COPY", source, headers={"Destination": target})


def _names_its_source(answer, source):
    # A service need not say where a copy is from, but may not say wrong things.
    assert answer.headers.get("x-copied-from", source[1:]) == source[1:]


def _fruit(shared):
    """Path of an object of the shared container."""
    return f"/{shared.container.name}/{FRUIT}"


def _shown_as_fruit(object_store, path):
    """An object with the content, type and metadata of that of the shared container."""
    shown = expect(object_store.get(path), 200)
    assert shown.content == FRUIT.encode()
    assert shown.header("Content-Type") == "text/x-fruit"
    assert shown.header("X-Object-Meta-Colour") == "red"
    assert shown.header("ETag").strip('"') == _md5(FRUIT.encode())
    return shown


def _md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
