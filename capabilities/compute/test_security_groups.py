"""Security groups are managed through the compute service, and servers are put into them.

API reference: Compute API, "Security groups (os-security-groups) (DEPRECATED)", "Servers security
groups" and "Servers - run an action", "Add Security Group To A Server". All but the list of a
server's groups end with version 2.36, so no version is asked for.
"""

from __future__ import annotations

import uuid

from refcheck.testing import entries, expect, idempotent_id, ids, refused

_GROUPS = "/os-security-groups"


def _made(create, about):
    """A new group that says what it is about."""
    answer = create("compute_security_group", description=f"refcheck {about}")
    return expect(answer, 200)["security_group"]


def _act(compute, server, action, name):
    return compute.post(f"/servers/{server['id']}/action", json={action: {"name": name}})


def _of(compute, server):
    """The ids of the groups that a server is in."""
    return ids(expect(compute.get(f"/servers/{server['id']}{_GROUPS}"), 200)["security_groups"])


def _change(compute, group_id, **fields):
    return compute.put(f"{_GROUPS}/{group_id}", json={"security_group": fields})


def _deletes(compute, create):
    """The positive control: a group of ours is deleted by its id."""
    group = _made(create, "control")
    expect(compute.delete(f"{_GROUPS}/{group['id']}"), 202)
    return group


@idempotent_id("ecc0da4a-2117-48af-91af-993cca39a615")
def test_a_group_is_made_shown_and_deleted(compute, create, cloud, second):
    name = create.name("group")
    asked = {"name": name, "description": "refcheck shown"}
    group = expect(create("compute_security_group", **asked), 200)["security_group"]
    for field, value in asked.items():
        assert group[field] == value, f"{field} is {group[field]!r}"
    assert group["tenant_id"] == cloud.project_id
    # What comes in is refused until a rule allows it.
    assert group["rules"] == []

    path = f"{_GROUPS}/{group['id']}"
    assert expect(compute.get(path), 200)["security_group"] == group
    second.must_not_see("compute", path)
    expect(compute.delete(path), 202)
    refused(compute.get(path), 404)
    refused(compute.delete(path), 404)


@idempotent_id("eb2b087d-633d-4d0d-a7bd-9e6ba35b32de")
def test_groups_are_listed_until_they_are_deleted(compute, create):
    kept, doomed = _made(create, "kept"), _made(create, "doomed")
    groups = _listed(compute)
    assert len(set(ids(groups))) == len(groups), "a group is listed twice"
    listed = {group["id"]: group for group in groups}
    assert listed.get(kept["id"]) == kept
    assert listed.get(doomed["id"]) == doomed

    expect(compute.delete(f"{_GROUPS}/{doomed['id']}"), 202)
    left = ids(_listed(compute))
    assert doomed["id"] not in left
    assert left.count(kept["id"]) == 1


@idempotent_id("7d4e1d3c-3209-4d6d-b020-986304ebad1f")
def test_a_group_gets_another_name_and_description(compute, create):
    group = _made(create, "before")
    asked = {"name": create.name("renamed"), "description": "refcheck after"}
    changed = expect(_change(compute, group["id"], **asked), 200)["security_group"]
    assert changed == {**group, **asked}
    assert expect(compute.get(f"{_GROUPS}/{group['id']}"), 200)["security_group"] == changed


@idempotent_id("79517d60-535a-438f-af3d-e6feab1cbea7")
def test_the_groups_of_a_server_are_listed_and_no_others(compute, create, given):
    server = given.used_server()
    first, second = _made(create, "first"), _made(create, "second")
    before = _of(compute, server)
    assert not {first["id"], second["id"]} & set(before)
    expect(_act(compute, server, "addSecurityGroup", first["name"]), 202)
    try:
        assert sorted(_of(compute, server)) == sorted([*before, first["id"]])
        refused(compute.get(f"/servers/{uuid.uuid4()}{_GROUPS}"), 404)
    finally:
        expect(_act(compute, server, "removeSecurityGroup", first["name"]), 202)
    assert sorted(_of(compute, server)) == sorted(before)


