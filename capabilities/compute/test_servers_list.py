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


def _narrows_by_name(compute, path, servers):
    """The longer of two names, of which the other is a part, finds the one that has it alone."""
    one, other = servers
    found = _listed(compute, path, name=other["name"])
    assert other["id"] in found
    assert one["id"] not in found


def _tells_apart(compute, path, servers, field):
    """The value of the one finds it and not the other, if theirs differ; a made-up one neither."""
    one, other = servers
    found = _listed(compute, path, **{field: one[field]["id"]})
    assert one["id"] in found
    if one[field]["id"] != other[field]["id"]:
        assert other["id"] not in found
        return
    assert one["id"] not in _listed(compute, path, **{field: str(uuid.uuid4())})


def _refuses(compute, shared, params):
    """The list is refused with these parameters, and was given without them."""
    assert shared.server["id"] in shared.listed
    refused(compute.get(_PLAIN, params=params), 400)


def _finds_none(compute, shared, **params):
    """The list is empty with these parameters, and was not without them."""
    assert shared.server["id"] in shared.listed
    found = _listed(compute, _PLAIN, **params)
    assert found == [], f"{params} finds {found}"


def _entry(listed, server):
    """The one entry of a server in a list where each is once."""
    listed_ids = ids(listed)
    assert len(set(listed_ids)) == len(listed_ids), "a server is listed twice"
    return Body({entry["id"]: entry for entry in listed})[server["id"]]


def _pages(compute, servers, path, sort_key):
    """Two servers of ours come on two pages, each once, sorted as they would not be by themselves.

    By themselves the newest comes first, and that is the one with the longer name.
    """
    # The name of the one is part of the other's, and of nobody else's.
    query = {"name": servers[0]["name"], "limit": 1, "sort_key": sort_key, "sort_dir": "asc"}
    first = expect(compute.get(path, params=query), 200)
    seen = ids(first["servers"])
    assert len(seen) == 1, f"limit 1 gave {len(seen)} servers"
    follow = [link["href"] for link in first["servers_links"] if link["rel"] == "next"]
    assert len(follow) == 1
    # Only the query is taken from the link: its host is the one the service knows itself by.
    params = {key: values[0] for key, values in parse_qs(urlsplit(follow[0]).query).items()}
    assert params["marker"] == seen[0]
    seen += ids(expect(compute.get(path, params=params), 200)["servers"])
    order = ids(list(servers))
    assert seen == order, f"two servers came as {seen}, by {sort_key} they are {order}"


def _leaves_out(compute, path, shared):
    """Of two servers whose names begin alike, the one that is gone is not listed."""
    gone, there = shared.deleted_server, shared.server
    alike = there["name"].rsplit("-", 2)[0]
    assert gone["name"].startswith(alike)
    listed = _listed(compute, path, name=alike)
    assert there["id"] in listed
    assert gone["id"] not in listed


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
    entry = _entry(expect(compute.get(_PLAIN), 200)["servers"], ours)
    assert entry["name"] == ours["name"]
    assert {link["rel"] for link in entry["links"]} == {"self", "bookmark"}
    assert "status" not in entry, "the plain list has only id, name and links"


@idempotent_id("585e934c-448e-43c4-acbf-d06a9b899997")
def test_a_server_is_listed_in_detail_as_it_is_shown(compute, shared, cloud):
    ours = shared.server  # there before the list is asked for
    listed = expect(compute.get(_DETAIL), 200)["servers"]
    entry = _entry(listed, ours)
    shown = expect(compute.get(f"/servers/{ours['id']}"), 200)["server"]
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
    _narrows_by_name(compute, _DETAIL, shared.servers)


@idempotent_id("de2612ab-b7dd-4044-b0b1-d2539601911f")
def test_the_detailed_list_narrows_by_status(compute, shared):
    _narrows(compute, _DETAIL, shared.server, {"status": "active"}, {"status": "SHUTOFF"})


@idempotent_id("67aec2d0-35fe-4503-9f92-f13272b867ed")
def test_the_detailed_list_is_read_page_by_page(compute, shared):
    _pages(compute, shared.servers, _DETAIL, "created_at")


@idempotent_id("573637f5-7325-47bb-9144-3476d0416908")
def test_the_list_narrows_by_flavor(compute, shared):
    _tells_apart(compute, _PLAIN, shared.servers, "flavor")


@idempotent_id("05e8a8e7-9659-459a-989d-92c2f501f4ba")
def test_the_list_narrows_by_image(compute, shared):
    _tells_apart(compute, _PLAIN, shared.servers, "image")


@idempotent_id("614cdfc1-d557-4bac-915b-3e67b48eee76")
def test_the_list_is_read_page_by_page(compute, shared):
    _pages(compute, shared.servers, _PLAIN, "display_name")


