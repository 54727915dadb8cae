"""A server's name and access addresses are changed.

API reference: Compute API, "Servers", "Update Server".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, ids, refused

_LONGEST = 255
"""Characters at most in a server's name."""


def _update(compute, server_id, **fields):
    return compute.put(f"/servers/{server_id}", json={"server": fields})


def _renames(compute, server_id, name):
    """The name is taken and read back. Returns the server as shown."""
    assert expect(_update(compute, server_id, name=name), 200)["server"]["name"] == name
    shown = expect(compute.get(f"/servers/{server_id}"), 200)["server"]
    assert shown["name"] == name
    return shown


def _refuses_name(compute, given, create, wrong):
    """A proper name is taken, and stays when the wrong one is refused."""
    server = given.used_server()
    right = create.name("renamed").ljust(_LONGEST, "n")
    assert expect(_update(compute, server["id"], name=right), 200)["server"]["name"] == right
    refused(_update(compute, server["id"], name=wrong), 400)
    shown = expect(compute.get(f"/servers/{server['id']}"), 200)["server"]
    assert shown["name"] == right


@idempotent_id("89b90870-bc13-4b73-96af-f9d4f2b70077")
def test_the_access_addresses_of_a_server_are_changed(compute, given):
    server = given.used_server()
    # Other than it has: another test may have given it some.
    last = 7 if server["accessIPv4"] != "198.51.100.7" else 8
    addresses = {"accessIPv4": f"198.51.100.{last}", "accessIPv6": f"2001:db8::{last}"}
    changed = expect(_update(compute, server["id"], **addresses), 200)["server"]
    refused(_update(compute, server["id"], accessIPv4="198.51.100.256"), 400)
    shown = expect(compute.get(f"/servers/{server['id']}"), 200)["server"]
    for field, address in addresses.items():
        assert changed[field] == address
        assert shown[field] == address
    for field in ("name", "metadata", "status"):
        assert shown[field] == server[field], f"{field} has changed"


@idempotent_id("5e6ccff8-349d-4852-a8b3-055df7988dd2")
def test_a_server_is_renamed(compute, create, given):
    server = given.used_server()
    # Two characters beyond ASCII: a name is text, not bytes.
    name = create.name("renamed") + "-\u00e9\u5143"
    shown = _renames(compute, server["id"], name)
    for field in ("id", "status", "metadata", "accessIPv4", "accessIPv6"):
        assert shown[field] == server[field], f"{field} has changed"
    by_old = expect(compute.get("/servers", params={"name": server["name"]}), 200)["servers"]
    assert server["id"] not in ids(by_old)


@idempotent_id("aa8eed43-e2cb-4ebf-930b-da14f6a21d81")
def test_a_server_that_does_not_exist_is_not_renamed(compute, create, given):
    name = create.name("renamed")
    refused(_update(compute, uuid.uuid4(), name=name), 404)
    assert expect(compute.get("/servers", params={"name": name}), 200)["servers"] == []
    _renames(compute, given.used_server()["id"], name)


@idempotent_id("5c8e244c-dada-4590-9944-749c455b431f")
def test_a_new_name_longer_than_the_limit_is_refused(compute, given, create):
    _refuses_name(compute, given, create, create.name("long").ljust(_LONGEST + 1, "n"))


@idempotent_id("38204696-17c6-44da-9590-40f87fb5a899")
def test_an_empty_new_name_is_refused(compute, given, create):
    _refuses_name(compute, given, create, "")
