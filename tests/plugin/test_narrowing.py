"""A run may be told to leave tests out; each keeps its place, with the reason."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.errors import BadResult, WrongUse
from refcheck.guideline.reader import read
from refcheck.plugin.narrowing import (
    Earlier,
    Narrowing,
    Shard,
    changes_since,
    narrow,
    narrow_to_changed,
    take_shard,
)
from refcheck.plugin.narrowing_options import narrowing_of
from refcheck.result.events import Selected
from tests.cli.test_judge import passes, write_result
from tests.verdict.small import case, document, uuid

TREE = document(
    {"servers-boot": case(1) | case(2), "servers-stop": case(2), "networks-list": case(3),
     "networks-old": case(4, bare=True)},
    {"c": {"required": ["servers-boot", "servers-stop", "networks-list", "networks-old"]}},
)  # fmt: skip
RULES = read(json.dumps(TREE).encode(), where="test")


def one(number, service="compute", **more):
    test_id = "" if number == 4 else uuid(number)
    return Selected(test_id, f"suite.test_{number}", service, implemented=True, **more)


ALL = (one(1), one(2), one(3, "network"), one(4, "network"))


def left(found):
    return {int(test.name[-1]): test.left_out for test in found if test.left_out}


def narrowed(selected=ALL, **told):
    return left(narrow(selected, Narrowing(**told), RULES))


def test_nothing_told_is_everything():
    assert narrow(ALL, Narrowing(), RULES) == ALL


def test_services_are_named_by_their_types():
    assert narrowed(services=("network",)) == dict.fromkeys((1, 2), "--services network")
    assert narrowed(services=("network", "compute")) == {}


def test_a_service_that_no_test_is_about_is_refused():
    with pytest.raises(
        WrongUse, match="no test of the target is about a service 'volume'"
    ) as caught:
        narrowed(services=("compute", "volume"))
    assert caught.value.next_step == "Give some of: compute, network."


def test_capabilities_are_named_by_globs_and_a_test_of_two_is_in_both():
    assert narrowed(capabilities=("*-stop",)) == dict.fromkeys((1, 3, 4), "--capability *-stop")
    assert set(narrowed(capabilities=("*-stop", "networks-*"))) == {1}
    assert set(narrowed(capabilities=("networks-old",))) == {1, 2, 3}


def test_a_capability_that_the_target_does_not_have_is_refused():
    with pytest.raises(WrongUse, match="has no capability 'server-boot'") as caught:
        narrowed(capabilities=("networks-*", "server-boot"))
    assert "servers-boot" in caught.value.next_step
    with pytest.raises(WrongUse):  # the guideline has it, the target has no test of it
        narrowed(ALL[:2], capabilities=("networks-list",))


def test_since_leaves_out_what_passed_by_id_or_by_name():
    earlier = Earlier("run-1", frozenset({uuid(1), "suite.test_4"}))
    assert narrowed(since=earlier) == dict.fromkeys((1, 4), "--since run-1: it passed there")


def test_the_first_reason_is_told_and_all_apply():
    earlier = Earlier("run-1", frozenset({uuid(3)}))
    found = narrowed(services=("network",), since=earlier)
    assert found == {
        1: "--services network",
        2: "--services network",
        3: "--since run-1: it passed there",
    }


def test_what_the_suite_has_no_test_for_is_not_left_out():
    missing = Selected(uuid(1), "suite.test_1", "compute", implemented=False)
    (found,) = narrow((missing,), Narrowing(capabilities=("servers-boot",)), RULES)
    assert found == missing


def test_what_was_left_out_before_keeps_its_reason():
    before = (one(1, left_out="by hand"), *ALL[1:])
    assert narrowed(before, services=("network",))[1] == "by hand"


NOW = {
    "versions": {
        "compute": {"version": "2.1", "min": "2.1", "max": "2.96"},
        "network": {"version": "2.0", "min": None, "max": None},
    },
    "network_extensions": ["dns", "qos"],
    "object_store_features": ["slo", "swift"],
}
THEN = {
    "versions": {
        "compute": {"version": "2.1", "min": "2.1", "max": "2.90"},
        "network": {"version": "2.0", "min": None, "max": None},
        "image": {"version": "2.9", "min": None, "max": None},
    },
    "network_extensions": ["qos", "router"],
    "object_store_features": ["slo", "swift"],
}
SERVICES = ("compute", "network", "image", "object-store", "identity")


def test_a_change_is_told_in_words():
    assert changes_since(THEN, NOW, SERVICES) == {
        "compute": ["newest microversion 2.96, was 2.90"],
        "image": ["version none, was 2.9"],
        "network": ["extension dns is new", "extension router is gone"],
    }
    assert changes_since(NOW, NOW, SERVICES) == {}


def test_only_services_of_interest_are_compared():
    assert set(changes_since(THEN, NOW, ["network", "network"])) == {"network"}


def test_a_feature_of_the_object_store_is_a_change_too():
    assert changes_since({}, NOW, ["object-store"]) == {
        "object-store": ["feature slo is new", "feature swift is new"]
    }


def test_only_tests_of_changed_services_are_left():
    told = Narrowing(changed=Earlier("run-1", frozenset(), THEN))
    found = left(narrow_to_changed(ALL, told, {"network"}))
    assert found == dict.fromkeys((1, 2), "--changed-only run-1: the compute service is as it was")
    assert left(narrow_to_changed(ALL, Narrowing(), set())) == {}


# -- shards ------------------------------------------------------------------------------------------

TESTS = st.lists(st.integers(0, 40), unique=True, max_size=20).map(
    lambda numbers: tuple(Selected(uuid(n), f"t{n}", "x", implemented=n % 7 > 0) for n in numbers)
)
SECONDS = st.dictionaries(st.integers(0, 40).map(uuid), st.floats(0, 100, allow_nan=False))


@given(TESTS, SECONDS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_every_test_that_is_due_is_in_exactly_one_shard_in_whatever_order(
    tests, seconds, count, chance
):
    shards = []
    for number in range(1, count + 1):
        mixed = list(tests)
        chance.shuffle(mixed)
        found = take_shard(tuple(mixed), Shard(number, count), seconds)
        shards.append({test.id for test in found if test.due})
    assert sorted(i for shard in shards for i in shard) == sorted(t.id for t in tests if t.due)


@given(TESTS, SECONDS, st.integers(1, 5))
def test_no_shard_lasts_longer_than_another_by_more_than_one_test(tests, seconds, count):
    loads = [
        sum(seconds.get(t.id, 1.0) for t in take_shard(tests, Shard(k, count), seconds) if t.due)
        for k in range(1, count + 1)
    ]
    longest = max((seconds.get(t.id, 1.0) for t in tests if t.due), default=0)
    assert max(loads) - min(loads) <= longest + 1e-6


def test_a_shard_says_that_another_runs_the_rest():
    found = take_shard(ALL[:2], Shard(2, 2), {uuid(1): 5.0, uuid(2): 1.0})
    assert left(found) == {1: "--shard 2/2: another shard runs it"}
    assert take_shard(ALL, None, {}) == ALL


@pytest.mark.parametrize(
    "text", ["", "1", "0/2", "3/2", "a/b", "1/2/3", "-1/2", "1/0", "1/99999", " 1/2"]
)
def test_what_is_no_shard_is_refused(text):
    with pytest.raises(WrongUse, match="is no shard"):
        Shard.read(text)
    assert Shard.read("2/3") == Shard(2, 3)


# -- options -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", ",", " , "])
def test_an_empty_list_of_services_is_no_wish_for_all(text):
    with pytest.raises(WrongUse, match="names no service"):
        narrowing_of(services=text)
    with pytest.raises(WrongUse, match="is no shard"):
        narrowing_of(shard="")


def test_options_are_read(tmp_path):
    facts = {"versions": NOW["versions"]}
    failed = passes()[0]
    file = write_result(tmp_path, passes()[1:], facts=facts)
    told = narrowing_of(
        services=" compute, network,",
        capability=["a*"],
        since=file,
        changed_only=tmp_path,
        shard="1/2",
    )
    assert told.services == ("compute", "network")
    assert told.capabilities == ("a*",)
    assert told.since.name == "run-1"
    assert passes()[1].id in told.since.passed
    assert failed.id not in told.since.passed
    assert told.changed.facts == facts
    assert told.shard == Shard(1, 2)
    assert narrowing_of() == Narrowing()


def test_a_list_of_passes_says_what_passed(tmp_path):
    (tmp_path / "list.txt").write_text(f"a.b\nc.d[id-{uuid(1)}]\n")
    told = narrowing_of(since=tmp_path / "list.txt")
    assert told.since == Earlier("list.txt", frozenset({"a.b", uuid(1)}))


@pytest.mark.parametrize("facts", [{}, {"versions": {}}])
def test_a_result_without_versions_does_not_tell_what_changed(tmp_path, facts):
    with pytest.raises(BadResult, match="does not tell the versions"):
        narrowing_of(changed_only=write_result(tmp_path, passes(), facts=facts))


def test_a_list_does_not_tell_what_changed_either(tmp_path):
    (tmp_path / "list.txt").write_text("a.b\n")
    with pytest.raises(BadResult, match="does not tell the versions"):
        narrowing_of(changed_only=tmp_path / "list.txt")
