"""An object is copied inside the service (api-ref: "Copy object")."""

import hashlib

from refcheck.testing import expect, idempotent_id, refused

CONTENT = b"to be copied " * 80
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
    _assert_copy(object_store, target)
    _assert_copy(object_store, source)
    missing = {"X-Copy-From": f"{path}/never-was"}
    refused(object_store.put(f"{path}/other", headers=missing), 404)
    expect(object_store.head(f"{path}/other"), 404)


@idempotent_id("aa467252-44f3-472a-b5ae-5b57c3c9c147")
def test_an_object_is_copied_into_another_container(object_store, given):
    source, target = given.object_path("copies"), f"/{given.container()}/thing"
    expect(object_store.put(source, data=CONTENT, headers=SENT), 201)
    headers = {"X-Copy-From": source, "X-Object-Meta-Shape": "round"}
    expect(object_store.put(target, headers=headers), 201)
    # Metadata sent along is added to the copy, and only there.
    assert "x-object-meta-shape" not in expect(object_store.head(source), 200).headers

    # The copy stands by itself.
    expect(object_store.delete(source), 204)
    assert _assert_copy(object_store, target).header("X-Object-Meta-Shape") == "round"
    refused(object_store.get(source), 404)


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
def test_an_object_is_copied_by_the_copy_method(object_store, given, create):
    source, there = given.object_path("copies"), given.container()
    target = f"/{there}/target"
    expect(object_store.put(source, data=CONTENT, headers=SENT), 201)
    copied = _copy(object_store, source, target)
    _names_its_source(expect(copied, 201), source)
    _assert_copy(object_store, target)
    _assert_copy(object_store, source)

    refused(object_store.request("COPY", source), 412)
    refused(_copy(object_store, f"{source}/never-was", f"/{there}/other"), 404)
    refused(_copy(object_store, source, f"/{create.name('container')}/thing"), 404)
    expect(object_store.head(f"/{there}/other"), 404)


def _copy(object_store, source, target):
    return object_store.request("COPY", source, headers={"Destination": target})


def _names_its_source(answer, source):
    # A service need not say where a copy is from, but may not say wrong things.
    assert answer.headers.get("x-copied-from", source[1:]) == source[1:]


def _assert_copy(object_store, path):
    """The object has the content, type and metadata of the source, and nothing of before."""
    shown = expect(object_store.get(path), 200)
    assert shown.content == CONTENT
    assert shown.header("Content-Type") == "text/x-thing"
    assert shown.header("X-Object-Meta-Colour") == "red"
    md5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    assert shown.header("ETag").strip('"') == md5
    if path.endswith("/target"):
        assert "x-object-meta-shape" not in shown.headers
    return shown
