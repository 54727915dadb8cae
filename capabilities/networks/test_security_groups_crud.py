"""Security groups and their rules are created, shown, listed, changed and deleted.

API reference: Networking API, "Security groups (security-groups)" and
"Security group rules (security-group-rules)".
"""

from __future__ import annotations

import uuid

from refcheck.testing import expect, idempotent_id, ids, is_uuid, refused

_HTTP = {
    "direction": "ingress",
    "ethertype": "IPv4",
    "protocol": "tcp",
    "port_range_min": 80,
    "port_range_max": 81,
}
"""A rule that every cloud takes; tests add to it or spoil it."""
_HTTP_6 = {**_HTTP, "ethertype": "IPv6"}


def _group(create, **fields):
    return expect(create("security_group", **fields), 201)["security_group"]


def _rules(network, group_id):
    """The rules of a group, as the list of rules has them."""
    answer = network.get("/security-group-rules", params={"security_group_id": group_id})
    return expect(answer, 200)["security_group_rules"]


def _rule(given, group, **asked):
    """A rule that has all that was asked for; it stays in the group."""
    answer = given.member("security_group_rule", security_group_id=group["id"], **asked)
    made = expect(answer, 201)["security_group_rule"]
    assert is_uuid(made["id"])
    for field, value in {**asked, "security_group_id": group["id"]}.items():
        assert made[field] == value, f"{field} is {made[field]!r}, not {value!r}"
    return made


def _has_rules(network, group, *made):
    """The group has these rules, as they were made."""
    listed = {rule["id"]: rule for rule in _rules(network, group["id"])}
    for rule in made:
        assert listed.get(rule["id"]) == rule
    return listed


def _refuses_rules(network, create, shared, status, *wrong):
    """No rule comes of wrong values; the one with right values in their place is there."""
    group = shared.security_group
    for values in wrong:
        fields = {"security_group_id": group["id"], **_HTTP, **values}
        refused(create("security_group_rule", **fields), status)
    assert {field: shared.http_rule[field] for field in _HTTP} == _HTTP
    listed = _has_rules(network, group, shared.http_rule)
    assert set(listed) == {*ids(group["security_group_rules"]), shared.http_rule["id"]}


@idempotent_id("e30abd17-fef9-4739-8617-dc26da88e686")
def test_the_project_has_one_default_group(network, shared, cloud):
    other = shared.security_group
    listed = expect(network.get("/security-groups"), 200)["security_groups"]
    assert other["id"] in ids(listed)
    # Who sees the groups of other projects sees their default groups too.
    own = [group for group in listed if group["project_id"] == cloud.project_id]
    default = [group["id"] for group in own if group["name"] == "default"]
    assert len(default) == 1, f"default groups: {default}"
    refused(network.delete(f"/security-groups/{default[0]}"), 409)


@idempotent_id("bfd128e5-3c92-44b6-9d66-7fe29d22c802")
def test_a_group_lives_from_creation_to_deletion(network, create, shared, cloud):
    # There is another, which the name will leave out.
    assert shared.security_group["id"]
    made = _group(create, description="before")
    path = f"/security-groups/{made['id']}"
    assert is_uuid(made["id"])
    assert made["description"] == "before"
    assert made["project_id"] == cloud.project_id

    new = {"name": create.name("renamed"), "description": "after"}
    changed = expect(network.put(path, json={"security_group": new}), 200)["security_group"]
    shown = expect(network.get(path), 200)["security_group"]
    for answer in (changed, shown):
        assert {field: answer[field] for field in new} == new
        born_with = ids(made["security_group_rules"])
        assert sorted(ids(answer["security_group_rules"])) == sorted(born_with)

    expect(network.delete(path), 204)
    refused(network.get(path), 404)
    refused(network.delete(path), 404)
    listed = expect(network.get("/security-groups", params={"name": new["name"]}), 200)
    assert listed["security_groups"] == []


