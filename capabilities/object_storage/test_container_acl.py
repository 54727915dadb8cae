"""A container's owner lets others read or write it (api-ref: "Access control lists").

The others are another user, of another project, without any right in the owner's.
"""

import uuid

from refcheck.testing import expect, idempotent_id, refused

CONTENT = b"for some eyes"
# One of the shared container, which names nobody.
OBJECT = "apple"


@idempotent_id("a3270f3f-7640-4944-8448-c7ea783ea5b6")
def test_who_is_given_read_access_may_read_and_not_write(object_store, given, shared, second):
    stranger = second.service("object-store")
    # At first it is somebody else who may.
    container = given.container(**{"X-Container-Read": f"{second.project_id}:{uuid.uuid4().hex}"})
    path = f"/{container}/thing"
    there, elsewhere = (
        object_store.url + one for one in (path, f"/{shared.container.name}/{OBJECT}")
    )
    expect(object_store.put(path, data=CONTENT), 201)
    refused(stranger.get(there), 403)

    _allow(object_store, container, "Read", f"{second.project_id}:{second.user_id}")
    refused(stranger.put(there, data=b"changed"), 403)
    refused(stranger.delete(there), 403)
    assert expect(stranger.get(there), 200).content == CONTENT
    refused(stranger.get(elsewhere), 403)
    refused(object_store.get(path, authenticated=False), 401)

    _allow(object_store, container, "Read", "")
    refused(stranger.get(there), 403)


@idempotent_id("aa58bfa5-40d9-4bc3-82b4-d07f4a9e392a")
def test_who_is_given_write_access_may_write_and_not_read(object_store, given, second):
    stranger = second.service("object-store")
    container = given.container(**{"X-Container-Write": f"{second.project_id}:{uuid.uuid4().hex}"})
    path = f"/{container}/thing"
    there = object_store.url + path
    refused(stranger.put(there, data=b"too early"), 403)

    _allow(object_store, container, "Write", f"{second.project_id}:{second.user_id}")
    expect(stranger.put(there, data=CONTENT), 201)
    refused(stranger.get(there), 403)
    refused(object_store.put(path, data=b"changed", authenticated=False), 401)
    assert expect(object_store.get(path), 200).content == CONTENT
    expect(stranger.delete(there), 204)

    _allow(object_store, container, "Write", "")
    refused(stranger.put(there, data=CONTENT), 403)
    # Deleted by the stranger, and not put back.
    expect(object_store.head(path), 404)


def _allow(object_store, container, what, whom):
    """Let somebody read or write, or nobody any more, and see that it is so."""
    header = f"X-Container-{what}"
    expect(object_store.post(f"/{container}", headers={header: whom}), 204)
    if whom:
        shown = expect(object_store.head(f"/{container}"), 204)
        assert shown.header(header) == whom
