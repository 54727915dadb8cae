"""A server is resized, and the new size is kept or given up.

API reference: Compute API, "Servers - run an action", "Resize Server", "Confirm Resized Server"
and "Revert Resized Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import Undecided, expect, idempotent_id, refused, wait_for

_BUDGET = 300.0
"""Seconds for a resize to be kept or given up."""


def _act(compute, server, action, argument=None):
    return compute.post(f"/servers/{server['id']}/action", json={action: argument})


def _larger(facts):
    flavor = facts["boot"]["flavor_alt"]
    if flavor is None:
        raise Undecided("the project sees no second flavor that the image fits in")
    return {"flavorRef": flavor["id"]}


def _resized(compute, given, facts):
    """A server that waits for its new size to be confirmed."""
    server = given.used_server()
    # There is nothing to keep or to give up yet.
    refused(_act(compute, server, "confirmResize"), 409)
    refused(_act(compute, server, "revertResize"), 409)
    expect(_act(compute, server, "resize", _larger(facts)), 202)
    return given.server_in(server["id"], "VERIFY_RESIZE")


def _settled(compute, server, flavor_id):
    """The server, active, with nothing going on, of this size."""
    seen = []

    def state():
        seen.append(expect(compute.get(f"/servers/{server['id']}"), 200)["server"])
        return f"{seen[-1]['status']}, task {seen[-1]['OS-EXT-STS:task_state']}"

    never = {"ERROR, task None"}
    wait_for(state, {"ACTIVE, task None"}, never=never, budget=_BUDGET, what="resized server")
    shown = seen[-1]
    assert shown["flavor"]["id"] == flavor_id
    for field in ("name", "image", "addresses", "metadata"):
        assert shown[field] == server[field], f"{field} has changed"


def _refuses(compute, given, facts, flavor):
    """The flavor is refused and the server is as before; a proper one is taken."""
    server = given.used_server()
    refused(_act(compute, server, "resize", {"flavorRef": flavor}), 400)
    _settled(compute, server, server["flavor"]["id"])
    expect(_act(compute, server, "resize", _larger(facts)), 202)
    given.server_in(server["id"], "VERIFY_RESIZE")
    # As it was before, it serves other tests.
    expect(_act(compute, server, "revertResize"), 202)
    _settled(compute, server, server["flavor"]["id"])


@idempotent_id("1499262a-9328-4eda-9068-db1ac57498d2")
def test_a_confirmed_resize_is_kept(compute, given, facts):
    server = _resized(compute, given, facts)
    expect(_act(compute, server, "confirmResize"), 204)
    _settled(compute, server, _larger(facts)["flavorRef"])
    refused(_act(compute, server, "revertResize"), 409)


@idempotent_id("c03aab19-adb1-44f5-917d-c419577e9e68")
def test_a_reverted_resize_is_given_up(compute, given, facts):
    server = _resized(compute, given, facts)
    expect(_act(compute, server, "revertResize"), 202)
    _settled(compute, server, facts["boot"]["flavor"]["id"])
    refused(_act(compute, server, "confirmResize"), 409)


@idempotent_id("ced1a1d7-2ab6-45c9-b90f-b27d87b30efd")
def test_a_flavor_that_does_not_exist_is_refused(compute, given, facts):
    _refuses(compute, given, facts, str(uuid.uuid4()))


@idempotent_id("45436a7d-a388-4a35-a9d8-3adc5d0d940b")
def test_an_empty_flavor_is_refused(compute, given, facts):
    _refuses(compute, given, facts, "")
