"""A container takes no more than its quota.

api-ref: "Create container", X-Container-Meta-Quota-Bytes and -Count.
"""

from refcheck.testing import Absent, expect, idempotent_id, refused, wait_for

BYTES, COUNT = 20, 1
QUOTA = {
    "X-Container-Meta-Quota-Bytes": str(BYTES),
    "X-Container-Meta-Quota-Count": str(COUNT),
}
# Seconds that the service may take to add up a container.
COUNT_BUDGET = 15.0


@idempotent_id("9a0fb034-86af-4df0-86fa-f8bd7db21ae0")
def test_what_fits_the_quota_is_taken(object_store, given, shared):
    container = _with_quota(given, shared)
    path = f"/{container}/thing"
    expect(object_store.put(path, data=b"x" * BYTES), 201)
    shown = _await_count(object_store, container, 1)
    assert shown.header("X-Container-Bytes-Used") == str(BYTES)
    for quota, limit in QUOTA.items():
        assert shown.header(quota) == limit
    wrong = {"X-Container-Meta-Quota-Bytes": "many"}
    refused(object_store.post(f"/{container}", headers=wrong), 400)
    # Not one byte more.
    refused(object_store.put(f"/{container}/more", data=b"y"), 413)


@idempotent_id("22eeeb2b-3668-4160-baef-44790f65a5a0")
def test_an_object_larger_than_the_quota_is_refused(object_store, given, shared):
    container = _with_quota(given, shared)
    path = f"/{container}/thing"
    refused(object_store.put(path, data=b"x" * (BYTES + 1)), 413)
    expect(object_store.head(path), 404)
    expect(object_store.put(path, data=b"x" * (BYTES - 1)), 201)


@idempotent_id("3a387039-697a-44fc-a9c0-935de31f426b")
def test_an_object_beyond_the_count_is_refused(object_store, given, shared):
    container = _with_quota(given, shared)
    for number in range(COUNT):
        expect(object_store.put(f"/{container}/{number}", data=b"x"), 201)
    # Asking for the count also brings it up to date where it is cached.
    _await_count(object_store, container, COUNT)
    refused(object_store.put(f"/{container}/{COUNT}", data=b"x"), 413)

    # A higher quota makes room.
    more = {"X-Container-Meta-Quota-Count": str(COUNT + 1)}
    expect(object_store.post(f"/{container}", headers=more), 204)
    expect(object_store.put(f"/{container}/{COUNT}", data=b"x"), 201)


def _with_quota(given, shared):
    if "container_quotas" not in shared.object_store_info:
        raise Absent("the object store does not tell of container_quotas in /info")
    return given.container(**QUOTA)


def _await_count(object_store, container, count):
    """The container as shown once it counts that many objects."""
    shown = []

    def counted():
        shown.append(expect(object_store.head(f"/{container}"), 204))
        return shown[-1].header("X-Container-Object-Count")

    what = f"the object count of container {container}"
    wait_for(counted, {str(count)}, budget=COUNT_BUDGET, what=what)
    return shown[-1]
