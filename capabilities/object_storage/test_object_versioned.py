"""A container keeps former versions of its objects elsewhere (api-ref: "Object versioning")."""

import re

from refcheck.testing import Absent, expect, idempotent_id, wait_for

# Seconds that the service may take to list a version.
LISTING_BUDGET = 15.0


@idempotent_id("a151e158-dcbf-4a1f-a1e7-46cd65895a6f")
def test_former_versions_are_kept_and_come_back(object_store, given, shared):
    _need_versions(shared)
    _, archive, name = given.object_path("thing").split("/")
    container = given.container(**{"X-Versions-Location": archive})
    shown = expect(object_store.head(f"/{container}"), 204)
    assert shown.header("X-Versions-Location") == archive
    path = f"/{container}/{name}"

    expect(object_store.put(path, data=b"first"), 201)
    expect(object_store.put(path, data=b"second"), 201)
    expect(object_store.put(path, data=b"third"), 201)
    # Named by the length of the name in three hexadecimal digits, the name, and the moment.
    prefix = f"{len(name):03x}{name}/"
    kept = _archived(object_store, archive, prefix, 2)
    assert all(re.fullmatch(r"\d+\.\d+", one.removeprefix(prefix)) for one in kept), kept
    assert expect(object_store.get(f"/{archive}/{kept[0]}"), 200).content == b"first"

    # Each deletion brings back the version before.
    assert expect(object_store.get(path), 200).content == b"third"
    expect(object_store.delete(path), 204)
    assert expect(object_store.get(path), 200).content == b"second"
    expect(object_store.delete(path), 204)
    assert expect(object_store.get(path), 200).content == b"first"
    assert _archived(object_store, archive, prefix, 0) == []
    expect(object_store.delete(path), 204)
    expect(object_store.get(path), 404)


def _archived(object_store, archive, prefix, count):
    """The names of versions in the archive, once there are that many."""
    names = []

    def number():
        answer = expect(object_store.get(f"/{archive}", params={"prefix": prefix}), 200, 204)
        names[:] = answer.content.decode("utf-8", "replace").splitlines()
        return str(len(names))

    what = f"the number of versions {prefix}* in {archive}"
    wait_for(number, {str(count)}, budget=LISTING_BUDGET, what=what)
    return names


def _need_versions(shared):
    if "versioned_writes" not in shared.object_store_info:
        raise Absent("the object store does not tell of versioned_writes in /info")
