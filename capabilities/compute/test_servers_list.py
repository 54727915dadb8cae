"""Servers are listed, narrowed by what is asked for, page by page.

API reference: Compute API, "Servers", "List Servers" and "List Servers Detailed".
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from refcheck.testing import Body, CloudFault, expect, idempotent_id, ids, is_time, refused

_PLAIN, _DETAIL = "/servers", "/servers/detail"


def _listed(compute, path, **params):
    return ids(expect(compute.get(path, params=params), 200)["servers"])


def _narrows(compute, path, server, right, *wrong):
    """A filter that fits finds the server, and every one that does not leaves it out."""
    assert server["id"] in _listed(compute, path, **right), f"{right} does not find it"
    for params in wrong:
        assert server["id"] not in _listed(compute, path, **params), f"{params} finds it"


def _tells_apart(compute, path, servers, field):
    """The value of the one finds it and not the other, if theirs differ; a made-up one neither."""
    one, other = servers
    found = _listed(compute, path, **{field: one[field]["id"]})
    assert one["id"] in found
    if one[field]["id"] != other[field]["id"]:
        assert other["id"] not in found
        return
    assert one["id"] not in _listed(compute, path, **{field: str(uuid.uuid4())})


def _refuses(compute, server, params):
    """The list is refused with these parameters, and given without them."""
    refused(compute.get(_PLAIN, params=params), 400)
    assert server["id"] in _listed(compute, _PLAIN, name=server["name"])


def _pages(compute, servers, path):
    """Two servers of ours come on two pages, each once."""
    # The name of the one is part of the other's, and of nobody else's.
    first = expect(compute.get(path, params={"name": servers[0]["name"], "limit": 1}), 200)
    seen = ids(first["servers"])
    assert len(seen) == 1, f"limit 1 gave {len(seen)} servers"
    follow = [link["href"] for link in first["servers_links"] if link["rel"] == "next"]
    assert len(follow) == 1
    # Only the query is taken from the link: its host is the one the service knows itself by.
    params = {key: values[0] for key, values in parse_qs(urlsplit(follow[0]).query).items()}
    assert params["marker"] == seen[0]
    seen += ids(expect(compute.get(path, params=params), 200)["servers"])
    assert len(seen) == 2, f"two servers came {len(seen)} times"
    assert set(seen) == {server["id"] for server in servers}


def _leaves_out(compute, path, shared):
    """The server that is gone is not among those of its name, and one that is there is listed."""
    assert _listed(compute, path, name=shared.deleted_server["name"]) == []
    assert shared.server["id"] in _listed(compute, path, name=shared.server["name"])


def _address(server):
    """One IPv4 address of the server."""
    for addresses in server["addresses"].values():
        for address in addresses:
            if address["version"] == 4:
                return address["addr"]
    raise CloudFault(f"server {server['id']} has no IPv4 address")


@idempotent_id("9a438d88-10c6-4bcd-8b5b-5b6e25e1346f")
def test_a_server_is_listed(compute, shared):
    ours = shared.server
    listed = expect(compute.get(_PLAIN), 200)["servers"]
    entry = Body({server["id"]: server for server in listed})[ours["id"]]
    assert entry["name"] == ours["name"]
    assert {link["rel"] for link in entry["links"]} == {"self", "bookmark"}
    assert "status" not in entry, "the plain list has only id, name and links"


@idempotent_id("585e934c-448e-43c4-acbf-d06a9b899997")
def test_a_server_is_listed_in_detail_as_it_is_shown(compute, shared, cloud):
    ours = shared.server["id"]
    listed = expect(compute.get(_DETAIL), 200)["servers"]
    entry = Body({server["id"]: server for server in listed})[ours]
    shown = expect(compute.get(f"/servers/{ours}"), 200)["server"]
    assert entry == shown
    assert entry["status"] == "ACTIVE"
    assert is_time(entry["created"])
    assert is_time(entry["updated"])
    assert all(server["tenant_id"] == cloud.project_id for server in listed)


@idempotent_id("80c574cc-0925-44ba-8602-299028357dd9")
def test_the_detailed_list_narrows_by_flavor(compute, shared):
    _tells_apart(compute, _DETAIL, shared.servers, "flavor")


@idempotent_id("b3304c3b-97df-46d2-8cd3-e2b6659724e7")
def test_the_detailed_list_narrows_by_image(compute, shared):
    _tells_apart(compute, _DETAIL, shared.servers, "image")


@idempotent_id("f9eb2b70-735f-416c-b260-9914ac6181e4")
def test_the_detailed_list_narrows_by_name(compute, shared):
    one, other = shared.servers
    _narrows(compute, _DETAIL, one, {"name": one["name"]}, {"name": other["name"]})


@idempotent_id("de2612ab-b7dd-4044-b0b1-d2539601911f")
def test_the_detailed_list_narrows_by_status(compute, shared):
    _narrows(compute, _DETAIL, shared.server, {"status": "active"}, {"status": "SHUTOFF"})


@idempotent_id("67aec2d0-35fe-4503-9f92-f13272b867ed")
def test_the_detailed_list_is_read_page_by_page(compute, shared):
    _pages(compute, shared.servers, _DETAIL)


@idempotent_id("573637f5-7325-47bb-9144-3476d0416908")
def test_the_list_narrows_by_flavor(compute, shared):
    _tells_apart(compute, _PLAIN, shared.servers, "flavor")


@idempotent_id("05e8a8e7-9659-459a-989d-92c2f501f4ba")
def test_the_list_narrows_by_image(compute, shared):
    _tells_apart(compute, _PLAIN, shared.servers, "image")


@idempotent_id("614cdfc1-d557-4bac-915b-3e67b48eee76")
def test_the_list_is_read_page_by_page(compute, shared):
    _pages(compute, shared.servers, _PLAIN)


@idempotent_id("9b067a7b-7fee-4f6a-b29c-be43fe18fc5a")
def test_the_list_narrows_by_name(compute, shared):
    one, other = shared.servers
    _narrows(compute, _PLAIN, one, {"name": one["name"]}, {"name": other["name"]})


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
        _narrows(compute, _PLAIN, shared.server, {"name": pattern})
    _narrows(compute, _PLAIN, shared.server, {"name": name}, {"name": f"^{part}"})


@idempotent_id("74745ad8-b346-45b5-b9b8-509d7447fc1f")
def test_a_server_has_not_changed_since_a_day_to_come(compute, shared):
    # By the cloud's clock, which need not be ours.
    past = shared.server["created"]
    future = (datetime.fromisoformat(past) + timedelta(days=365)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ours = {"name": shared.server["name"]}
    right, wrong = {**ours, "changes-since": past}, {**ours, "changes-since": future}
    _narrows(compute, _PLAIN, shared.server, right, wrong)


@idempotent_id("87d12517-e20a-4c9c-97b6-dd1628d6d6c9")
def test_changes_since_something_that_is_no_time_are_refused(compute, shared):
    _refuses(compute, shared.server, {"changes-since": "2011/01/01"})
    _refuses(compute, shared.server, {"changes-since": "yesterday"})


@idempotent_id("d47c17fb-eebd-4287-8e95-f20a7e627b18")
def test_a_limit_beyond_what_is_there_gives_all_there_is(compute, shared):
    one, other = shared.servers
    found = _listed(compute, _PLAIN, name=one["name"], limit=100_000)
    assert sorted(found) == sorted([one["id"], other["id"]])


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
def test_a_deleted_server_is_not_in_the_detailed_list(compute, shared):
    _leaves_out(compute, _DETAIL, shared)


@idempotent_id("fcdf192d-0f74-4d89-911f-1ec002b822c4")
def test_no_server_is_in_a_state_that_does_not_exist(compute, shared):
    # Before version 2.38 an unknown state is not refused, it just matches nothing.
    assert _listed(compute, _PLAIN, status="non_existing_status") == []
    assert shared.server["id"] in _listed(compute, _PLAIN, status="ACTIVE")


@idempotent_id("24a26f1a-1ddc-4eea-b0d7-a90cc874ad8f")
def test_a_deleted_server_is_not_listed_unless_changes_are_asked_for(compute, shared):
    past = shared.server["created"]  # by the cloud's clock, which need not be ours
    _leaves_out(compute, _PLAIN, shared)
    # Whoever follows the changes learns of the deletion.
    changed = _listed(compute, _PLAIN, **{"changes-since": past, "name": shared.server["name"]})
    assert shared.server["id"] in changed
