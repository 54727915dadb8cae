"""A container's owner lets others read or write it (api-ref: "Access control lists").

The others are another user, of another project, without any right in the owner's.
"""

import uuid

from refcheck.testing import expect, idempotent_id, refused

CONTENT = b"for some eyes"


@idempotent_id("a3270f3f-7640-4944-8448-c7ea783ea5b6")
def test_who_is_given_read_access_may_read_and_not_write(object_store, given, second):
    stranger = second.service("object-store")
    container, other = given.container(), given.container()
    path, elsewhere = f"/{container}/thing", f"/{other}/thing"
    for one in (path, elsewhere):
        expect(object_store.put(one, data=CONTENT), 201)
    there, there_too = object_store.url + path, object_store.url + elsewhere
    refused(stranger.get(there), 403)

    _allow(object_store, container, "Read", f"{second.project_id}:{uuid.uuid4().hex}")
    refused(stranger.get(there), 403)
    _allow(object_store, container, "Read", f"{second.project_id}:{second.user_id}")
    assert expect(stranger.get(there), 200).content == CONTENT
    refused(stranger.put(there, data=b"changed"), 403)
    refused(stranger.delete(there), 403)
    refused(stranger.get(there_too), 403)
    refused(object_store.get(path, authenticated=False), 401)
    assert expect(object_store.get(path), 200).content == CONTENT

    _allow(object_store, container, "Read", "")
    refused(stranger.get(there), 403)


@idempotent_id("aa58bfa5-40d9-4bc3-82b4-d07f4a9e392a")
def test_who_is_given_write_access_may_write_and_not_read(object_store, given, second):
    stranger = second.service("object-store")
    container = given.container()
    path = f"/{container}/thing"
    there = object_store.url + path
    refused(stranger.put(there, data=CONTENT), 403)
    _allow(object_store, container, "Write", f"{second.project_id}:{uuid.uuid4().hex}")
    refused(stranger.put(there, data=CONTENT), 403)
    expect(object_store.head(path), 404)

    _allow(object_store, container, "Write", f"{second.project_id}:{second.user_id}")
    expect(stranger.put(there, data=CONTENT), 201)
    assert expect(object_store.get(path), 200).content == CONTENT
    refused(stranger.get(there), 403)
    refused(object_store.put(path, data=b"changed", authenticated=False), 401)
    expect(stranger.delete(there), 204)
    expect(object_store.head(path), 404)

    _allow(object_store, container, "Write", "")
    refused(stranger.put(there, data=CONTENT), 403)
    expect(object_store.head(path), 404)


def _allow(object_store, container, what, whom):
    header = f"X-Container-{what}"
    expect(object_store.post(f"/{container}", headers={header: whom}), 204)
    shown = expect(object_store.head(f"/{container}"), 204)
    assert shown.headers.get(header.lower(), "") == whom
