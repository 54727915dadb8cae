"""A container takes no more than its quota.

api-ref: "Create container", X-Container-Meta-Quota-Bytes and -Count.
"""

import re

from refcheck.testing import Absent, expect, idempotent_id, refused, wait_for

BYTES, COUNT = 20, 2
# Seconds that the service may take to add up a container.
COUNT_BUDGET = 15.0


@idempotent_id("9a0fb034-86af-4df0-86fa-f8bd7db21ae0")
def test_what_fits_the_quota_is_taken(object_store, given):
    container = _with_quota(object_store, given)
    path = f"/{container}/thing"
    expect(object_store.put(path, data=b"x" * BYTES), 201)
    assert expect(object_store.get(path), 200).content == b"x" * BYTES
    _await_count(object_store, container, 1)
    shown = expect(object_store.head(f"/{container}"), 204)
    assert shown.header("X-Container-Bytes-Used") == str(BYTES)
    # Not one byte more.
    refused(object_store.put(f"/{container}/more", data=b"y"), 413)
    expect(object_store.head(f"/{container}/more"), 404)


@idempotent_id("22eeeb2b-3668-4160-baef-44790f65a5a0")
def test_an_object_larger_than_the_quota_is_refused(object_store, given):
    container = _with_quota(object_store, given)
    path = f"/{container}/thing"
    refused(object_store.put(path, data=b"x" * (BYTES + 1)), 413)
    expect(object_store.head(path), 404)
    shown = expect(object_store.head(f"/{container}"), 204)
    assert shown.header("X-Container-Object-Count") == "0"
    assert shown.header("X-Container-Bytes-Used") == "0"
    expect(object_store.put(path, data=b"x" * (BYTES - 1)), 201)


@idempotent_id("3a387039-697a-44fc-a9c0-935de31f426b")
def test_an_object_beyond_the_count_is_refused(object_store, given):
    container = _with_quota(object_store, given)
    for number in range(COUNT):
        expect(object_store.put(f"/{container}/{number}", data=b"x"), 201)
    # Asking for the count also brings it up to date where it is cached.
    _await_count(object_store, container, COUNT)
    refused(object_store.put(f"/{container}/{COUNT}", data=b"x"), 413)
    expect(object_store.head(f"/{container}/{COUNT}"), 404)
    _await_count(object_store, container, COUNT)

    # A higher quota makes room.
    more = {"X-Container-Meta-Quota-Count": str(COUNT + 1)}
    expect(object_store.post(f"/{container}", headers=more), 204)
    expect(object_store.put(f"/{container}/{COUNT}", data=b"x"), 201)


def _with_quota(object_store, given):
    address = re.split(r"/v1(?:/|$)", object_store.url)[0] + "/info"
    told = expect(object_store.get(address, authenticated=False), 200).json
    if "container_quotas" not in told:
        raise Absent("the object store does not tell of container_quotas in /info")
    quota = {"Quota-Bytes": str(BYTES), "Quota-Count": str(COUNT)}
    name = given.container(**{f"X-Container-Meta-{key}": value for key, value in quota.items()})
    shown = expect(object_store.head(f"/{name}"), 204)
    for key, value in quota.items():
        assert shown.header(f"X-Container-Meta-{key}") == value
    wrong = {"X-Container-Meta-Quota-Bytes": "many"}
    refused(object_store.post(f"/{name}", headers=wrong), 400)
    return name


def _await_count(object_store, container, count):
    def counted():
        return expect(object_store.head(f"/{container}"), 204).header("X-Container-Object-Count")

    what = f"the object count of container {container}"
    wait_for(counted, {str(count)}, budget=COUNT_BUDGET, what=what)
