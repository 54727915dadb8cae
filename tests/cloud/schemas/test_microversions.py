"""An object grows from microversion to microversion, and every one of them has one rule."""

import pytest

from refcheck.cloud.schemas import block_storage, compute
from refcheck.cloud.schemas.microversions import Change, rules_through
from refcheck.cloud.schemas.rule import Rules
from refcheck.cloud.schemas.shape import COUNT, TEXT, obj

CHANGES = (
    Change("", {"id": TEXT, "swap": TEXT}, {"fault": TEXT}),
    Change("2.9", {"locked": TEXT}, gone=("fault",)),
    Change("2.26", {"swap": COUNT}, gone=("id",)),
)


@pytest.mark.parametrize(
    ("version", "shape"),
    [
        ("2.1", obj({"id": TEXT, "swap": TEXT}, {"fault": TEXT})),
        ("2.8", obj({"id": TEXT, "swap": TEXT}, {"fault": TEXT})),
        ("2.9", obj({"id": TEXT, "swap": TEXT, "locked": TEXT})),
        ("2.25", obj({"id": TEXT, "swap": TEXT, "locked": TEXT})),
        ("2.26", obj({"swap": COUNT, "locked": TEXT})),
        ("2.100", obj({"swap": COUNT, "locked": TEXT})),
    ],
)
def test_a_change_holds_from_its_microversion_on(version, shape):
    rules = Rules.of(rules_through("GET", "/x", (200,), CHANGES, lambda thing: thing), "2.1")
    (rule,) = rules.find("GET", "/x", version)
    assert rule.body == shape


def test_a_call_that_ended_has_no_rule_after_its_end():
    made = rules_through("GET", "/x", (200,), CHANGES, lambda thing: thing, until="2.35")
    rules = Rules.of(made, "2.1")
    assert len(rules.find("GET", "/x", "2.35")) == 1
    assert rules.find("GET", "/x", "2.36") == ()
    assert rules.find("GET", "/x", "latest") == ()


@pytest.mark.parametrize(
    ("rules", "major", "last"), [(compute.RULES, 2, 104), (block_storage.RULES, 3, 71)]
)
def test_no_answer_has_two_rules_at_one_microversion(rules, major, last):
    for minor in range(last + 1):
        there = [
            (rule.method, rule.path, status)
            for rule in rules
            for status in rule.statuses
            if rule.holds_at((major, minor))
        ]
        assert len(set(there)) == len(there), f"at {major}.{minor}"


def test_what_is_there_at_first_and_at_last_is_there_at_all_microversions():
    def calls(minor):
        return {(rule.method, rule.path) for rule in compute.RULES if rule.holds_at((2, minor))}

    lasting = calls(1) & calls(104)
    assert len(lasting) > 50
    assert all(lasting <= calls(minor) for minor in range(1, 105))


SERVER = ("GET", "/servers/1")
REBUILD = ("POST", "/servers/1/action#rebuild")
EVENTS = ("GET", "/servers/1/os-instance-actions/1")
ATTACHED = ("GET", "/servers/1/os-volume_attachments/1")


@pytest.mark.parametrize(
    ("call", "name", "since"),
    [
        (SERVER, "delete_on_termination", 3),
        (SERVER, "OS-EXT-SRV-ATTR:hostname", 3),
        (SERVER, "locked", 9),
        (SERVER, "host_status", 16),
        (SERVER, "description", 19),
        (SERVER, "tags", 26),
        (SERVER, "original_name", 47),
        (SERVER, "trusted_image_certificates", 63),
        (SERVER, "server_groups", 71),
        (SERVER, "locked_reason", 73),
        (SERVER, "pinned_availability_zone", 96),
        (SERVER, "properties", 98),
        (SERVER, "scheduler_hints", 100),
        (("PUT", "/servers/1"), "OS-EXT-STS:vm_state", 75),
        (REBUILD, "key_name", 54),
        (REBUILD, "user_data", 57),
        (EVENTS, "updated_at", 58),
        (EVENTS, "hostId", 62),
        (EVENTS, "details", 84),
        (ATTACHED, "tag", 70),
        (ATTACHED, "delete_on_termination", 79),
        (ATTACHED, "bdm_uuid", 89),
        (("GET", "/servers/1/os-interface"), "tag", 70),
        (("POST", "/os-keypairs"), "type", 2),
        (("GET", "/flavors"), "description", 55),
        (("GET", "/flavors/1"), "extra_specs", 61),
        (("GET", "/os-server-groups"), "project_id", 13),
        (("GET", "/os-server-groups"), "policy", 64),
    ],
)
def test_a_property_comes_with_its_microversion(call, name, since):
    assert _declares(call, name) == set(range(since, 105))


@pytest.mark.parametrize(
    ("call", "name", "last"),
    [
        (ATTACHED, "id", 88),
        (("GET", "/flavors/1"), "rxtx_factor", 101),
        (("GET", "/limits"), "maxSecurityGroups", 35),
        (("GET", "/limits"), "maxImageMeta", 38),
        (("GET", "/limits"), "maxPersonality", 56),
        (("GET", "/os-quota-sets/1"), "floating_ips", 35),
        (("GET", "/os-quota-sets/1"), "injected_files", 56),
        (("GET", "/os-server-groups"), "policies", 63),
    ],
)
def test_a_property_goes_with_its_microversion(call, name, last):
    assert _declares(call, name) == set(range(1, last + 1))


@pytest.mark.parametrize(
    ("path", "name", "since"),
    [
        ("/volumes/1", "group_id", 13),
        ("/volumes/1", "provider_id", 21),
        ("/volumes/1", "service_uuid", 48),
        ("/volumes/1", "cluster_name", 61),
        ("/volumes/1", "volume_type_id", 63),
        ("/volumes/1", "encryption_key_id", 64),
        ("/volumes/1", "consumes_quota", 65),
        ("/snapshots/1", "group_snapshot_id", 14),
        ("/snapshots/1", "user_id", 41),
        ("/snapshots/1", "consumes_quota", 65),
    ],
)
def test_a_property_of_block_storage_comes_with_its_microversion(path, name, since):
    rules = Rules.of(block_storage.RULES, "3.0")
    assert _with(rules, ("GET", path), name, 3, 72) == set(range(since, 72))


def _declares(call, name):
    """The minor versions at which an answer of the compute service may have that property."""
    return _with(Rules.of(compute.RULES, "2.1"), call, name, 2, 105)


def _with(rules, call, name, major, end):
    return {
        minor
        for minor in range(1, end)
        for rule in rules.find(*call, f"{major}.{minor}")
        if name in _names(rule.body)
    }


def _names(shape):
    """The properties that an answer of that shape has anywhere in it."""
    if isinstance(shape, list):
        return {name for inner in shape for name in _names(inner)}
    if not isinstance(shape, dict):
        return set()
    own = shape.get("properties", {})
    deeper = [*own.values(), shape.get("items"), shape.get("additionalProperties")]
    return {*own, *_names([*deeper, *shape.get("anyOf", [])])}