@idempotent_id("fe4abc0d-83f5-4c50-ad11-57a1127297a2")
def test_a_server_is_put_into_a_group_and_taken_out_again(compute, create, given):
    server, group = given.used_server(), _made(create, "worn")
    refused(_act(compute, server, "addSecurityGroup", create.name("nobody")), 404)
    expect(_act(compute, server, "addSecurityGroup", group["name"]), 202)
    try:
        shown = expect(compute.get(f"/servers/{server['id']}"), 200)["server"]
        assert group["name"] in [worn["name"] for worn in entries(shown["security_groups"])]
        # A group in use is not deleted.
        refused(compute.delete(f"{_GROUPS}/{group['id']}"), 400)
    finally:
        expect(_act(compute, server, "removeSecurityGroup", group["name"]), 202)
    assert group["id"] not in _of(compute, server)
    refused(_act(compute, server, "removeSecurityGroup", group["name"]), 404)
    expect(compute.delete(f"{_GROUPS}/{group['id']}"), 202)


@idempotent_id("6727c00b-214c-4f9e-9a52-017ac3e98411")
def test_a_group_that_does_not_exist_is_not_deleted(compute, create):
    refused(compute.delete(f"{_GROUPS}/{uuid.uuid4()}"), 404)
    group = _deletes(compute, create)
    refused(compute.delete(f"{_GROUPS}/{group['id']}"), 404)


@idempotent_id("1438f330-8fa4-4aeb-8a94-37c250106d7f")
def test_no_group_in_particular_is_not_deleted(compute, create):
    kept = _made(create, "kept")
    refused(compute.delete(f"{_GROUPS}/"), 404)
    # None was deleted for want of an id; this one is, by its own.
    expect(compute.get(f"{_GROUPS}/{kept['id']}"), 200)
    expect(compute.delete(f"{_GROUPS}/{kept['id']}"), 202)


@idempotent_id("36a1629f-c6da-4a26-b8b8-55e7e5d5cd58")
def test_the_default_group_is_not_deleted(compute, create, cloud):
    default = _default(compute, cloud)
    refused(compute.delete(f"{_GROUPS}/{default['id']}"), 400)
    _is_shown(compute, default)
    _deletes(compute, create)


@idempotent_id("673eaec1-9b3e-48ed-bdf1-2786c1b9661c")
def test_a_group_that_does_not_exist_is_not_shown(compute, cloud):
    refused(compute.get(f"{_GROUPS}/{uuid.uuid4()}"), 404)
    _is_shown(compute, _default(compute, cloud))


@idempotent_id("27edee9c-873d-4da6-a68a-3c256efebe8f")
def test_a_group_that_does_not_exist_is_not_changed(compute, create):
    asked = {"name": create.name("renamed"), "description": "refcheck after"}
    refused(_change(compute, uuid.uuid4(), **asked), 404)
    group = _made(create, "control")
    assert asked["name"] not in [listed["name"] for listed in _listed(compute)]
    expect(_change(compute, group["id"], **asked), 200)


def _listed(compute):
    return entries(expect(compute.get(_GROUPS), 200)["security_groups"])


def _default(compute, cloud):
    """The group that every project has."""
    found = [group for group in _listed(compute) if group["name"] == "default"]
    assert [group["tenant_id"] for group in found] == [cloud.project_id]
    return found[0]


def _is_shown(compute, group):
    shown = expect(compute.get(f"{_GROUPS}/{group['id']}"), 200)["security_group"]
    # Not its rules: whoever else works in the project may change those of the default group.
    for field in ("id", "name", "description", "tenant_id"):
        assert shown[field] == group[field], f"{field} is shown as {shown[field]!r}"
