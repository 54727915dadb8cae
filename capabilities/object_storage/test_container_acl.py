"""A container's owner lets others read or write it (api-ref: "Access control lists").

One user is enough: a token that is not for the account's project opens nothing there by itself,
so whatever it may do, the access control list allowed. Such a token is for another project of the
user, or for no project at all.
"""

import uuid

from refcheck.testing import Undecided, expect, idempotent_id, refused

CONTENT = b"for some eyes"


@idempotent_id("a3270f3f-7640-4944-8448-c7ea783ea5b6")
def test_who_is_given_read_access_may_read_and_not_write(object_store, identity, cloud, given):
    outsider = _outsider(object_store, identity, cloud)
    container, other = given.container(), given.container()
    path = f"/{container}/thing"
    for one in (path, f"/{other}/thing"):
        expect(object_store.put(one, data=CONTENT), 201)
    refused(object_store.get(path, **outsider), 403)

    _allow(object_store, container, "Read", _someone_else())
    refused(object_store.get(path, **outsider), 403)
    _allow(object_store, container, "Read", f"*:{cloud.user_id}")
    assert expect(object_store.get(path, **outsider), 200).content == CONTENT
    refused(object_store.put(path, data=b"changed", **outsider), 403)
    refused(object_store.delete(path, **outsider), 403)
    refused(object_store.get(f"/{other}/thing", **outsider), 403)
    refused(object_store.get(path, authenticated=False), 401)
    assert expect(object_store.get(path), 200).content == CONTENT

    _allow(object_store, container, "Read", "")
    refused(object_store.get(path, **outsider), 403)


@idempotent_id("aa58bfa5-40d9-4bc3-82b4-d07f4a9e392a")
def test_who_is_given_write_access_may_write_and_not_read(object_store, identity, cloud, given):
    outsider = _outsider(object_store, identity, cloud)
    container = given.container()
    path = f"/{container}/thing"
    refused(object_store.put(path, data=CONTENT, **outsider), 403)
    _allow(object_store, container, "Write", _someone_else())
    refused(object_store.put(path, data=CONTENT, **outsider), 403)
    expect(object_store.head(path), 404)

    _allow(object_store, container, "Write", f"*:{cloud.user_id}")
    expect(object_store.put(path, data=CONTENT, **outsider), 201)
    assert expect(object_store.get(path), 200).content == CONTENT
    refused(object_store.get(path, **outsider), 403)
    refused(object_store.put(path, data=b"changed", authenticated=False), 401)
    expect(object_store.delete(path, **outsider), 204)
    expect(object_store.head(path), 404)

    _allow(object_store, container, "Write", "")
    refused(object_store.put(path, data=CONTENT, **outsider), 403)
    expect(object_store.head(path), 404)


def _allow(object_store, container, what, whom):
    header = f"X-Container-{what}"
    expect(object_store.post(f"/{container}", headers={header: whom}), 204)
    shown = expect(object_store.head(f"/{container}"), 204)
    assert shown.headers.get(header.lower(), "") == whom


def _someone_else():
    return f"*:{uuid.uuid4().hex}"


def _outsider(object_store, identity, cloud):
    """Options of a request by our own user from outside the account's project."""
    projects = expect(identity.get("/auth/projects"), 200)["projects"]
    others = [p["id"] for p in projects if p["id"] != cloud.project_id and p["enabled"]]
    scope = {"project": {"id": others[0]}} if others else "unscoped"
    proof = {"methods": ["token"], "token": {"id": cloud.token}}
    login = {"auth": {"identity": proof, "scope": scope}}
    answer = identity.post("/auth/tokens", json=login, authenticated=False)
    if answer.status != 201:
        raise Undecided(
            "these credentials cannot ask for a token outside their project, so what others may do"
            f" in a container cannot be seen ({answer.status} {answer.message})"
        )
    token = {"X-Auth-Token": answer.header("X-Subject-Token")}
    outsider = {"headers": token, "authenticated": False}
    stopped = object_store.get("", **outsider)
    if stopped.status == 401:
        raise Undecided("the object store does not take a token that is for no project")
    refused(stopped, 403)
    return outsider
