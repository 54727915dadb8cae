"""An account takes what fits its quota, which its users cannot change (Swift: "Account quotas").

Nobody but an operator sets a quota, so most accounts have none; what others try with ours shows in
both cases whose it is.
"""

from refcheck.testing import Absent, HarnessFault, expect, idempotent_id, refused

CONTENT = b"well within any quota"
QUOTA = "X-Account-Meta-Quota-Bytes"
# Large enough to harm nobody, should a service take it.
HARMLESS = str(2**50)


@idempotent_id("a22ef352-a342-4587-8f47-3bbdb5b039c4")
def test_an_object_that_fits_the_quota_is_taken(object_store, given, shared, second):
    _need_quotas(shared)
    # An account begins with its first container.
    path = given.object_path("thing")
    shown = expect(object_store.head(""), 204)
    quota = shown.headers.get(QUOTA.lower())
    used = shown.header("X-Account-Bytes-Used")
    assert used.isdigit()
    if quota is not None:
        assert quota.isdigit()
        if int(used) + len(CONTENT) > int(quota):
            raise HarnessFault(f"quota: the account holds {used} of {quota} bytes; free some")
    made = expect(object_store.put(path, data=CONTENT), 201)
    refused(object_store.put(path, data=b"other", authenticated=False), 401)

    # Room in the account is room for its own users.
    refused(second.service("object-store").put(f"{object_store.url}{path}", data=b"other"), 403)
    read = expect(object_store.get(path), 200)
    assert read.content == CONTENT
    assert read.header("ETag") == made.header("ETag")


@idempotent_id("d1dc5076-555e-4e6d-9697-28f1fe976324")
def test_a_user_cannot_change_the_quota(object_store, create, shared, second):
    _need_quotas(shared)
    # An account begins with its first container.
    assert shared.crowded_container
    before = expect(object_store.head(""), 204).headers.get(QUOTA.lower())
    tried = object_store.post("", headers={QUOTA: before or HARMLESS})
    if tried.status == 204 and before is None:
        # Taken after all: put it back before complaining.
        object_store.post("", headers={"X-Remove-Account-Meta-Quota-Bytes": "x"})
    refused(tried, 403)
    # An empty value would remove it; without a quota that changes nothing, if it is taken.
    removed = object_store.post("", headers={QUOTA: before or ""})
    refused(removed, 403)
    # Nor can somebody else.
    stranger = second.service("object-store")
    refused(stranger.post(object_store.url, headers={QUOTA: before or HARMLESS}), 403)

    # Other metadata is the user's own; taking away what never was leaves nothing to clean up.
    never = {f"X-Remove-Account-Meta-{create.name('item')}": "x"}
    expect(object_store.post("", headers=never), 204)
    assert expect(object_store.head(""), 204).headers.get(QUOTA.lower()) == before


def _need_quotas(shared):
    if "account_quotas" not in shared.object_store_info:
        raise Absent("the object store does not tell of account_quotas in /info")