@idempotent_id("cfb99e0e-7410-4a3d-8a0c-959a63ee77e9")
def test_a_rule_lives_from_creation_to_deletion(network, given, shared, cloud):
    group, made = shared.crowded_group, []
    for protocol in ("tcp", "icmp"):
        asked = {"direction": "ingress", "ethertype": "IPv4", "protocol": protocol}
        rule = _rule(given, group, **asked)
        assert rule["project_id"] == cloud.project_id
        assert rule["remote_ip_prefix"] is None
        assert rule["remote_group_id"] is None
        assert rule["port_range_min"] is None
        made.append(rule)
    whole = expect(network.get(f"/security-groups/{group['id']}"), 200)["security_group"]
    in_group = {rule["id"]: rule["protocol"] for rule in whole["security_group_rules"]}
    assert [in_group.get(rule["id"]) for rule in made] == ["tcp", "icmp"]
    gone, kept = made
    path = f"/security-group-rules/{gone['id']}"
    assert expect(network.get(path), 200)["security_group_rule"] == gone
    expect(network.delete(path), 204)
    refused(network.get(path), 404)
    refused(network.delete(path), 404)
    assert gone["id"] not in _has_rules(network, group, kept)


@idempotent_id("87dfbcf9-1849-43ea-b1e4-efa3eeae9f71")
def test_a_rule_has_a_direction_and_a_range_of_ports(network, given, shared):
    group = shared.crowded_group
    one_port = {**_HTTP, "port_range_min": 77, "port_range_max": 77}
    outwards = {**_HTTP, "direction": "egress", "protocol": "udp"}
    made = [_rule(given, group, **asked) for asked in (one_port, outwards, _HTTP_6)]
    _has_rules(network, group, *made)


@idempotent_id("c9463db8-b44d-4f52-b6c0-8dbda99f26ce")
def test_a_rule_for_icmp_has_a_type_and_a_code(network, given, shared):
    group, icmp = shared.crowded_group, {**_HTTP, "protocol": "icmp"}
    made = [
        _rule(given, group, **{**icmp, "port_range_min": kind, "port_range_max": code})
        for kind, code in ((3, 1), (8, 0), (11, None))
    ]
    _has_rules(network, group, *made)


@idempotent_id("0a307599-6655-4220-bebc-fd70c64f2290")
def test_a_protocol_may_be_a_number(network, given, shared):
    group = shared.crowded_group
    asked = {"direction": "egress", "ethertype": "IPv4", "protocol": 17}
    answer = given.member("security_group_rule", security_group_id=group["id"], **asked)
    rule = expect(answer, 201)["security_group_rule"]
    # 17 is UDP; which of its two names comes back is not said.
    assert str(rule["protocol"]) in {"17", "udp"}
    assert [rule["security_group_id"], rule["direction"]] == [group["id"], "egress"]
    _has_rules(network, group, rule)


@idempotent_id("c2ed2deb-7a0c-44d8-8b4c-a5825b5c310b")
def test_a_rule_is_for_the_members_of_another_group(network, given, shared):
    group, remote = shared.crowded_group, shared.security_group
    rule = _rule(given, group, **_HTTP, remote_group_id=remote["id"])
    assert rule["remote_ip_prefix"] is None
    params = {"security_group_id": [group["id"], remote["id"]], "remote_group_id": remote["id"]}
    answer = network.get("/security-group-rules", params=params)
    assert expect(answer, 200)["security_group_rules"] == [rule]


@idempotent_id("16459776-5da2-4634-bce4-4b55ee3ec188")
def test_a_rule_is_for_a_range_of_addresses(network, given, shared):
    group = shared.crowded_group
    rule = _rule(given, group, **_HTTP, remote_ip_prefix="192.0.2.0/25")
    assert rule["remote_group_id"] is None
    _has_rules(network, group, rule)


@idempotent_id("2323061e-9fbf-4eb0-b547-7e8fafc90849")
def test_a_second_default_group_is_refused(network, create, shared, cloud):
    refused(create("security_group", name="default"), 409)
    # Any other name may be had twice.
    twins = [shared.security_group, shared.crowded_group]
    params = {"name": ["default", twins[0]["name"]], "project_id": cloud.project_id}
    listed = expect(network.get("/security-groups", params=params), 200)["security_groups"]
    assert [group["name"] for group in listed].count("default") == 1
    assert set(ids(twins)) < set(ids(listed))
    assert len(listed) == 3


