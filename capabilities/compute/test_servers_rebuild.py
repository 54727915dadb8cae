"""A server is rebuilt from an image.

API reference: Compute API, "Servers - run an action", "Rebuild Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, refused, wait_for

_BUDGET = 300.0
"""Seconds for a rebuild to be finished."""


def _rebuild(compute, server_id, image, **fields):
    body = {"rebuild": {"imageRef": image["id"], **fields}}
    return compute.post(f"/servers/{server_id}/action", json=body)


def _rebuilds(compute, create, server, image):
    """The server is rebuilt with a new name, metadata and image, and keeps the rest."""
    asked = {"name": create.name("rebuilt"), "metadata": {"rebuilt": "yes"}}
    answer = expect(_rebuild(compute, server["id"], image, **asked), 202)["server"]
    assert answer["id"] == server["id"]
    assert answer["adminPass"]

    seen = []

    def state():
        seen.append(expect(compute.get(f"/servers/{server['id']}"), 200)["server"])
        return f"{seen[-1]['status']}, task {seen[-1]['OS-EXT-STS:task_state']}"

    never = {"ERROR, task None"}
    wait_for(state, {"ACTIVE, task None"}, never=never, budget=_BUDGET, what="rebuilt server")
    after = seen[-1]
    assert after["image"]["id"] == image["id"]
    for field, value in asked.items():
        assert after[field] == value, f"{field} is {after[field]!r}"
    for field in ("flavor", "addresses", "created"):
        assert after[field] == server[field], f"{field} has changed"


@idempotent_id("aaa6cdf3-55a7-461a-add9-1c8596b9a07c")
def test_a_rebuilt_server_has_the_new_image_and_keeps_its_place(compute, create, given, facts):
    server, boot = given.used_server(), facts["boot"]
    images = [boot["image"], boot["image_alt"] or boot["image"]]
    # Another than it has, if the cloud has another.
    images.sort(key=lambda image: image["id"] == server["image"]["id"])
    _rebuilds(compute, create, server, images[0])


@idempotent_id("d86141a7-906e-4731-b187-d64a2ea61422")
def test_a_server_that_does_not_exist_is_not_rebuilt(compute, create, given, facts):
    image = facts["boot"]["image"]
    refused(_rebuild(compute, uuid.uuid4(), image), 404)
    _rebuilds(compute, create, given.used_server(), image)


@idempotent_id("98fa0458-1485-440f-873b-fe7f0d714930")
def test_a_deleted_server_is_not_rebuilt(compute, create, given, shared, facts):
    image = facts["boot"]["image"]
    gone = shared.deleted_server
    refused(_rebuild(compute, gone["id"], image), 404)
    refused(compute.get(f"/servers/{gone['id']}"), 404)
    _rebuilds(compute, create, given.used_server(), image)
