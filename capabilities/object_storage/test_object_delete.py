"""An object is deleted for good (api-ref: "Delete object")."""

from refcheck.testing import expect, idempotent_id, refused, wait_for

# Seconds that the service may take to forget it in the container's list.
LISTING_BUDGET = 15.0


@idempotent_id("17738d45-03bd-4d45-9e0b-7b2f58f98687")
def test_a_deleted_object_is_gone_and_its_neighbour_stays(object_store, given):
    container = given.container()
    doomed, kept = f"/{container}/doomed", f"/{container}/kept"
    for path in (doomed, kept):
        expect(object_store.put(path, data=b"content"), 201)
    refused(object_store.delete(doomed, authenticated=False), 401)
    assert expect(object_store.get(doomed), 200).content == b"content"

    assert not expect(object_store.delete(doomed), 204).content
    refused(object_store.get(doomed), 404)
    expect(object_store.head(doomed), 404)
    refused(object_store.delete(doomed), 404)

    def listed():
        return expect(object_store.get(f"/{container}"), 200).content.decode("utf-8", "replace")

    wait_for(listed, {"kept\n"}, budget=LISTING_BUDGET, what=f"the list of {container}")
    assert expect(object_store.get(kept), 200).content == b"content"
    # The name is free again.
    expect(object_store.put(doomed, data=b"reborn"), 201)
    assert expect(object_store.get(doomed), 200).content == b"reborn"
