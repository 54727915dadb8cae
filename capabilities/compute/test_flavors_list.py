"""A project sees the sizes that its servers can have.

API reference: Compute API, "Flavors", "List Flavors" and "List Flavors With Details".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id, ids


def _entry(listed, flavor_id):
    """The one entry with this id."""
    matching = [entry for entry in listed if entry["id"] == flavor_id]
    assert len(matching) == 1, f"flavor {flavor_id} is listed {len(matching)} times"
    return matching[0]


def _filters_and_pages(compute, path, flavor):
    """A list narrows by memory and by disk, and is read page by page."""
    ram, disk = flavor["ram"], flavor["disk"]
    enough = expect(compute.get(path, params={"minRam": ram, "minDisk": disk}), 200)["flavors"]
    assert flavor["id"] in ids(enough)
    for more in ({"minRam": ram + 1}, {"minDisk": disk + 1}):
        larger = expect(compute.get(path, params=more), 200)["flavors"]
        assert flavor["id"] not in ids(larger), f"{more} lets {flavor['id']} through"
    first = expect(compute.get(path, params={"limit": 1}), 200)
    assert len(first["flavors"]) == 1
    assert "next" in [link["rel"] for link in first["flavors_links"]]
    marker = first["flavors"][0]["id"]
    rest = compute.get(path, params={"marker": marker, "limit": 1})
    assert marker not in ids(expect(rest, 200)["flavors"])


@idempotent_id("e36c0eaa-dff5-4082-ad1f-3f9a80aa3f59")
def test_a_flavor_is_listed_by_id_and_name(compute, facts):
    known = facts["boot"]["flavor"]
    listed = expect(compute.get("/flavors"), 200)["flavors"]
    entry = _entry(listed, known["id"])
    assert entry["name"] == known["name"]
    assert {link["rel"] for link in entry["links"]} == {"self", "bookmark"}
    assert len(set(ids(listed))) == len(listed)
    assert all(isinstance(flavor["id"], str) for flavor in listed)
    _filters_and_pages(compute, "/flavors", known)


@idempotent_id("6e85fde4-b3cd-4137-ab72-ed5f418e8c24")
def test_a_flavor_is_listed_with_its_size(compute, facts):
    wanted = facts["boot"]["flavor"]["id"]
    shown = expect(compute.get(f"/flavors/{wanted}"), 200)["flavor"]
    listed = expect(compute.get("/flavors/detail"), 200)["flavors"]
    assert _entry(listed, wanted) == shown
    for flavor in listed:
        for size in ("ram", "vcpus", "disk", "OS-FLV-EXT-DATA:ephemeral"):
            assert type(flavor[size]) is int, f"{size} of {flavor['id']} is {flavor[size]!r}"
        assert flavor["ram"] > 0
        assert flavor["vcpus"] > 0
        # Before version 2.75 "no swap" is written as an empty text.
        assert flavor["swap"] == "" or type(flavor["swap"]) is int
        assert isinstance(flavor["os-flavor-access:is_public"], bool)
    _filters_and_pages(compute, "/flavors/detail", shown)
