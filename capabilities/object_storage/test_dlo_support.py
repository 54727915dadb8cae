"""A manifest stands for all objects under a prefix (api-ref: "Dynamic large objects")."""

import hashlib

from refcheck.testing import expect, idempotent_id, wait_for

# Seconds that the service may take to list new segments.
LISTING_BUDGET = 15.0


@idempotent_id("23a3674c-d6de-46c3-86af-ff92bfc8a3da")
def test_a_manifest_shows_itself_and_the_sum_of_its_segments(object_store, given):
    path = given.object_path("large")
    whole, prefix = f"{path}/whole", f"{path[1:]}/part/"
    sent = {
        "X-Object-Manifest": prefix,
        "Content-Type": "text/x-large",
        "X-Object-Meta-Colour": "red",
    }
    made = expect(object_store.put(whole, data=b"", headers=sent), 201)
    assert made.header("ETag").strip('"') == _md5(b"")

    segments = [b"one", b"two two"]
    for number, segment in enumerate(segments):
        expect(object_store.put(f"/{prefix}{number}", data=segment), 201)
    shown = _await_length(object_store, whole, sum(map(len, segments)))
    assert not shown.content
    assert shown.header("X-Object-Manifest") == prefix
    assert shown.header("Content-Type") == "text/x-large"
    assert shown.header("X-Object-Meta-Colour") == "red"
    # Quoted, because it is no digest of the content but one of the segments' tags.
    assert shown.header("ETag") == f'"{_md5("".join(map(_md5, segments)).encode())}"'

    itself = expect(object_store.get(whole, params={"multipart-manifest": "get"}), 200)
    assert not itself.content
    # The manifest goes, its segments stay.
    expect(object_store.delete(whole), 204)
    segment = expect(object_store.get(f"/{prefix}1"), 200)
    assert segment.content == b"two two"
    assert "x-object-manifest" not in segment.headers


def _await_length(object_store, path, length):
    """The large object as shown once it has this length."""
    shown = []

    def seen():
        shown.append(expect(object_store.head(path), 200))
        return shown[-1].header("Content-Length")

    wait_for(seen, {str(length)}, budget=LISTING_BUDGET, what=f"the length of {path}")
    return shown[-1]


def _md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
