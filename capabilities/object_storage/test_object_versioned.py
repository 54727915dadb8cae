"""A container keeps former versions of its objects elsewhere (api-ref: "Object versioning")."""

import re

from refcheck.testing import Absent, expect, idempotent_id, wait_for

# Seconds that the service may take to list a version.
LISTING_BUDGET = 15.0


@idempotent_id("a151e158-dcbf-4a1f-a1e7-46cd65895a6f")
def test_former_versions_are_kept_and_come_back(object_store, given, shared):
    _need_versions(shared)
    archive = given.container()
    container = given.container(**{"X-Versions-Location": archive})
    shown = expect(object_store.head(f"/{container}"), 204)
    assert shown.header("X-Versions-Location") == archive
    path = f"/{container}/thing"

    expect(object_store.put(path, data=b"first"), 201)
    expect(object_store.put(path, data=b"second"), 201)
    expect(object_store.put(path, data=b"third"), 201)
    assert expect(object_store.get(path), 200).content == b"third"
    kept = _archived(object_store, archive, 2)
    # Named by the length of the name in three hexadecimal digits, the name, and the moment.
    assert all(re.fullmatch(r"005thing/\d+\.\d+", name) for name in kept), kept
    contents = [expect(object_store.get(f"/{archive}/{name}"), 200).content for name in kept]
    assert contents == [b"first", b"second"]

    # Each deletion brings back the version before.
    expect(object_store.delete(path), 204)
    assert expect(object_store.get(path), 200).content == b"second"
    assert _archived(object_store, archive, 1) == kept[:1]
    expect(object_store.delete(path), 204)
    assert expect(object_store.get(path), 200).content == b"first"
    assert _archived(object_store, archive, 0) == []
    expect(object_store.delete(path), 204)
    expect(object_store.get(path), 404)


def _archived(object_store, archive, count):
    """The names in the archive, once there are that many."""
    names = []

    def number():
        answer = expect(object_store.get(f"/{archive}"), 200, 204)
        names[:] = answer.content.decode("utf-8", "replace").splitlines()
        return str(len(names))

    what = f"the number of versions in {archive}"
    wait_for(number, {str(count)}, budget=LISTING_BUDGET, what=what)
    return names


def _need_versions(shared):
    if "versioned_writes" not in shared.object_store_info:
        raise Absent("the object store does not tell of versioned_writes in /info")
