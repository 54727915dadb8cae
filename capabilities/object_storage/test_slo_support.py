"""Segments that a manifest names are one large object (api-ref: "Static large objects")."""

import hashlib
import json

from refcheck.testing import Absent, entries, expect, idempotent_id, refused

# Some services refuse segments smaller than this many bytes; then segments are made longer.
SEGMENT = 4096
SEGMENTS = 2
TYPE = "text/x-large"


@idempotent_id("2c3f24a6-36e8-4711-9aa2-800ee1fc7b5b")
def test_a_manifest_makes_one_object_of_segments(object_store, given, shared):
    path, segments = _uploaded(object_store, given, shared)
    whole = f"{path}/whole"
    wrong = [{**_entries(path, segments)[0], "etag": _md5(b"something else")}]
    refused(_put_manifest(object_store, whole, wrong), 400)
    missing = [{"path": f"{path}/never-was"}]
    refused(_put_manifest(object_store, whole, missing), 400)
    expect(object_store.head(whole), 404)

    made = _put_manifest(object_store, whole, _entries(path, segments))
    expect(made, 201)
    # The tag of a static large object is the digest of its segments' tags.
    assert _etag(made) == _md5("".join(map(_md5, segments)).encode())
    assert expect(object_store.get(whole), 200).content == b"".join(segments)


@idempotent_id("e69ad766-e1aa-44a2-bdd2-bf62c09c1456")
def test_a_large_object_shows_its_size_and_that_it_is_one(object_store, given, shared):
    path, segments = _uploaded(object_store, given, shared)
    whole = f"{path}/whole"
    expect(_put_manifest(object_store, whole, _entries(path, segments)), 201)
    shown = expect(object_store.head(whole), 200)
    assert not shown.content
    assert shown.header("X-Static-Large-Object").lower() == "true"
    assert shown.header("Content-Length") == str(sum(map(len, segments)))
    assert shown.header("Content-Type") == TYPE
    assert shown.header("X-Object-Meta-Colour") == "red"
    assert _etag(shown) == _md5("".join(map(_md5, segments)).encode())
    segment = expect(object_store.head(f"{path}/part/0"), 200)
    assert "x-static-large-object" not in segment.headers


@idempotent_id("49bc49bc-dd1b-4c0f-904e-d9f10b830ee8")
def test_a_large_object_is_read_whole_in_part_and_as_its_manifest(object_store, given, shared):
    path, segments = _uploaded(object_store, given, shared)
    whole = f"{path}/whole"
    expect(_put_manifest(object_store, whole, _entries(path, segments)), 201)
    content = b"".join(segments)
    read = expect(object_store.get(whole), 200)
    assert read.content == content
    assert read.header("Content-Type") == TYPE
    edge = len(segments[0])
    across = object_store.get(whole, headers={"Range": f"bytes={edge - 3}-{edge + 2}"})
    assert expect(across, 206).content == content[edge - 3 : edge + 3]

    manifest = expect(object_store.get(whole, params={"multipart-manifest": "get"}), 200)
    assert manifest.header("Content-Type").startswith("application/json")
    told = [(entry["name"], entry["bytes"], entry["hash"]) for entry in entries(manifest.json)]
    assert told == [
        (entry["path"], entry["size_bytes"], entry["etag"]) for entry in _entries(path, segments)
    ]


@idempotent_id("87b6dfa1-abe9-404d-8bf0-6c3751e6aa77")
def test_a_large_object_is_deleted_with_its_segments(object_store, given, shared):
    path, segments = _uploaded(object_store, given, shared)
    whole = f"{path}/whole"
    expect(_put_manifest(object_store, whole, _entries(path, segments)), 201)
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
    for name in ("whole", *(f"part/{number}" for number in range(SEGMENTS))):
        refused(object_store.get(f"{path}/{name}"), 404)
    assert expect(object_store.get(f"{path}/bystander"), 200).content == b"stays"


def _uploaded(object_store, given, shared):
    """Where the segments are, and their contents, all different."""
    length = max(SEGMENT, _least_segment(shared))
    segments = [bytes([65 + number]) * length for number in range(SEGMENTS)]
    path = given.object_path("large")
    for number, segment in enumerate(segments):
        expect(object_store.put(f"{path}/part/{number}", data=segment), 201)
    return path, segments


def _least_segment(shared):
    if "slo" not in shared.object_store_info:
        raise Absent("the object store does not tell of slo in /info")
    least = shared.object_store_info["slo"].get("min_segment_size", 1)
    assert isinstance(least, int)
    return least


def _entries(path, segments):
    return [
        {"path": f"{path}/part/{n}", "etag": _md5(segment), "size_bytes": len(segment)}
        for n, segment in enumerate(segments)
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
