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
