"""Servers are listed, narrowed by what is asked for, page by page.

API reference: Compute API, "Servers", "List Servers" and "List Servers Detailed".
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from refcheck.testing import CloudFault, expect, idempotent_id, ids, is_time, refused, wait_for

_PLAIN, _DETAIL = "/servers", "/servers/detail"
_BUDGET = 120.0
"""Seconds for a deleted server to be gone."""


def _listed(compute, path, **params):
    return ids(expect(compute.get(path, params=params), 200)["servers"])


def _narrows(compute, path, server, right, *wrong):
    """A filter that fits finds the server, and every one that does not leaves it out."""
    assert server["id"] in _listed(compute, path, **right), f"{right} does not find it"
    for params in wrong:
        assert server["id"] not in _listed(compute, path, **params), f"{params} finds it"


def _refuses(compute, server, params):
    """The list is refused with these parameters, and given without them."""
    refused(compute.get(_PLAIN, params=params), 400)
    assert server["id"] in _listed(compute, _PLAIN, name=server["name"])


def _pages(compute, create, given, path):
    """Two servers of ours come on two pages, each once."""
    name = create.name("page")
    made = [expect(create("server", **given.bootable(), name=name), 202)["server"] for _ in "12"]
    first = expect(compute.get(path, params={"name": name, "limit": 1}), 200)
    seen = ids(first["servers"])
    assert len(seen) == 1, f"limit 1 gave {len(seen)} servers"
    follow = [link["href"] for link in first["servers_links"] if link["rel"] == "next"]
    assert len(follow) == 1
    # Only the query is taken from the link: its host is the one the service knows itself by.
    params = {key: values[0] for key, values in parse_qs(urlsplit(follow[0]).query).items()}
    assert params["marker"] == seen[0]
    seen += ids(expect(compute.get(path, params=params), 200)["servers"])
    assert len(seen) == 2, f"two servers came {len(seen)} times"
    assert set(seen) == set(ids(made))


def _deleted(compute, create, given):
    """A server that was there and is gone."""
    made = expect(create("server", **given.bootable(), name=create.name("gone")), 202)["server"]
    expect(compute.delete(f"/servers/{made['id']}"), 204)

    def state():
        return str(expect(compute.get(f"/servers/{made['id']}"), 200, 404).status)

    wait_for(state, {"404"}, budget=_BUDGET, what=f"deleted server {made['id']}")
    return made


def _address(server):
    """One IPv4 address of the server."""
    for addresses in server["addresses"].values():
        for address in addresses:
            if address["version"] == 4:
                return address["addr"]
    raise CloudFault(f"server {server['id']} has no IPv4 address")


@idempotent_id("9a438d88-10c6-4bcd-8b5b-5b6e25e1346f")
def test_a_server_is_listed(compute, shared):
    listed = expect(compute.get(_PLAIN, params={"name": shared.server["name"]}), 200)["servers"]
    entry = {server["id"]: server for server in listed}[shared.server["id"]]
    assert entry["name"] == shared.server["name"]
    assert {link["rel"] for link in entry["links"]} == {"self", "bookmark"}
    assert "status" not in entry, "the plain list has only id, name and links"
    assert shared.server["id"] in _listed(compute, _PLAIN)


@idempotent_id("585e934c-448e-43c4-acbf-d06a9b899997")
def test_a_server_is_listed_in_detail_as_it_is_shown(compute, shared, cloud):
    listed = expect(compute.get(_DETAIL), 200)["servers"]
    entry = {server["id"]: server for server in listed}[shared.server["id"]]
    shown = expect(compute.get(f"/servers/{shared.server['id']}"), 200)["server"]
    assert entry == shown
    assert entry["status"] == "ACTIVE"
    assert is_time(entry["created"])
    assert is_time(entry["updated"])
    assert all(server["tenant_id"] == cloud.project_id for server in listed)


@idempotent_id("80c574cc-0925-44ba-8602-299028357dd9")
def test_the_detailed_list_narrows_by_flavor(compute, shared):
    right = {"flavor": shared.server["flavor"]["id"]}
    _narrows(compute, _DETAIL, shared.server, right, {"flavor": str(uuid.uuid4())})


@idempotent_id("b3304c3b-97df-46d2-8cd3-e2b6659724e7")
def test_the_detailed_list_narrows_by_image(compute, shared):
    right = {"image": shared.server["image"]["id"]}
    _narrows(compute, _DETAIL, shared.server, right, {"image": str(uuid.uuid4())})


@idempotent_id("f9eb2b70-735f-416c-b260-9914ac6181e4")
def test_the_detailed_list_narrows_by_name(compute, shared, create):
    right = {"name": shared.server["name"]}
    _narrows(compute, _DETAIL, shared.server, right, {"name": create.name("other")})


@idempotent_id("de2612ab-b7dd-4044-b0b1-d2539601911f")
def test_the_detailed_list_narrows_by_status(compute, shared):
    _narrows(compute, _DETAIL, shared.server, {"status": "active"}, {"status": "SHUTOFF"})


@idempotent_id("67aec2d0-35fe-4503-9f92-f13272b867ed")
def test_the_detailed_list_is_read_page_by_page(compute, create, given):
    _pages(compute, create, given, _DETAIL)


@idempotent_id("573637f5-7325-47bb-9144-3476d0416908")
def test_the_list_narrows_by_flavor(compute, shared):
    right = {"flavor": shared.server["flavor"]["id"]}
    _narrows(compute, _PLAIN, shared.server, right, {"flavor": str(uuid.uuid4())})


@idempotent_id("05e8a8e7-9659-459a-989d-92c2f501f4ba")
def test_the_list_narrows_by_image(compute, shared):
    right = {"image": shared.server["image"]["id"]}
    _narrows(compute, _PLAIN, shared.server, right, {"image": str(uuid.uuid4())})


@idempotent_id("614cdfc1-d557-4bac-915b-3e67b48eee76")
def test_the_list_is_read_page_by_page(compute, create, given):
    _pages(compute, create, given, _PLAIN)


@idempotent_id("9b067a7b-7fee-4f6a-b29c-be43fe18fc5a")
def test_the_list_narrows_by_name(compute, shared, create):
    right = {"name": shared.server["name"]}
    _narrows(compute, _PLAIN, shared.server, right, {"name": create.name("other")})


@idempotent_id("ca78e20e-fddb-4ce6-b7f7-bcbf8605e66e")
def test_the_list_narrows_by_status(compute, shared):
    _narrows(compute, _PLAIN, shared.server, {"status": "active"}, {"status": "SHUTOFF"})


@idempotent_id("43a1242e-7b31-48d1-88f2-3f72aa9f2077")
def test_the_list_narrows_by_address(compute, shared):
    _narrows(compute, _PLAIN, shared.server, {"ip": _address(shared.server)}, {"ip": "192.0.2.1"})


@idempotent_id("a905e287-c35e-42f2-b132-d02b09f3654a")
def test_the_list_narrows_by_part_of_an_address(compute, shared):
    part, _, _ = _address(shared.server).rpartition(".")
    # Some clouds read this as a pattern, some as plain text: it means the same either way.
    _narrows(compute, _PLAIN, shared.server, {"ip": f"{part}."}, {"ip": "192.0.2."})


@idempotent_id("e9f624ee-92af-4562-8bec-437945a18dcb")
def test_the_list_narrows_by_part_of_a_name(compute, shared):
    name = shared.server["name"]
    part, start, end = name[3:-1], name[:-1], name[3:]
    for pattern in (part, f"^{start}.$", f"{end}$"):
        wrong = {"name": f"^{part}"}
        _narrows(compute, _PLAIN, shared.server, {"name": pattern}, wrong)


@idempotent_id("74745ad8-b346-45b5-b9b8-509d7447fc1f")
def test_nothing_has_changed_since_a_day_to_come(compute, shared):
    # A day of margin each way: the cloud's clock need not be ours.
    now = datetime.now(UTC)
    past = (now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    future = (now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert _listed(compute, _PLAIN, **{"changes-since": future}) == []
    right = {"changes-since": past, "name": shared.server["name"]}
    assert shared.server["id"] in _listed(compute, _PLAIN, **right)


@idempotent_id("87d12517-e20a-4c9c-97b6-dd1628d6d6c9")
def test_changes_since_something_that_is_no_time_are_refused(compute, shared):
    _refuses(compute, shared.server, {"changes-since": "2011/01/01"})
    _refuses(compute, shared.server, {"changes-since": "yesterday"})


@idempotent_id("d47c17fb-eebd-4287-8e95-f20a7e627b18")
def test_a_limit_beyond_what_is_there_gives_all_there_is(compute, shared):
    params = {"name": shared.server["name"], "limit": 100_000}
    assert _listed(compute, _PLAIN, **params) == [shared.server["id"]]


@idempotent_id("62610dd9-4713-4ee0-8beb-fd2c1aa7f950")
def test_a_negative_limit_is_refused(compute, shared):
    _refuses(compute, shared.server, {"limit": -1})


@idempotent_id("679bc053-5e70-4514-9800-3dfab1a380a6")
def test_a_limit_that_is_no_number_is_refused(compute, shared):
    _refuses(compute, shared.server, {"limit": "testing"})


@idempotent_id("5913660b-223b-44d4-a651-a0fbfd44ca75")
def test_no_server_has_a_flavor_that_does_not_exist(compute, shared):
    assert _listed(compute, _PLAIN, flavor=str(uuid.uuid4())) == []
    assert shared.server["id"] in _listed(compute, _PLAIN, flavor=shared.server["flavor"]["id"])


@idempotent_id("ff01387d-c7ad-47b4-ae9e-64fa214638fe")
def test_no_server_has_an_image_that_does_not_exist(compute, shared):
    assert _listed(compute, _PLAIN, image=str(uuid.uuid4())) == []
    assert shared.server["id"] in _listed(compute, _PLAIN, image=shared.server["image"]["id"])


@idempotent_id("e2c77c4a-000a-4af3-a0bd-629a328bde7c")
def test_no_server_has_a_name_that_nobody_gave(compute, shared, create):
    assert _listed(compute, _PLAIN, name=create.name("nobody")) == []
    assert shared.server["id"] in _listed(compute, _PLAIN, name=shared.server["name"])


@idempotent_id("93055106-2d34-46fe-af68-d9ddbf7ee570")
def test_a_deleted_server_is_not_in_the_detailed_list(compute, create, given, shared):
    gone = _deleted(compute, create, given)
    listed = _listed(compute, _DETAIL)
    assert gone["id"] not in listed
    assert shared.server["id"] in listed


@idempotent_id("fcdf192d-0f74-4d89-911f-1ec002b822c4")
def test_no_server_is_in_a_state_that_does_not_exist(compute, shared):
    # Before version 2.38 an unknown state is not refused, it just matches nothing.
    assert _listed(compute, _PLAIN, status="non_existing_status") == []
    assert shared.server["id"] in _listed(compute, _PLAIN, status="ACTIVE")


@idempotent_id("24a26f1a-1ddc-4eea-b0d7-a90cc874ad8f")
def test_a_deleted_server_is_not_listed_unless_changes_are_asked_for(
    compute, create, given, shared
):
    past = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    gone = _deleted(compute, create, given)
    listed = _listed(compute, _PLAIN)
    assert gone["id"] not in listed
    assert shared.server["id"] in listed
    # Whoever follows the changes learns of the deletion.
    changed = _listed(compute, _PLAIN, **{"changes-since": past, "name": shared.server["name"]})
    assert shared.server["id"] in changed
