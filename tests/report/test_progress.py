"""Progress: plain lines into a pipe, a live view on a terminal, nothing lost in either."""

import io
import re
from collections import Counter

import pytest
from rich.console import Console

from refcheck.report.frame import services_table
from refcheck.report.progress import Progress
from refcheck.report.story import moment
from refcheck.result.events import LeftBehind, RunResumed, TestFinished, TestStarted
from refcheck.result.outcome import Outcome, TestOutcome
from tests.report import samples

STREAM = samples.events(seed=11, weather=samples.Weather(trouble=0.3), resumed_at=30.0)
CUT = next(number for number, event in enumerate(STREAM) if isinstance(event, RunResumed))


BUSY = STREAM[: CUT - 10]
"""While tests are running."""


class Clock:
    """Goes by the times of the events."""

    now = 0.0

    def __call__(self):
        return self.now

    def follow(self, events):
        for event in events:
            self.now = moment(event.at).timestamp() if event.at else self.now
            yield event


def console(*, terminal=True, width=100, height=30, encoding="utf-8", **more):
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(
        file=out, width=width, height=height, force_terminal=terminal, color_system=None,
        legacy_windows=False, highlight=False, **more,
    )  # fmt: skip


def text(one):
    one.file.flush()
    return one.file.buffer.getvalue().decode(one.file.encoding)


def ids(tests):
    return [test.id for test in tests]


def told(events, *, before=(), **kind):
    one = console(**kind)
    clock = Clock()
    with Progress(one, clock) as progress:
        progress.catch_up(clock.follow(before))
        for event in clock.follow(events):
            progress.take(event)
    return text(one)


def picture(events, *, before=(), later=1.5, **kind):
    """What is on the screen while the last event is shown."""
    one = console(**kind)
    clock = Clock()
    progress = Progress(one, clock)
    with progress:
        progress.catch_up(clock.follow(before))
        for event in clock.follow(events):
            progress.take(event)
        clock.now += later
        shown = console(**kind)
        shown.print(progress._live.renderable)
    return text(shown)


def test_a_pipe_gets_one_line_for_each_attempt(snapshot):
    assert told(STREAM[:60], terminal=False) == snapshot


def test_a_pipe_gets_no_terminal_codes_and_nothing_cut():
    lines = told(STREAM, terminal=False, width=40)
    assert "\x1b" not in lines
    reason = next(event.outcome.reason for event in STREAM if _failed(event))
    assert reason in lines


def test_a_terminal_shows_services_running_tests_and_time_left(snapshot):
    assert picture(BUSY) == snapshot


@pytest.mark.parametrize("width", [48, 69, 80])
def test_a_narrow_terminal_gets_less_and_no_line_is_broken(width, snapshot):
    shown = picture(BUSY, width=width, height=20)
    assert all(len(line) <= width for line in shown.splitlines())
    assert shown == snapshot(name=str(width))


def test_a_low_terminal_gets_as_many_running_tests_as_there_is_room_for():
    tests = samples.selected()[:50]
    starts = [TestStarted(samples.at(1), test.id) for test in tests[:20]]
    shown = picture((samples.started(tests, workers=20), *starts), height=10)
    assert "  and 16 more" in shown
    assert len(shown.splitlines()) <= 10


def test_a_poor_terminal_gets_signs_that_it_can_write():
    shown = picture(BUSY, encoding="ascii")
    assert ". 39 x 1 + 6 0 1" in shown
    told(STREAM, encoding="ascii")  # would raise UnicodeEncodeError


@pytest.mark.parametrize("terminal", [True, False])
def test_words_that_a_terminal_cannot_write_do_not_stop_the_run(terminal):
    test = samples.SMALL[0]
    failed = TestOutcome(test.id, test.name, Outcome.FAILED, "Größe ✗ 無", 1.0)
    stream = (samples.started(samples.SMALL), TestFinished("", failed))
    assert "Gr??e ? ?" in told(stream, terminal=terminal, encoding="ascii")


def test_a_terminal_that_can_do_nothing_gets_plain_lines():
    one = console(_environ={"TERM": "dumb"})
    with Progress(one, Clock()) as progress:
        for event in STREAM[:10]:
            progress.take(event)
    assert "   1/282 ✓ passed    compute       test_list_flavors" in text(one)
    assert "\x1b[" not in text(one)


def test_no_color_is_heeded():
    one = console(no_color=True)
    with Progress(one, Clock()) as progress:
        for event in BUSY:
            progress.take(event)
    assert "\x1b[3" not in text(one)


