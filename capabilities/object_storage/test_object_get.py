"""An object is read whole, in part, if it differs, and until it expires.

api-ref: "Get object content and metadata", "Show object metadata".
"""

import hashlib
from calendar import timegm
from email.utils import parsedate

from refcheck.testing import expect, headstart, idempotent_id, refused, sent_at, wait_for

CONTENT = bytes(range(256)) * 4
EXPIRY_BUDGET = 30.0


@idempotent_id("02610ba7-86b7-4272-9ed8-aa8d417cb3cd")
def test_an_object_is_read_to_the_last_byte(object_store, given):
    path = given.object_path("thing")
    sent = {"Content-Type": "text/x-thing", "X-Object-Meta-Colour": "red"}
    expect(object_store.put(path, data=CONTENT, headers=sent), 201)

    read = expect(object_store.get(path), 200)
    assert read.content == CONTENT
    shown = expect(object_store.head(path), 200)
    assert not shown.content
    for answer in (read, shown):
        assert answer.header("Content-Length") == str(len(CONTENT))
        assert answer.header("Content-Type") == "text/x-thing"
        assert answer.header("X-Object-Meta-Colour") == "red"
        assert answer.header("ETag").strip('"') == _md5(CONTENT)
        assert parsedate(answer.header("Last-Modified"))
        assert answer.header("Accept-Ranges") == "bytes"
        # It is whole, not one of segments.
        assert not {"x-static-large-object", "x-object-manifest"} & set(answer.headers)

    part = expect(object_store.get(path, headers={"Range": "bytes=10-19"}), 206)
    assert part.content == CONTENT[10:20]
    assert part.header("Content-Range") == f"bytes 10-19/{len(CONTENT)}"
    end = expect(object_store.get(path, headers={"Range": "bytes=-5"}), 206)
    assert end.content == CONTENT[-5:]
    expect(object_store.get(path, headers={"Range": f"bytes={len(CONTENT)}-"}), 416)

    refused(object_store.get(path, authenticated=False), 401)


@idempotent_id("50d01f12-526f-4360-9ac2-75dd508d7b68")
def test_an_object_is_sent_only_to_those_who_have_another_version(object_store, given):
    path = given.object_path("thing")
    expect(object_store.put(path, data=CONTENT), 201)
    other_than_it, just_it = {"If-None-Match": _md5(CONTENT)}, {"If-Match": _md5(CONTENT)}

    unchanged = expect(object_store.get(path, headers=other_than_it), 304)
    assert not unchanged.content
    assert expect(object_store.get(path, headers=just_it), 200).content == CONTENT

    # Once it changes, who was up to date no longer is.
    expect(object_store.put(path, data=b"new"), 201)
    assert expect(object_store.get(path, headers=other_than_it), 200).content == b"new"
    expect(object_store.get(path, headers=just_it), 412)


@headstart("brief_object")
@idempotent_id("fb024a42-37f3-4ba5-9684-4f40a7910b41")
def test_an_object_expires_when_its_time_is_up(object_store, given, shared):
    brief = given.brief_object()
    path, made, alive = brief.path, expect(brief.made, 201), expect(brief.read, 200)
    assert alive.content == brief.content
    written = parsedate(made.header("Last-Modified"))
    assert written
    # Last-Modified is rounded up to a whole second, the end may be rounded either way.
    ends = [str(timegm(written) + brief.lifetime + rounding) for rounding in (-1, 0, 1)]
    assert alive.header("X-Delete-At") in ends
    past = {"X-Delete-At": "1"}
    asked = refused(object_store.put(f"{path}/past", data=CONTENT, headers=past), 400)
    expect(object_store.head(f"{path}/past"), 404)

    end = int(alive.header("X-Delete-At"))

    def status():
        answer = expect(object_store.get(path), 200, 404)
        return str((refused(answer, 404) if answer.status != 200 else answer).status)

    # By the cloud's clock, which counts; there is nothing to see before.
    left = max(end - sent_at(asked).timestamp(), 0.0)
    what = f"the status of {path}"
    wait_for(status, {"404"}, budget=EXPIRY_BUDGET, what=what, after=left)
    # What was given no end goes on.
    kept = expect(object_store.get(f"/{shared.container.name}/apple"), 200)
    assert kept.content == b"apple"


def _md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
