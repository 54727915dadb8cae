"""A server is rebuilt from an image.

The guest system must agree, on a cloud where one can be asked.
API reference: Compute API, "Servers - run an action", "Rebuild Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, fixed_addresses, idempotent_id, refused


def _rebuild(compute, server_id, image, **fields):
    body = {"rebuild": {"imageRef": image["id"], **fields}}
    return compute.post(f"/servers/{server_id}/action", json=body)


def _rebuilds(compute, create, given, server, image):
    """The server is rebuilt with a new name, metadata and image, and keeps the rest.

    Returns it as shown.
    """
    asked = {"name": create.name("rebuilt"), "metadata": {"rebuilt": "yes"}}
    answer = expect(_rebuild(compute, server["id"], image, **asked), 202)["server"]
    assert answer["id"] == server["id"]
    assert answer["adminPass"]
    assert answer["image"]["id"] == image["id"]

    after = given.settled(server["id"], "rebuilt server")
    assert answer["adminPass"] not in str(after), "the password is shown again"
    assert after["image"]["id"] == image["id"]
    for field, value in asked.items():
        assert answer[field] == value, f"{field} was answered as {answer[field]!r}"
        assert after[field] == value, f"{field} is {after[field]!r}"
    for field in ("flavor", "created", "key_name"):
        assert after[field] == server[field], f"{field} has changed"
    assert fixed_addresses(after) == fixed_addresses(server)
    return after


@idempotent_id("aaa6cdf3-55a7-461a-add9-1c8596b9a07c")
def test_a_rebuilt_server_has_the_new_image_and_keeps_its_place(
    compute, create, given, shared, facts
):
    server, boot = given.used_server(), facts["boot"]
    before = shared.look_into(server)
    images = [boot["image"], boot["image_alt"] or boot["image"]]
    # Another than it has, if the cloud has another.
    images.sort(key=lambda image: image["id"] == server["image"]["id"])
    after = _rebuilds(compute, create, given, server, images[0])
    inside = shared.look_into(after) if before else None
    if inside:
        assert inside.boot_id != before.boot_id, "the guest goes on as if nothing had happened"
        # A new name is what others call it; it calls itself what it was made with.
        assert (inside.host_name, inside.vcpus) == (before.host_name, before.vcpus)


@idempotent_id("d86141a7-906e-4731-b187-d64a2ea61422")
def test_a_server_that_does_not_exist_is_not_rebuilt(compute, shared, facts):
    _one_that_exists_was_rebuilt(shared, facts)
    refused(_rebuild(compute, uuid.uuid4(), facts["boot"]["image"]), 404)


@idempotent_id("98fa0458-1485-440f-873b-fe7f0d714930")
def test_a_deleted_server_is_not_rebuilt(compute, shared, facts):
    _one_that_exists_was_rebuilt(shared, facts)
    gone = shared.deleted_server
    refused(_rebuild(compute, gone["id"], facts["boot"]["image"]), 404)
    refused(compute.get(f"/servers/{gone['id']}"), 404)


def _one_that_exists_was_rebuilt(shared, facts):
    """The positive control: the same request for a server that is there was done."""
    rebuilt = shared.rebuilt_server
    assert "rebuilt" in rebuilt["name"]
    assert rebuilt["image"]["id"] == facts["boot"]["image"]["id"]
