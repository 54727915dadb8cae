"""Snapshots are listed in the order asked for, page by page.

API reference: Block Storage API, "Volume snapshots (snapshots)", "List accessible snapshots" and
"List snapshots and details" (`sort`, `limit`, `offset`, `marker`).
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from refcheck.testing import expect, idempotent_id, ids, refused

_PLAIN, _DETAIL = "/snapshots", "/snapshots/detail"


def _listed(volume, shared, path=_PLAIN, **params):
    """The shared snapshots that a list has, in its order; no others are of their volume."""
    asked = {"volume_id": shared.snapshots[0]["volume_id"], **params}
    return ids(expect(volume.get(path, params=asked), 200)["snapshots"])


def _is_sorted(volume, shared, key, way):
    """The detailed list is whole, and in the order of one of its fields."""
    field = {"display_name": "name"}.get(key, key)
    asked = {"volume_id": shared.snapshots[0]["volume_id"], "sort": f"{key}:{way}"}
    listed = expect(volume.get(_DETAIL, params=asked), 200)["snapshots"]
    assert sorted(ids(listed)) == sorted(ids(list(shared.snapshots)))
    values = [entry[field] for entry in listed]
    assert values == sorted(values, reverse=way == "desc"), f"{key} {way} gave {values}"
    made = {snapshot["id"]: snapshot[field] for snapshot in shared.snapshots}
    assert values == [made[entry["id"]] for entry in listed]
    assert len(set(values)) > 1, "nothing to tell one order from another"


@idempotent_id("c5513ada-64c1-4d28-83b9-af3307ec1388")
def test_snapshots_are_sorted_by_id_upwards(volume, shared):
    _is_sorted(volume, shared, "id", "asc")


@idempotent_id("8a7fe058-0b41-402a-8afd-2dbc5a4a718b")
def test_snapshots_are_sorted_by_id_downwards(volume, shared):
    _is_sorted(volume, shared, "id", "desc")


@idempotent_id("4052c3a0-2415-440a-a8cc-305a875331b0")
def test_snapshots_are_sorted_by_their_time_of_creation_upwards(volume, shared):
    _is_sorted(volume, shared, "created_at", "asc")


@idempotent_id("dcbbe24a-f3c0-4ec8-9274-55d48db8d1cf")
def test_snapshots_are_sorted_by_their_time_of_creation_downwards(volume, shared):
    _is_sorted(volume, shared, "created_at", "desc")


# Before microversion 3.30 the list is sorted by the name as the service keeps it: display_name.
@idempotent_id("d58b5fed-0c37-42d3-8c5d-39014ac13c00")
def test_snapshots_are_sorted_by_name_upwards(volume, shared):
    _is_sorted(volume, shared, "display_name", "asc")


@idempotent_id("96ba6f4d-1f18-47e1-b4bc-76edc6c21250")
def test_snapshots_are_sorted_by_name_downwards(volume, shared):
    _is_sorted(volume, shared, "display_name", "desc")


@idempotent_id("db4d8e0a-7a2e-41cc-a712-961f6844e896")
def test_no_more_snapshots_are_listed_than_the_limit_allows(volume, shared):
    ordered = sorted(ids(list(shared.snapshots)))
    asked = {"volume_id": shared.volume["id"], "sort": "id:asc", "limit": 2}
    answer = expect(volume.get(_PLAIN, params=asked), 200)
    assert ids(answer["snapshots"]) == ordered[:2]
    follow = [link["href"] for link in answer["snapshots_links"] if link["rel"] == "next"]
    assert len(follow) == 1
    # Only the query of the link: its host is the one the service knows itself by.
    query = {key: values[0] for key, values in parse_qs(urlsplit(follow[0]).query).items()}
    assert ids(expect(volume.get(_PLAIN, params=query), 200)["snapshots"]) == ordered[2:]
    refused(volume.get(_PLAIN, params={**asked, "limit": -1}), 400)


@idempotent_id("a1427f61-420e-48a5-b6e3-0b394fa95400")
def test_a_limit_larger_than_the_list_leaves_nothing_out(volume, shared):
    listed = _listed(volume, shared, limit=100000)
    assert sorted(listed) == sorted(ids(list(shared.snapshots)))


@idempotent_id("e3b44b7f-ae87-45b5-8a8c-66110eb24d0a")
def test_a_limit_of_zero_leaves_nothing_in(volume, shared):
    # There is something to leave out.
    assert shared.snapshots[0]["id"]
    assert _listed(volume, shared, limit=0) == []


@idempotent_id("05489dde-44bc-4961-a1f5-3ce7ee7824f7")
def test_a_page_begins_after_the_marker(volume, shared):
    ordered = sorted(ids(list(shared.snapshots)))
    after = _listed(volume, shared, sort="id:asc", marker=ordered[0], limit=1)
    assert after == ordered[1:2]


@idempotent_id("ca96d551-17c6-4e11-b0e8-52d3bb8a63c7")
def test_a_page_begins_after_so_many_as_are_to_be_left_out(volume, shared):
    ordered = sorted(ids(list(shared.snapshots)))
    assert _listed(volume, shared, sort="id:asc", offset=1, limit=1) == ordered[1:2]
    assert _listed(volume, shared, sort="id:asc", offset=3) == []
