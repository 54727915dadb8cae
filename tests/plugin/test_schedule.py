"""Long tests begin early, whether they are known from here or from refcloud."""

from hypothesis import given
from hypothesis import strategies as st

from refcheck.plugin.calls import Recording
from refcheck.plugin.durations import Durations
from refcheck.plugin.schedule import in_turn
from refcheck.result.events import Selected
from tests.plugin.outlooks import recorded


def recording(**seconds):
    return Recording({name: recorded(seconds=each) for name, each in seconds.items()}, 0.01)


def due(ids, service="compute"):
    return [Selected(test_id, test_id, service, implemented=True) for test_id in ids]


def order(tests, recording, durations=Durations()):  # noqa: B008 - frozen
    return "".join(in_turn(tests, recording, durations))


def test_what_took_long_on_refcloud_begins_early():
    assert order(due("abc"), recording(a=1.0, b=9.0, c=3.0)) == "bca"


def test_what_took_long_on_this_cloud_counts_more():
    durations = Durations({"a": 60.0, "b": 0.5})
    assert order(due("abc"), recording(a=1.0, b=9.0, c=3.0), durations) == "acb"


def test_tests_that_nobody_knows_yet_come_last_in_their_own_order():
    assert order(due("zyx"), recording(x=1.0)) == "xzy"


def test_services_take_turns_by_the_part_of_their_time_that_is_over():
    tests = due("abcd", "network") + due("xy", "image")
    known = recording(a=4.0, b=3.0, c=2.0, d=1.0, x=0.2, y=0.2)
    assert order(tests, known) == "axbycd"


def test_a_service_with_much_to_do_has_not_all_of_it_first():
    tests = due("abcdefgh", "network") + due("xyz", "image")
    known = recording(**dict.fromkeys("abcdefgh", 5.0), **dict.fromkeys("xyz", 0.5))
    found = order(tests, known)
    assert found.index("y") < found.index("d")
    assert found.index("z") < found.index("g")


def test_what_needs_a_server_waits_until_one_can_be_active():
    server = recorded(creates={"server": 1})
    tests = {"s": recorded(seconds=9.0, shares={"server": server})}
    tests |= {name: recorded(seconds=1.0) for name in "abcd"}
    assert order(due("sabcd"), Recording(tests, 0.01)) == "abscd"


def test_tests_that_are_lent_a_server_are_spread_over_the_run():
    shares = {"lend_server": recorded(creates={"server": 1})}
    tests = {name: recorded(seconds=4.0, shares=shares) for name in "xyz"}
    own = {"server": recorded(creates={"server": 1})}
    tests |= {name: recorded(seconds=1.0, shares=own) for name in "abcde"}
    assert order(due("xyzabcde"), Recording(tests, 0.01)) == "xabycdze"


@given(st.lists(st.text(min_size=1), unique=True), st.data())
def test_no_test_is_lost_or_doubled(ids, data):
    services = st.sampled_from(["compute", "image"])
    tests = [one for test_id in ids for one in due([test_id], data.draw(services))]
    assert sorted(in_turn(tests, recording(a=1.0), Durations())) == sorted(ids)
