"""A project sees the sizes that its servers can have.

API reference: Compute API, "Flavors", "List Flavors" and "List Flavors With Details".
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from refcheck.testing import expect, idempotent_id, ids


def _entry(listed, flavor_id):
    """The one entry with this id."""
    matching = [entry for entry in listed if entry["id"] == flavor_id]
    assert len(matching) == 1, f"flavor {flavor_id} is listed {len(matching)} times"
    return matching[0]


def _next(page):
    """The query of the page that follows, as its link has it; nothing on the last page."""
    links = {link["rel"]: link["href"] for link in page.json.get("flavors_links", ())}
    # Only the query is taken from the link: its host is the one the service knows itself by.
    query = parse_qs(urlsplit(links.get("next", "")).query)
    return {key: values[0] for key, values in query.items()}


def _all(compute, path):
    """Every flavor, on as many pages as the service makes of them."""
    listed, query = [], {}
    while True:
        page = expect(compute.get(path, params=query), 200)
        listed += page["flavors"]
        assert len(set(ids(listed))) == len(listed), f"a flavor is listed twice: {ids(listed)}"
        query = _next(page)
        if not query or not page["flavors"]:
            return listed


def _two_pages(compute, path, **query):
    """Two flavors, of two pages that are to have one each; fewer when there is no second one."""
    first = expect(compute.get(path, params={"limit": 1, **query}), 200)
    assert len(first["flavors"]) == 1
    following = _next(first)
    assert following.get("marker") == first["flavors"][0]["id"], f"{following} follows page one"
    second = expect(compute.get(path, params=following), 200)["flavors"]
    assert len(second) <= 1
    return first["flavors"] + second


def _filters(compute, path, flavor, listed):
    """A list narrows by memory and by disk."""
    ram, disk = flavor["ram"], flavor["disk"]
    enough = expect(compute.get(path, params={"minRam": ram, "minDisk": disk}), 200)["flavors"]
    assert flavor["id"] in ids(enough)
    for more in ({"minRam": ram + 1}, {"minDisk": disk + 1}):
        larger = expect(compute.get(path, params=more), 200)["flavors"]
        assert flavor["id"] not in ids(larger), f"{more} lets {flavor['id']} through"
        assert all(entry in listed for entry in larger), f"{more} finds what is not listed"


@idempotent_id("e36c0eaa-dff5-4082-ad1f-3f9a80aa3f59")
def test_a_flavor_is_listed_by_id_and_name(compute, facts):
    known = facts["boot"]["flavor"]
    listed = _all(compute, "/flavors")
    entry = _entry(listed, known["id"])
    assert entry["name"] == known["name"]
    assert {link["rel"] for link in entry["links"]} == {"self", "bookmark"}
    assert all(isinstance(flavor["id"], str) for flavor in listed)
    _filters(compute, "/flavors", known, listed)
    assert _two_pages(compute, "/flavors") == listed[:2]


@idempotent_id("6e85fde4-b3cd-4137-ab72-ed5f418e8c24")
def test_a_flavor_is_listed_with_its_size(compute, facts):
    wanted = facts["boot"]["flavor"]["id"]
    shown = expect(compute.get(f"/flavors/{wanted}"), 200)["flavor"]
    listed = _all(compute, "/flavors/detail")
    assert _entry(listed, wanted) == shown
    for flavor in listed:
        for size in ("ram", "vcpus", "disk", "OS-FLV-EXT-DATA:ephemeral"):
            assert type(flavor[size]) is int, f"{size} of {flavor['id']} is {flavor[size]!r}"
        assert flavor["ram"] > 0
        assert flavor["vcpus"] > 0
        # Before version 2.75 "no swap" is written as an empty text.
        assert flavor["swap"] == "" or type(flavor["swap"]) is int
        assert isinstance(flavor["os-flavor-access:is_public"], bool)
    _filters(compute, "/flavors/detail", shown, listed)
    largest = _two_pages(compute, "/flavors/detail", sort_key="memory_mb", sort_dir="desc")
    assert all(entry in listed for entry in largest)
    sizes = sorted((entry["ram"] for entry in listed), reverse=True)
    assert [entry["ram"] for entry in largest] == sizes[:2], "they are not sorted by memory"