@idempotent_id("9b067a7b-7fee-4f6a-b29c-be43fe18fc5a")
def test_the_list_narrows_by_name(compute, shared):
    _narrows_by_name(compute, _PLAIN, shared.servers)


@idempotent_id("ca78e20e-fddb-4ce6-b7f7-bcbf8605e66e")
def test_the_list_narrows_by_status(compute, shared):
    _narrows(compute, _PLAIN, shared.server, {"status": "active"}, {"status": "SHUTOFF"})


@idempotent_id("43a1242e-7b31-48d1-88f2-3f72aa9f2077")
def test_the_list_narrows_by_address(compute, shared):
    # The longer of two addresses is no part of the other.
    other, one = sorted(shared.servers, key=lambda server: len(_address(server)))
    found = _listed(compute, _PLAIN, ip=_address(one))
    assert one["id"] in found
    assert other["id"] not in found


@idempotent_id("a905e287-c35e-42f2-b132-d02b09f3654a")
def test_the_list_narrows_by_part_of_an_address(compute, shared):
    part, _, _ = _address(shared.server).rpartition(".")
    # Some clouds read this as a pattern, some as plain text: it means the same either way.
    _narrows(compute, _PLAIN, shared.server, {"ip": f"{part}."}, {"ip": "192.0.2."})


@idempotent_id("e9f624ee-92af-4562-8bec-437945a18dcb")
def test_the_list_narrows_by_part_of_a_name(compute, shared):
    one, other = shared.servers  # the name of the one begins the other's
    part, start, end = one["name"][3:-1], one["name"][:-1], one["name"][3:]
    both = _listed(compute, _PLAIN, name=part)
    assert {one["id"], other["id"]} <= set(both), f"{part} is in the names of two, {both} came"
    for pattern in (f"^{start}.$", f"{end}$"):
        found = _listed(compute, _PLAIN, name=pattern)
        assert found == [one["id"]], f"{pattern} is the name of {one['id']} alone, {found} came"


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
    _refuses(compute, shared, {"changes-since": "2011/01/01"})
    _refuses(compute, shared, {"changes-since": "yesterday"})


@idempotent_id("d47c17fb-eebd-4287-8e95-f20a7e627b18")
def test_a_limit_beyond_what_is_there_gives_all_there_is(compute, shared):
    one, other = shared.servers
    found = _listed(compute, _PLAIN, name=one["name"], limit=100_000)
    assert sorted(found) == sorted([one["id"], other["id"]])


@idempotent_id("62610dd9-4713-4ee0-8beb-fd2c1aa7f950")
def test_a_negative_limit_is_refused(compute, shared):
    _refuses(compute, shared, {"limit": -1})


@idempotent_id("679bc053-5e70-4514-9800-3dfab1a380a6")
def test_a_limit_that_is_no_number_is_refused(compute, shared):
    _refuses(compute, shared, {"limit": "testing"})


@idempotent_id("5913660b-223b-44d4-a651-a0fbfd44ca75")
def test_no_server_has_a_flavor_that_does_not_exist(compute, shared):
    _finds_none(compute, shared, flavor=str(uuid.uuid4()))


@idempotent_id("ff01387d-c7ad-47b4-ae9e-64fa214638fe")
def test_no_server_has_an_image_that_does_not_exist(compute, shared):
    _finds_none(compute, shared, image=str(uuid.uuid4()))


@idempotent_id("e2c77c4a-000a-4af3-a0bd-629a328bde7c")
def test_no_server_has_a_name_that_nobody_gave(compute, shared, create):
    _finds_none(compute, shared, name=create.name("nobody"))


@idempotent_id("93055106-2d34-46fe-af68-d9ddbf7ee570")
def test_a_deleted_server_is_not_in_the_detailed_list(compute, shared):
    _leaves_out(compute, _DETAIL, shared)


@idempotent_id("fcdf192d-0f74-4d89-911f-1ec002b822c4")
def test_no_server_is_in_a_state_that_does_not_exist(compute, shared):
    # Before version 2.38 an unknown state is not refused, it just matches nothing.
    _finds_none(compute, shared, status="non_existing_status")


@idempotent_id("24a26f1a-1ddc-4eea-b0d7-a90cc874ad8f")
def test_a_deleted_server_is_not_listed_unless_changes_are_asked_for(compute, shared):
    _leaves_out(compute, _PLAIN, shared)
    # Whoever follows the changes learns of the deletion.
    gone = shared.deleted_server
    past = gone["created"]  # by the cloud's clock, which need not be ours
    changed = _listed(compute, _PLAIN, **{"changes-since": past, "name": gone["name"]})
    assert changed.count(gone["id"]) == 1, f"{gone['id']} has changed since {past}, {changed} came"