def test_failures_stay_above_with_one_line_of_reason_and_the_end_shows_the_tally():
    lines = told(STREAM, width=100)
    failed = [event for event in STREAM if _failed(event)]
    assert failed
    for event in failed:
        assert event.outcome.name.rpartition(".")[2] in lines
        assert event.outcome.reason[:80] in lines
    assert "81/81" in lines.rpartition("compute")[2]


def _failed(event):
    return isinstance(event, TestFinished) and event.outcome.outcome is Outcome.FAILED


def test_a_very_low_terminal_still_says_how_far_the_run_is():
    shown = picture(BUSY, width=30, height=8).splitlines()
    assert len(shown) == 8
    assert shown[0].startswith("62/282 · about ")
    assert shown[-1] == "  4 running"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_retry_that_passes_is_told_by_what_it_makes_of_the_test(terminal):
    lines = told(STREAM, terminal=terminal)
    assert re.search(r"~ flaky +compute +test_\S+ [\d.]+ s, attempt 2: passed\n", lines)


def test_repeated_passes_are_no_news_on_a_terminal():
    first, *rest = samples.stream_of(*[Outcome.PASSED] * 8, repeat=2)
    again = samples.again(samples.SMALL[0], Outcome.PASSED, 20, 2)
    assert ", attempt 2" not in told((first, *rest[:-1], *again), terminal=True)
    assert ", attempt 2" in told((first, *rest[:-1], *again), terminal=False)


def test_a_narrow_terminal_leaves_out_whole_words_of_how_far_it_is():
    assert picture(BUSY, width=40).splitlines()[1] == "62/282 · about 1 min 20 s left · 31 s"


def test_the_bar_of_a_service_is_green_only_if_all_passed():
    counts = {word: Counter({Outcome.PASSED: 1, word: 1}) for word in Outcome}
    table = services_table({one: (2, 2, counts[one]) for one in Outcome}, "utf-8", 100)
    bars = table.columns[1].cells
    assert [bar.finished_style for bar in bars] == ["green", *["yellow"] * 6]


def test_after_a_resumption_it_goes_on_from_where_the_run_was(snapshot):
    lines = told(STREAM[CUT : CUT + 20], before=STREAM[:CUT], terminal=False)
    assert lines == snapshot
    fresh = told(STREAM[: CUT + 20], terminal=False)
    assert lines.splitlines()[-1] == fresh.splitlines()[-1]


def test_nothing_before_is_nothing_to_say():
    assert told((), before=(), terminal=False) == ""


def test_time_left_is_said_to_be_unknown_while_it_is():
    first = samples.started(samples.SMALL, expected={})
    assert "time left unknown" in picture((first,))
    assert "about " in picture(STREAM[:50])


def test_time_goes_by_only_while_tests_run_and_being_late_is_not_being_done():
    first = samples.started(samples.SMALL, workers=1)  # 16 seconds of tests
    runs = TestStarted(samples.at(1), samples.SMALL[0].id)
    assert "about 15 s left" in picture((first,), later=60)
    assert "about 10 s left" in picture((first, runs), later=5)
    assert "longer than expected" in picture((first, runs), later=60)


def test_few_seconds_are_not_called_the_end():
    first = samples.started(samples.SMALL, expected=dict.fromkeys(ids(samples.SMALL), 0.1))
    assert "0/8 · a few seconds left" in picture((first,))


def test_a_run_that_stops_says_so_and_no_longer_when_it_would_have_ended():
    one = console()
    progress = Progress(one, Clock())
    with progress:
        progress.take(STREAM[0])
        progress.stop()
        shown = console()
        shown.print(progress._live.renderable)
    assert "0/282 · stopping · " in text(shown)
    assert "stopping: the tests that are running end first" in text(one)


def test_what_is_left_behind_is_told_in_either():
    event = LeftBehind(samples.at(1), "server rc-1")
    for terminal in (True, False):
        assert "left behind: server rc-1" in told((STREAM[0], event), terminal=terminal)


def test_words_of_the_cloud_are_neither_markup_nor_terminal_codes():
    test = samples.SMALL[0]
    nasty = TestOutcome(test.id, test.name, Outcome.FAILED, "[bold]\x1b[2Jx[/]\nsecond line", 1.0)
    lines = told((samples.started(samples.SMALL), TestFinished("", nasty)), terminal=False)
    assert "[bold]\N{REPLACEMENT CHARACTER}[2Jx[/] second line" in lines
    assert "\x1b" not in lines


def test_a_test_that_nobody_selected_is_no_reason_to_break():
    stranger = TestOutcome("f" * 36, "x.t", Outcome.PASSED, "", 1.0)
    assert told((STREAM[0], TestFinished("", stranger)), terminal=False) == ""
