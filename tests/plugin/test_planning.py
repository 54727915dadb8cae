"""The peak of a run is an upper bound; whether it fits is asked of half of what is free."""

from refcheck.cloud.quotas import Quotas, Room
from refcheck.plugin.durations import Durations
from refcheck.plugin.planning import MOST_WORKERS, Planner
from tests.plugin.outlooks import BOOT, recorded

RECORDED = Durations()
SHARED = recorded("compute POST /servers", creates={"server": 1}, seconds=5.0, requests=4)
TESTS = {
    "a": recorded(creates={"server": 2}, seconds=8.0, requests=10),
    "b": recorded(creates={"server": 1, "volume": 1, "volume_gib": 3}, seconds=6.0, requests=10),
    "c": recorded(creates={"network": 1}, shares={"server": SHARED}, seconds=2.0, requests=1),
}


def planner(tests=None, rooms=None, durations=RECORDED):
    quotas = Quotas({kind: Room(*room) for kind, room in (rooms or {}).items()})
    return Planner(TESTS if tests is None else tests, quotas, BOOT, durations)


def test_the_peak_is_the_most_demanding_tests_beside_what_is_shared():
    tests = {name: recorded(creates={"network": n}) for n, name in enumerate("abcd", start=1)}
    tests["e"] = recorded(shares={"network": recorded(creates={"network": 1})})
    assert planner(tests).peak(1)["network"] == 4 + 1
    assert planner(tests).peak(2)["network"] == 4 + 3 + 1
    assert planner(tests).peak(9)["network"] == 4 + 3 + 2 + 1 + 1, "what is shared is there once"


def test_what_takes_its_time_to_go_is_there_of_two_tests_a_worker():
    tests = {name: recorded(creates={"volume": n}) for n, name in enumerate("abcd", start=1)}
    assert planner(tests).peak(1)["volume"] == 4 + 3
    assert planner(tests).peak(1)["volume_gib"] == 4 + 3
    assert planner(tests).peak(2)["volume"] == 4 + 3 + 2 + 1


def test_each_worker_may_be_lent_a_thing_of_its_own():
    tests = {"a": recorded(shares={"lend_server": SHARED})}
    assert planner(tests).peak(1)["server"] == 1
    assert planner(tests).peak(4)["server"] == 4


def test_containers_stay_to_the_end():
    tests = {name: recorded(creates={"container": 1, "object_mib": 2}) for name in "abc"}
    assert planner(tests).peak(1) == {"container": 3, "object_mib": 6}


def test_sizes_are_those_that_were_recorded():
    assert planner().peak(1)["volume_gib"] == 3
    assert planner().peak(1)["core"] == 4


def test_what_is_shared_through_something_shared_counts_once():
    network = recorded(creates={"network": 1})
    server = recorded(creates={"server": 1}, shares={"network": network})
    tests = {"a": recorded(shares={"server": server, "network": network})}
    assert planner(tests).peak(1)["network"] == 1


def test_it_fits_up_to_half_of_what_is_free():
    tests = {name: recorded(creates={"network": 1}) for name in "abcd"}
    assert planner(tests, rooms={"network": (1, 0)}).workers_that_fit() == 0
    assert planner(tests, rooms={"network": (7, 0)}).workers_that_fit() == 3
    assert planner(tests, rooms={"network": (8, 0)}).workers_that_fit() == MOST_WORKERS
    assert planner(tests, rooms={"network": (None, 0)}).workers_that_fit() == MOST_WORKERS


def test_a_need_says_what_there_is():
    needs = {need.kind: need for need in planner(rooms={"server": (5, 1)}).needs(1)}
    assert (needs["server"].peak, needs["server"].half, needs["server"].fits) == (4, 2, False)
    assert (needs["volume"].used, needs["volume"].fits) == (None, True)


def test_kinds_with_a_quota_come_first():
    kinds = [need.kind for need in planner(rooms={"network": (9, 0), "server": (9, 0)}).needs(1)]
    assert kinds[:2] == ["server", "network"]


def test_the_longest_go_first_and_workers_share_the_rest():
    one, two = planner().expectation(1), planner().expectation(2)
    assert one.seconds == 5 + 8 + 6 + 2
    assert two.seconds == 5 + 6, "8 and 2 beside what is shared and 6"
    assert two.requests == one.requests, "what is shared is made once"


def test_durations_of_earlier_runs_win():
    found = planner(durations=Durations(learned={"a": 100.0})).expectation(4)
    assert found.seconds == 100


def test_a_slower_cloud_takes_longer_by_its_answers():
    slow = planner(durations=Durations(slower=0.5)).expectation(1)
    assert slow.seconds == (5 + 4 / 2) + (8 + 5) + (6 + 5) + (2 + 0.5)


def test_a_faster_cloud_still_takes_time():
    fast = planner(durations=Durations(slower=-9.0)).expectation(1)
    assert 0 < fast.seconds < 5


def test_no_test_at_all_takes_nothing():
    assert planner({}).peak(4) == {}
    assert planner({}).expectation(2).seconds == 0
    assert planner({}).workers_that_fit() == MOST_WORKERS