@idempotent_id("8fde898f-ce88-493b-adc9-4e4692879fc5")
def test_the_same_rule_twice_is_refused(network, create, given, shared):
    # It may be had by two groups: the other has it already.
    assert shared.http_rule["id"]
    group = shared.crowded_group
    rule = _rule(given, group, **_HTTP)
    refused(create("security_group_rule", security_group_id=group["id"], **_HTTP), 409)
    # It may be had again once it is gone, which also shows that no second one was made.
    expect(network.delete(f"/security-group-rules/{rule['id']}"), 204)
    assert _rule(given, group, **_HTTP)["id"] != rule["id"]


@idempotent_id("5666968c-fff3-40d6-9efc-df1c8bd01abb")
def test_an_unknown_ethertype_is_refused(network, create, shared):
    _refuses_rules(network, create, shared, 400, {"ethertype": "bad_ethertype"})


@idempotent_id("981bdc22-ce48-41ed-900a-73148b583958")
def test_an_unknown_protocol_is_refused(network, create, shared):
    _refuses_rules(
        network, create, shared, 400, {"protocol": "bad_protocol_name"}, {"protocol": 256}
    )


@idempotent_id("5f8daf69-3c5f-4aaa-88c9-db1d66f68679")
def test_a_range_of_addresses_that_is_none_is_refused(network, create, shared):
    prefixes = ("bad_prefix", "192.0.2.0/33", "192.0.2.256/32", "2001:db8::/129")
    _refuses_rules(network, create, shared, 400, *({"remote_ip_prefix": bad} for bad in prefixes))


@idempotent_id("0d9c7791-f2ad-4e2f-ac73-abf2373b0d2d")
def test_ranges_of_ports_that_are_none_are_refused(network, create, shared):
    ranges = ((-16, 80), (80, 79), (80, 65536), (None, 80))
    wrong = [{"port_range_min": low, "port_range_max": high} for low, high in ranges]
    _refuses_rules(network, create, shared, 400, *wrong)


@idempotent_id("4bf786fd-2f02-443c-9716-5b98e159a49a")
def test_a_rule_for_a_group_that_does_not_exist_is_refused(network, create, shared):
    _refuses_rules(network, create, shared, 404, {"remote_group_id": str(uuid.uuid4())})


@idempotent_id("be308db6-a7cf-4d5c-9baf-71bafd73f35e")
def test_a_rule_in_a_group_that_does_not_exist_is_refused(network, create, shared):
    _refuses_rules(network, create, shared, 404, {"security_group_id": str(uuid.uuid4())})


@idempotent_id("1f1bb89d-5664-4956-9fcd-83ee0fa603df")
def test_a_group_that_does_not_exist_is_not_deleted(network, shared):
    group = shared.security_group
    refused(network.delete(f"/security-groups/{uuid.uuid4()}"), 404)
    # It was not another that went instead.
    listed = network.get("/security-groups", params={"id": [group["id"]]})
    assert ids(expect(listed, 200)["security_groups"]) == [group["id"]]


@idempotent_id("424fd5c3-9ddc-486a-b45f-39bf0c820fc6")
def test_a_group_that_does_not_exist_is_not_shown(network, shared):
    refused(network.get(f"/security-groups/{uuid.uuid4()}"), 404)
    path = f"/security-groups/{shared.security_group['id']}"
    shown = expect(network.get(path), 200)["security_group"]
    assert [shown["name"], shown["description"]] == [shared.security_group["name"], "shared"]


@idempotent_id("4c094c09-000b-4e41-8100-9617600c02a6")
def test_a_rule_that_does_not_exist_is_not_shown(network, shared):
    refused(network.get(f"/security-group-rules/{uuid.uuid4()}"), 404)
    # One that every group is born with.
    made = shared.security_group["security_group_rules"][0]
    answer = network.get(f"/security-group-rules/{made['id']}")
    shown = expect(answer, 200)["security_group_rule"]
    for field in ("id", "security_group_id", "direction", "ethertype"):
        assert shown[field] == made[field], f"{field} is {shown[field]!r}"
