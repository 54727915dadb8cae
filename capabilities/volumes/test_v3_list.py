"""Volumes are listed, narrowed by what is asked for, page by page.

API reference: Block Storage API, "Volumes (volumes)", "List accessible volumes" and "List
accessible volumes with details".
"""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from refcheck.testing import expect, idempotent_id, ids, is_time, refused

_PLAIN, _DETAIL = "/volumes", "/volumes/detail"


def _listed(volume, path, **params):
    return ids(expect(volume.get(path, params=params), 200)["volumes"])


def _narrows(volume, path, made, right, *wrong):
    """A filter that fits finds the volume, and every one that does not leaves it out."""
    assert made["id"] in _listed(volume, path, **right), f"{right} does not find it"
    for params in wrong:
        assert made["id"] not in _listed(volume, path, **params), f"{params} finds it"


def _pages(volume, shared, path):
    """Three volumes of ours come on two pages, each once, by the link that leads on."""
    ordered = sorted(ids(list(shared.volumes)))
    params = {"name": shared.volumes[0]["name"], "sort": "id:asc", "limit": 2}
    first = expect(volume.get(path, params=params), 200)
    assert ids(first["volumes"]) == ordered[:2]
    follow = [link["href"] for link in first["volumes_links"] if link["rel"] == "next"]
    assert len(follow) == 1
    # Only the query of the link: its host is the one the service knows itself by.
    query = {key: values[0] for key, values in parse_qs(urlsplit(follow[0]).query).items()}
    assert query["marker"] == ordered[1]
    last = expect(volume.get(path, params=query), 200)
    assert ids(last["volumes"]) == ordered[2:]
    assert not last.json.get("volumes_links"), "a link leads on from the last page"


@idempotent_id("0b6ddd39-b948-471f-8038-4787978747c4")
def test_a_volume_is_listed_by_id_and_name(volume, shared):
    ours = (shared.volume, *shared.volumes)
    listed = expect(volume.get(_PLAIN), 200)["volumes"]
    entries = {entry["id"]: entry for entry in listed}
    for made in ours:
        assert entries[made["id"]]["name"] == made["name"]
        assert "size" not in entries[made["id"]], "the plain list has only id, name and links"
        assert "self" in [link["rel"] for link in entries[made["id"]]["links"]]
    assert len(entries) == len(listed)


@idempotent_id("adcbb5a7-5ad8-4b61-bd10-5380e111a877")
def test_a_volume_is_listed_in_detail_as_it_is_shown(volume, shared):
    made = shared.volume
    listed = expect(volume.get(_DETAIL), 200)["volumes"]
    entry = {entry["id"]: entry for entry in listed}[made["id"]]
    assert entry == expect(volume.get(f"/volumes/{made['id']}"), 200)["volume"]
    assert entry["metadata"] == made["metadata"]
    assert is_time(entry["created_at"])


@idempotent_id("a28e8da4-0b56-472f-87a8-0f4d3f819c02")
def test_the_list_narrows_by_name(volume, shared):
    assert shared.volumes[0]["name"] != shared.volume["name"]
    assert _listed(volume, _PLAIN, name=shared.volume["name"]) == [shared.volume["id"]]


@idempotent_id("2de3a6d4-12aa-403b-a8f2-fdeb42a89623")
def test_the_detailed_list_narrows_by_name(volume, shared):
    assert shared.volumes[0]["name"] != shared.volume["name"]
    assert _listed(volume, _DETAIL, name=shared.volume["name"]) == [shared.volume["id"]]


@idempotent_id("777c87c1-2fc4-4883-8b8e-5c0b951d1ec8")
def test_the_list_narrows_by_name_and_status_together(volume, shared):
    right = {"name": shared.volume["name"], "status": "available"}
    _narrows(volume, _PLAIN, shared.volume, right, {**right, "status": "error"})


@idempotent_id("856ab8ca-6009-4c37-b691-be1065528ad4")
def test_the_detailed_list_narrows_by_name_and_status_together(volume, shared):
    right = {"name": shared.volume["name"], "status": "available"}
    _narrows(volume, _DETAIL, shared.volume, right, {**right, "name": right["name"] + "-not"})


def _by_metadata(volume, path, made, right, *wrong):
    _narrows(volume, path, made, *({"metadata": json.dumps(item)} for item in (right, *wrong)))


