"""Long tests begin early, whether they are known from here or from refcloud."""

from hypothesis import given
from hypothesis import strategies as st

from refcheck.plugin.calls import Recording
from refcheck.plugin.durations import Durations
from refcheck.plugin.schedule import longest_first
from tests.plugin.outlooks import recorded


def recording(**seconds):
    return Recording({name: recorded(seconds=each) for name, each in seconds.items()}, 0.01)


def test_what_took_long_on_refcloud_begins_early():
    order = longest_first("abc", recording(a=1.0, b=9.0, c=3.0), Durations())
    assert order == ("b", "c", "a")


def test_what_took_long_on_this_cloud_counts_more():
    order = longest_first("abc", recording(a=1.0, b=9.0, c=3.0), Durations({"a": 60.0, "b": 0.5}))
    assert order == ("a", "c", "b")


def test_tests_that_nobody_knows_yet_come_last_in_their_own_order():
    assert longest_first("zyx", recording(x=1.0), Durations()) == ("x", "z", "y")


@given(st.lists(st.text(min_size=1), unique=True))
def test_no_test_is_lost_or_doubled(ids):
    assert sorted(longest_first(ids, recording(a=1.0), Durations())) == sorted(ids)
