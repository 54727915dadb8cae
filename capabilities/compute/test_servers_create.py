"""A server is created from an image, a flavor and networks.

API reference: Compute API, "Servers", "Create Server".
"""

from __future__ import annotations

import secrets
import uuid

from refcheck.testing import expect, idempotent_id, ids, is_uuid, refused

_LONGEST = 255
"""Characters at most in a server's name, and in a metadata key or value."""


def _named(compute, name):
    """The ids of all servers whose name has this in it, whatever their state."""
    return ids(expect(compute.get("/servers", params={"name": name}), 200)["servers"])


def _taken(shared):
    """The positive control: the same request made right gave this server."""
    assert is_uuid(shared.server["id"])
    assert shared.server["status"] == "ACTIVE"


@idempotent_id("b92d5ec7-b1dd-44a2-87e4-45e888c46ef0")
def test_a_server_takes_the_administrator_password_it_is_given(shared):
    made = shared.twin
    assert made["told"], "the answer told no password, or another than the one that was given"
    # It is told once, to who asked for the server.
    assert not made["shown"], "the server shows its administrator's password"


@idempotent_id("8fea6be7-065e-47cf-89b8-496e6f96c699")
def test_two_servers_may_have_the_same_name(shared):
    first, second = shared.twin["other"], shared.twin["server"]
    assert first["id"] != second["id"]
    assert second["name"] == first["name"]
    assert second["key_name"] is None, "nobody gave it a key pair"
    # A name is found wherever it is part of one.
    found = shared.twin["named"]
    assert found.count(first["id"]) == found.count(second["id"]) == 1


@idempotent_id("fd57f159-68d6-4c2a-902b-03070828a87e")
def test_a_name_that_is_a_number_is_refused(compute, create, given, shared):
    number = secrets.randbelow(10**12) + 10**12
    refused(create("server", **given.bootable(), name=number), 400)
    assert _named(compute, str(number)) == []
    _taken(shared)


@idempotent_id("7fc74810-0bd2-4cd7-8244-4f33a9db865a")
def test_metadata_longer_than_the_limit_is_refused(compute, create, given):
    name = create.name("server")
    fits, exceeds = "v" * _LONGEST, "v" * (_LONGEST + 1)
    for metadata in ({"key": exceeds}, {exceeds: "value"}):
        refused(create("server", **given.bootable(), name=name, metadata=metadata), 400)
    assert _named(compute, name) == []
    # The limit is the same for metadata that a server is given later.
    path = f"/servers/{given.used_server()['id']}/metadata"
    longest = {fits.replace("v", "k"): fits}
    expect(compute.put(path, json={"metadata": longest}), 200)
    assert expect(compute.get(path), 200)["metadata"] == longest


@idempotent_id("c3e0fb12-07fc-4d76-a22e-37409887afe8")
def test_a_name_longer_than_the_limit_is_refused(compute, create, given, shared):
    start = create.name("server")
    refused(create("server", **given.bootable(), name=start.ljust(_LONGEST + 1, "n")), 400)
    assert _named(compute, start) == []
    # One that is not longer was taken, and no part of it is lost.
    longest = shared.servers[1]
    assert len(longest["name"]) == _LONGEST
    assert _named(compute, longest["name"]) == [longest["id"]]


@idempotent_id("18f5227f-d155-4429-807c-ccb103887537")
def test_an_unknown_flavor_is_refused(compute, create, given, shared):
    name = create.name("server")
    fields = {**given.bootable(), "name": name, "flavorRef": str(uuid.uuid4())}
    refused(create("server", **fields), 400)
    assert _named(compute, name) == []
    _taken(shared)


@idempotent_id("fcba1052-0a50-4cf3-b1ac-fae241edf02f")
def test_an_unknown_image_is_refused(compute, create, given, shared):
    name = create.name("server")
    fields = {**given.bootable(), "name": name, "imageRef": str(uuid.uuid4())}
    refused(create("server", **fields), 400)
    assert _named(compute, name) == []
    _taken(shared)


@idempotent_id("4e72dc2d-44c5-4336-9667-f7972e95c402")
def test_a_network_whose_id_is_no_uuid_is_refused(compute, create, given, shared):
    name = create.name("server")
    fields = {**given.bootable(), "name": name, "networks": [{"uuid": "a-b-c-d-e-f-g-h-i-j"}]}
    refused(create("server", **fields), 400)
    assert _named(compute, name) == []
    _taken(shared)