@idempotent_id("b5ebea1b-0603-40a0-bb41-15fcd0a53214")
def test_the_list_narrows_by_metadata(volume, shared):
    one = {"purpose": shared.volume["metadata"]["purpose"]}
    _by_metadata(volume, _PLAIN, shared.volume, one, {"purpose": "none"}, {**one, "shape": "round"})


@idempotent_id("1ca92d3c-4a8e-4b43-93f5-e4c7fb3b291d")
def test_the_detailed_list_narrows_by_metadata(volume, shared):
    both = shared.volume["metadata"]
    _by_metadata(volume, _DETAIL, shared.volume, both, {**both, "colour": "none"})


def _by_zone(volume, path, made):
    right = {"availability_zone": made["availability_zone"]}
    _narrows(volume, path, made, right, {"availability_zone": "no-zone-of-this-name"})


@idempotent_id("c0cfa863-3020-40d7-b587-e35f597d5d87")
def test_the_list_narrows_by_availability_zone(volume, shared):
    _by_zone(volume, _PLAIN, shared.volume)


@idempotent_id("e1b80d13-94f0-4ba2-a40e-386af29f8db1")
def test_the_detailed_list_narrows_by_availability_zone(volume, shared):
    _by_zone(volume, _DETAIL, shared.volume)


@idempotent_id("39654e13-734c-4dab-95ce-7613bf8407ce")
def test_the_list_narrows_by_status(volume, shared):
    # What a state leaves out is seen where a state has no volume.
    _narrows(volume, _PLAIN, shared.volume, {"status": "available"})


@idempotent_id("2943f712-71ec-482a-bf49-d5ca06216b9f")
def test_the_detailed_list_narrows_by_status(volume, shared):
    # What a state leaves out is seen where a state has no volume.
    _narrows(volume, _DETAIL, shared.volume, {"status": "available"})


@idempotent_id("143b279b-7522-466b-81be-34a87d564a7c")
def test_no_volume_is_in_a_state_that_does_not_exist(volume, shared):
    # One in a state that there is would be listed.
    assert shared.volume["status"] == "available"
    assert _listed(volume, _PLAIN, status="null") == []


@idempotent_id("ba94b27b-be3f-496c-a00e-0283b373fa75")
def test_no_volume_is_listed_in_detail_in_a_state_that_does_not_exist(volume, shared):
    # One in a state that there is would be listed.
    assert shared.volume["status"] == "available"
    assert _listed(volume, _DETAIL, status="null") == []


@idempotent_id("0f4aa809-8c7b-418f-8fb3-84c7a5dfc52f")
def test_no_volume_has_a_name_that_nobody_gave(volume, shared):
    # A part of a name is not the name.
    assert _listed(volume, _PLAIN, name=shared.volume["name"][:-1]) == []


@idempotent_id("9ca17820-a0e7-4cbd-a7fa-f4468735e359")
def test_no_volume_is_listed_in_detail_with_a_name_that_nobody_gave(volume, shared):
    # A part of a name is not the name.
    assert _listed(volume, _DETAIL, name=shared.volume["name"][:-1]) == []


@idempotent_id("2a7064eb-b9c3-429b-b888-33928fc5edd3")
def test_the_detailed_list_is_narrowed_sorted_and_limited_at_once(volume, shared):
    ordered = sorted(ids(list(shared.volumes)))
    asked = {"name": shared.volumes[0]["name"], "status": "available"}
    assert _listed(volume, _DETAIL, **asked, sort="id:asc", limit=2) == ordered[:2]
    page = {"sort": "id:desc", "limit": 2, "offset": 1}
    assert _listed(volume, _DETAIL, **asked, **page) == ordered[1::-1]
    refused(volume.get(_DETAIL, params={**asked, "limit": -1}), 400)


@idempotent_id("af55e775-8e4b-4feb-8719-215c43b0238c")
def test_the_list_is_read_page_by_page(volume, shared):
    _pages(volume, shared, _PLAIN)


@idempotent_id("e9138a2c-f67b-4796-8efa-635c196d01de")
def test_the_detailed_list_is_read_page_by_page(volume, shared):
    _pages(volume, shared, _DETAIL)
    first, second = sorted(ids(list(shared.volumes)))[:2]
    params = {"name": shared.volumes[0]["name"], "sort": "id:desc", "marker": second}
    assert _listed(volume, _DETAIL, **params) == [first]
