"""An object is deleted for good (api-ref: "Delete object")."""

from refcheck.testing import expect, idempotent_id, refused, wait_for

# Seconds that the service may take to forget it in the container's list.
LISTING_BUDGET = 15.0


@idempotent_id("17738d45-03bd-4d45-9e0b-7b2f58f98687")
def test_a_deleted_object_is_gone_and_its_neighbour_stays(object_store, given):
    _, container, prefix = given.object_path("pair").split("/")
    doomed, kept = f"/{container}/{prefix}-doomed", f"/{container}/{prefix}-kept"
    for path in (doomed, kept):
        expect(object_store.put(path, data=b"content"), 201)
    # Its refused deletion has harmed nothing: the next one finds it there.
    refused(object_store.delete(doomed, authenticated=False), 401)
    assert not expect(object_store.delete(doomed), 204).content
    refused(object_store.get(doomed), 404)
    refused(object_store.delete(doomed), 404)

    def listed():
        answer = expect(object_store.get(f"/{container}", params={"prefix": prefix}), 200)
        return answer.content.decode("utf-8", "replace").strip()

    what = f"the list of {prefix}* in {container}"
    wait_for(listed, {f"{prefix}-kept"}, budget=LISTING_BUDGET, what=what)
    # The name is free again.
    expect(object_store.put(doomed, data=b"reborn"), 201)
    assert expect(object_store.get(doomed), 200).content == b"reborn"
