"""Defects that only the whole guideline shows are told with their path."""

from __future__ import annotations

import pytest

from tests.guideline.documents import ID, load, sound

OTHER = "11111111-2222-3333-4444-555555555555"
BOOT = "$.capabilities.boot.tests.suite"


def with_tests(**bodies: dict) -> tuple[str, ...]:
    tests = {f"suite.{name}": {"idempotent_id": f"id-{OTHER}", **b} for name, b in bodies.items()}
    tests["suite.boot"] = {"idempotent_id": f"id-{ID}", "aliases": ["old.boot"]}
    return load(sound("capabilities/boot/tests", dict(reversed(tests.items())))).notices


@pytest.mark.parametrize(
    ("bodies", "notices"),
    [
        ({"stop": {}}, []),
        (
            {"stop": {"idempotent_id": ID}},
            [f"{BOOT}.stop: id {ID} is shared by suite.boot and suite.stop; names decide"],
        ),
        (
            {"stop": {"aliases": ["suite.boot"]}},
            [f"{BOOT}.stop.aliases: suite.boot is also a test's name; the name decides"],
        ),
        (
            {"stop": {"aliases": ["old.boot"]}},
            [
                (
                    f"{BOOT}.stop.aliases: old.boot is shared by suite.boot and suite.stop; "
                    "alone it counts for none"
                )
            ],
        ),
        (
            {"stop": {"idempotent_id": ""}},
            [f"{BOOT}.stop.idempotent_id: is empty; the test is known by its name only"],
        ),
        (
            {"stop": {"idempotent_id": ""}, "wait": {"idempotent_id": ""}},
            ["$.capabilities.boot.tests: 2 tests have no id; they are known by their names only"],
        ),
    ],
)
def test_tests_that_cannot_be_told_apart(bodies, notices):
    told = [one for one in with_tests(**bodies) if "written without" not in one]
    assert told == notices


def test_a_test_with_two_ids():
    tree = sound("components/os_powered_compute/capabilities/required", ["boot", "again"])
    again = {"project": "nova", "tests": {"suite.boot": {"idempotent_id": f"id-{OTHER}"}}}
    tree["capabilities"]["again"] = again
    assert load(tree).notices == (
        (
            f"$.capabilities.again.tests.suite.boot: has the ids {ID} and {OTHER}; "
            "taken for several tests"
        ),
    )


def test_the_same_test_in_two_capabilities_is_no_defect():
    tree = sound("components/os_powered_compute/capabilities/required", ["boot", "again"])
    tree["capabilities"]["again"] = tree["capabilities"]["boot"]
    assert load(tree).notices == ()


@pytest.mark.parametrize("status", ["required", "advisory", "deprecated", "removed"])
def test_a_capability_without_tests(status):
    lists = {"required": ["boot"]}
    tree = sound("components/os_powered_compute/capabilities", lists)
    tree["capabilities"]["idle"] = {"project": "nova", "tests": {}}
    lists.setdefault(status, []).append("idle")
    assert load(tree).notices == (
        f"$.capabilities.idle: is {status} and has no tests; it holds untested",
    )


@pytest.mark.parametrize("several", [("required", "removed"), ("removed", "required")])
def test_of_the_statuses_that_components_give_a_capability_the_strongest_is_told(several):
    tree = sound("components")
    tree["components"] = {
        name: {"capabilities": {status: ["idle"]}}
        for name, status in zip(("os_powered_compute", "other"), several, strict=True)
    }
    tree["capabilities"] = {"idle": {"project": "nova", "tests": {}}}
    assert load(tree).notices == (
        "$.capabilities.idle: is required and has no tests; it holds untested",
    )


def test_a_capability_of_no_component():
    tree = sound()
    tree["capabilities"]["idle"] = tree["capabilities"]["boot"]
    assert load(tree).notices == ("$.capabilities.idle: is in no component; not judged",)


def test_a_capability_under_two_statuses_of_a_component():
    tree = sound("components/os_powered_compute/capabilities/removed", ["boot"])
    assert load(tree).notices == (
        (
            "$.components.os_powered_compute.capabilities: "
            "lists boot as required and removed; the strongest counts"
        ),
    )


def test_an_achievement_by_the_name_of_its_criterion_is_understood():
    one = load(sound("capabilities/boot/achievements", ["ATOMIC"]))
    assert one.capabilities["boot"].achievements == ("atomic",)
    assert one.notices == ("$.capabilities.boot.achievements: 'ATOMIC' taken for 'atomic'",)


def test_ids_with_words_behind_them_lose_the_words():
    tree = sound("capabilities/boot/tests/suite.boot/idempotent_id", f"id-{ID},smoke,negative")
    one = load(tree)
    assert one.capabilities["boot"].tests[0].id == ID
    assert one.notices == (
        f"{BOOT}.boot.idempotent_id: has 'smoke,negative' behind the id; left out",
    )


@pytest.mark.parametrize(
    ("written", "notice"),
    [
        (f"id-{ID},{'w' * 81}", f"has {'w' * 80!r} behind the id; left out"),
        (ID[:-1], f"{ID[:-1]!r} is not a UUID; the test is known by its name only"),
        ("x" * 81, f"{'x' * 80!r} is not a UUID; the test is known by its name only"),
    ],
)
def test_what_is_written_for_an_id_is_shown_and_cut(written, notice):
    one = load(sound("capabilities/boot/tests/suite.boot/idempotent_id", written))
    assert one.notices == (f"{BOOT}.boot.idempotent_id: {notice}",)


def test_an_empty_achievement_is_not_a_criterion_without_a_name():
    tree = sound("capabilities/boot/achievements", [""])
    tree["metadata"]["scoring"]["criteria"]["fun"] = {}
    one = load(tree)
    assert one.capabilities["boot"].achievements == ()
    assert one.notices == (
        "$.capabilities.boot.achievements: '' is no criterion of this guideline; not counted",
    )
    assert one.criteria["fun"].weight == 0
