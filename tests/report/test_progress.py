"""Progress: plain lines into a pipe, a live view on a terminal, nothing lost in either."""

from io import StringIO

import pytest
from rich.console import Console

from refcheck.report.progress import Progress
from refcheck.result.journal import RunFinished, RunStarted, Selected, TestFinished, TestStarted
from refcheck.result.outcome import Outcome, TestOutcome

TESTS = (
    Selected("a", "x.test_boot", "compute", implemented=True),
    Selected("b", "x.test_list[brackets]", "image", implemented=True),
    Selected("c", "x.test_later", "image", implemented=False),
)
EVENTS = (
    RunStarted("t", "r", "mine", "a" * 64, "b" * 64, "2020.06", "c" * 64, "platform", "0", "d" * 64, TESTS),
    TestStarted("t", "a"),
    TestStarted("t", "b"),
    TestFinished("t", TestOutcome("a", "x.test_boot", Outcome.PASSED, "", 1.25)),
    TestFinished("t", TestOutcome("b", "x.test_list[brackets]", Outcome.FAILED, "GET answered 500 [x]", 0.5)),
    RunFinished("t", complete=True),
)  # fmt: skip


def told(*, terminal):
    console = Console(file=StringIO(), width=120, force_terminal=terminal, color_system=None)
    with Progress(console) as progress:
        for event in EVENTS:
            progress.take(event)
    return console.file.getvalue()


def test_a_pipe_gets_one_line_a_test():
    assert told(terminal=False).splitlines() == [
        "   1/2 ✓ passed    compute       test_boot 1.2 s",
        "   2/2 ✗ failed    image         test_list[brackets] 0.5 s",
        "          GET answered 500 [x]",
    ]


@pytest.mark.parametrize(
    "words", ["compute", "1/1", "✓ 1 passed", "✗ 1 failed", "GET answered 500 [x]"]
)
def test_a_terminal_ends_with_the_tally_of_each_service_and_keeps_failures(words):
    assert words in told(terminal=True)
