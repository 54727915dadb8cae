"""A server is resized, and the new size is kept or given up.

The guest system must agree, on a cloud where one can be asked.
API reference: Compute API, "Servers - run an action", "Resize Server", "Confirm Resized Server"
and "Revert Resized Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import Undecided, expect, fixed_addresses, idempotent_id, refused


def _act(compute, server, action, argument=None):
    return compute.post(f"/servers/{server['id']}/action", json={action: argument})


def _larger(facts):
    flavor = facts["boot"]["flavor_alt"]
    if flavor is None:
        raise Undecided("configuration: the project sees no second flavor that the image fits in")
    return flavor


def _is_as_before(after, before, flavor_id):
    """The server, active, is of this size and in all else what it was."""
    assert after["status"] == "ACTIVE"
    assert after["flavor"]["id"] == flavor_id
    for field in ("id", "name", "image", "metadata", "created"):
        assert after[field] == before[field], f"{field} has changed"
    assert fixed_addresses(after) == fixed_addresses(before)


def _refuses(compute, given, shared, facts, flavor):
    """The flavor is refused and the server is as before; a proper one was taken."""
    assert shared.resizing["resized"]["flavor"]["id"] == _larger(facts)["id"]
    server = given.used_server()
    refused(_act(compute, server, "resize", {"flavorRef": flavor}), 400)
    after = given.settled(server["id"], "server not resized")
    _is_as_before(after, server, server["flavor"]["id"])


@idempotent_id("1499262a-9328-4eda-9068-db1ac57498d2")
def test_a_confirmed_resize_is_kept(compute, given, shared, facts):
    server, larger = given.used_server(), _larger(facts)
    before = shared.look_into(server)
    # There is nothing to keep yet.
    refused(_act(compute, server, "confirmResize"), 409)
    expect(_act(compute, server, "resize", {"flavorRef": larger["id"]}), 202)
    resized = given.server_in(server["id"], "VERIFY_RESIZE")
    assert resized["flavor"]["id"] == larger["id"]
    expect(_act(compute, server, "confirmResize"), 204)
    after = given.settled(server["id"], "resized server")
    _is_as_before(after, server, larger["id"])
    # What was kept cannot be given up any more.
    refused(_act(compute, server, "revertResize"), 409)
    if before:
        inside = shared.look_into(after)
        assert inside.vcpus == larger["vcpus"], "the guest has not the processors of its new size"
        assert inside.host_name == before.host_name


@idempotent_id("c03aab19-adb1-44f5-917d-c419577e9e68")
def test_a_reverted_resize_is_given_up(compute, shared, facts):
    # A server of ours that was never resized has nothing to give up.
    refused(_act(compute, shared.server, "revertResize"), 409)
    # Others need one that was resized and went back: the same that this is about.
    told = shared.resizing
    assert told["resized"]["status"] == "VERIFY_RESIZE"
    assert told["resized"]["flavor"]["id"] == _larger(facts)["id"]
    _is_as_before(told["after"], told["before"], facts["boot"]["flavor"]["id"])
    if told["inside_before"]:
        inside = told["inside_after"]
        assert "fault" not in inside, inside["fault"]
        for field in ("vcpus", "host_name"):
            assert inside[field] == told["inside_before"][field], f"the guest's {field} has changed"


@idempotent_id("ced1a1d7-2ab6-45c9-b90f-b27d87b30efd")
def test_a_flavor_that_does_not_exist_is_refused(compute, given, shared, facts):
    _refuses(compute, given, shared, facts, str(uuid.uuid4()))


@idempotent_id("45436a7d-a388-4a35-a9d8-3adc5d0d940b")
def test_an_empty_flavor_is_refused(compute, given, shared, facts):
    _refuses(compute, given, shared, facts, "")
