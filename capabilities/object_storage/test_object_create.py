"""An object is stored as sent, whole or in segments (api-ref: "Create or replace object")."""

import hashlib
from email.utils import parsedate

from refcheck.testing import expect, idempotent_id, refused, wait_for

CONTENT = bytes(range(256)) * 16
# Seconds that the service may take to list new segments.
LISTING_BUDGET = 15.0


@idempotent_id("5b4ce26f-3545-46c9-a2ba-5754358a4c62")
def test_an_object_is_stored_with_its_type_and_metadata(object_store, given, create):
    path = given.object_path("thing")
    headers = {"Content-Type": "text/x-thing", "X-Object-Meta-Colour": "red", "ETag": _md5(CONTENT)}
    made = expect(object_store.put(path, data=CONTENT, headers=headers), 201)
    assert _etag(made) == _md5(CONTENT)
    assert parsedate(made.header("Last-Modified"))
    assert made.header("X-Trans-Id")

    read = expect(object_store.get(path), 200)
    assert read.content == CONTENT
    assert read.header("Content-Type") == "text/x-thing"
    assert read.header("Content-Length") == str(len(CONTENT))
    assert read.header("X-Object-Meta-Colour") == "red"
    assert _etag(read) == _md5(CONTENT)

    # Sent again, it is replaced as a whole: the old metadata goes, too.
    expect(object_store.put(path, data=b"second"), 201)

    # What does not arrive as announced is not stored: see below.
    broken = {"ETag": _md5(b"something else")}
    refused(object_store.put(path, data=CONTENT, headers=broken), 422)
    refused(object_store.put(f"/{create.name('container')}/thing", data=CONTENT), 404)
    refused(object_store.put(path, data=b"third", authenticated=False), 401)
    again = expect(object_store.get(path), 200)
    assert again.content == b"second"
    assert "x-object-meta-colour" not in again.headers


@idempotent_id("e3e6a64a-9f50-4955-b987-6ce6767c97fb")
def test_segments_are_read_as_one_object_in_the_order_of_their_names(object_store, given):
    path = given.object_path("large")
    whole = f"{path}/whole"

    def put_part(number):
        segment = CONTENT[number * 1000 : (number + 1) * 1000]
        expect(object_store.put(f"{path}/part/{number}", data=segment), 201)

    put_part(1)
    put_part(0)
    expect(object_store.put(f"{path}/party", data=b"not a part"), 201)
    manifest = {"X-Object-Manifest": f"{path[1:]}/part/"}
    expect(object_store.put(whole, data=b"", headers=manifest), 201)
    read = _await_content(object_store, whole, CONTENT[:2000])
    assert read.header("Content-Length") == "2000"
    assert read.header("X-Object-Manifest") == f"{path[1:]}/part/"
    across = expect(object_store.get(whole, headers={"Range": "bytes=990-1009"}), 206)
    assert across.content == CONTENT[990:1010]

    # The object grows with its segments and shrinks with them.
    put_part(2)
    expect(object_store.delete(f"{path}/part/0"), 204)
    _await_content(object_store, whole, CONTENT[1000:3000])


def _await_content(object_store, path, content):
    """The large object as read once it has this content."""
    read = []

    def seen():
        read.append(expect(object_store.get(path), 200))
        return _md5(read[-1].content)

    what = f"the digest of {path}"
    wait_for(seen, {_md5(content)}, budget=LISTING_BUDGET, what=what)
    return read[-1]


def _md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _etag(answer):
    return answer.header("ETag").strip('"')
