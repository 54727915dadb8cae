"""Segments that a manifest names are one large object (api-ref: "Static large objects")."""

import hashlib
import json

from refcheck.testing import Absent, entries, expect, idempotent_id, refused

# Some services refuse segments smaller than this many bytes; then segments are made longer.
SEGMENT = 4096
SEGMENTS = 2
# Objects of the shared container, each with its name for content; they do where tests only read.
FRUIT = ("treehouse", "apple")
TYPE = "text/x-large"


@idempotent_id("2c3f24a6-36e8-4711-9aa2-800ee1fc7b5b")
def test_a_manifest_makes_one_object_of_segments(object_store, given, shared):
    segments = _segments(object_store, given, shared)
    whole, contents = given.object_path("large"), list(segments.values())
    wrong = [{**_entries(segments)[0], "etag": _md5(b"something else")}]
    refused(_put_manifest(object_store, whole, wrong), 400)
    missing = [{"path": f"{whole}/never-was"}]
    refused(_put_manifest(object_store, whole, missing), 400)
    expect(object_store.head(whole), 404)

    made = _put_manifest(object_store, whole, _entries(segments))
    expect(made, 201)
    # The tag of a static large object is the digest of its segments' tags.
    assert _etag(made) == _md5("".join(map(_md5, contents)).encode())
    assert expect(object_store.get(whole), 200).content == b"".join(contents)


@idempotent_id("e69ad766-e1aa-44a2-bdd2-bf62c09c1456")
def test_a_large_object_shows_its_size_and_that_it_is_one(object_store, given, shared):
    segments = _segments(object_store, given, shared)
    whole, contents = given.object_path("large"), list(segments.values())
    expect(_put_manifest(object_store, whole, _entries(segments)), 201)
    shown = expect(object_store.head(whole), 200)
    assert not shown.content
    assert shown.header("X-Static-Large-Object").lower() == "true"
    assert shown.header("Content-Length") == str(sum(map(len, contents)))
    assert shown.header("Content-Type") == TYPE
    assert shown.header("X-Object-Meta-Colour") == "red"
    assert _etag(shown) == _md5("".join(map(_md5, contents)).encode())


@idempotent_id("49bc49bc-dd1b-4c0f-904e-d9f10b830ee8")
def test_a_large_object_is_read_whole_in_part_and_as_its_manifest(object_store, given, shared):
    segments = _segments(object_store, given, shared)
    whole, contents = given.object_path("large"), list(segments.values())
    expect(_put_manifest(object_store, whole, _entries(segments)), 201)
    content = b"".join(contents)
    read = expect(object_store.get(whole), 200)
    assert read.content == content
    assert read.header("Content-Type") == TYPE
    edge = len(contents[0])
    across = object_store.get(whole, headers={"Range": f"bytes={edge - 3}-{edge + 2}"})
    assert expect(across, 206).content == content[edge - 3 : edge + 3]

    manifest = expect(object_store.get(whole, params={"multipart-manifest": "get"}), 200)
    assert manifest.header("Content-Type").startswith("application/json")
    told = [(entry["name"], entry["bytes"], entry["hash"]) for entry in entries(manifest.json)]
    assert told == [
        (entry["path"], entry["size_bytes"], entry["etag"]) for entry in _entries(segments)
    ]


@idempotent_id("87b6dfa1-abe9-404d-8bf0-6c3751e6aa77")
def test_a_large_object_is_deleted_with_its_segments(object_store, given, shared):
    path = given.object_path("large")
    segments, whole = _uploaded(object_store, path, shared), f"{path}/whole"
    expect(_put_manifest(object_store, whole, _entries(segments)), 201)
    expect(object_store.put(f"{path}/bystander", data=b"stays"), 201)
    deleted = expect(
        object_store.delete(
            whole,
            params={"multipart-manifest": "delete"},
            headers={"Accept": "application/json"},
        ),
        200,
    )
    # The status of a bulk deletion is in its body.
    assert str(deleted["Response Status"]).startswith("200")
    assert deleted["Number Deleted"] == SEGMENTS + 1
    assert deleted["Number Not Found"] == 0
    assert deleted["Errors"] == []
    for one in (whole, *segments):
        refused(object_store.get(one), 404)
    assert expect(object_store.get(f"{path}/bystander"), 200).content == b"stays"


def _segments(object_store, given, shared):
    """Segments that are not to be changed: content by path."""
    if min(map(len, FRUIT)) < _least_segment(shared):
        return _uploaded(object_store, given.object_path("large"), shared)
    return {f"/{shared.container.name}/{name}": name.encode() for name in FRUIT}


def _uploaded(object_store, path, shared):
    """Segments of the test's own, with contents all different: content by path."""
    length = max(SEGMENT, _least_segment(shared))
    segments = {f"{path}/part/{n}": bytes([65 + n]) * length for n in range(SEGMENTS)}
    for one, content in segments.items():
        expect(object_store.put(one, data=content), 201)
    return segments


def _least_segment(shared):
    if "slo" not in shared.object_store_info:
        raise Absent("the object store does not tell of slo in /info")
    least = shared.object_store_info["slo"].get("min_segment_size", 1)
    assert isinstance(least, int)
    return least


def _entries(segments):
    return [
        {"path": path, "etag": _md5(content), "size_bytes": len(content)}
        for path, content in segments.items()
    ]


def _put_manifest(object_store, path, segments):
    headers = {"Content-Type": TYPE, "X-Object-Meta-Colour": "red"}
    query = {"multipart-manifest": "put"}
    body = json.dumps(segments).encode()
    return object_store.put(path, params=query, data=body, headers=headers)


def _md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _etag(answer):
    return answer.header("ETag").strip('"')
