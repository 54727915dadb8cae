"""The live view on a real terminal, as a person sees it."""

import re
from itertools import takewhile

import pytest

from tests.report.screen import Terminal, seen

BUSY = "200"
"""Events after which tests are running and some have not passed."""
SERVICES = 6


@pytest.fixture
def terminal():
    opened = []

    def terminal(*arguments, width=80, height=24, **environ):
        opened.append(
            Terminal("tests.report.replay", *arguments, width=width, height=height, **environ)
        )
        return opened[-1]

    yield terminal
    for one in opened:
        one.close()


def picture(one):
    """The lines of the live view, and those above it, when it is drawn whole."""
    one.until(" left")
    for _ in range(200):
        lines = seen(one.after(0.05))
        heads = [place for place, line in enumerate(lines) if " left" in line]
        if heads and len(list(filter(None, lines[heads[-1] :]))) > SERVICES + 1:
            return lines[heads[-1] :], lines[: heads[-1]]
    raise AssertionError(lines)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (40, 15)])
def test_a_screen_holds_the_whole_picture_and_no_line_is_broken(terminal, width, height):
    shown, told = picture(terminal(BUSY, "5", width=width, height=height))
    assert len(shown) <= height
    assert all(len(line) <= width for line in [*shown, *told])
    assert re.match(r"\d+/282 · about .* left", shown[0])
    services = [line.split()[0] for line in shown[1:7]]
    assert services == [
        "compute", "identity", "image", "network", "block-storage", "object-store",
    ]  # fmt: skip
    running = [line for line in shown[7:] if line]
    assert 1 <= len(running) <= 4
    assert all(re.match(r" +[\d.]+ s .*test_", line) for line in running)


def test_what_did_not_pass_stays_above_with_its_reason(terminal):
    shown, told = picture(terminal(BUSY, "5"))
    failed = next(place for place, line in enumerate(told) if "✗ failed" in line)
    assert told[failed + 1].strip() == "POST /servers answered 500, expected 202"
    assert not [line for line in told if "✓ passed" in line]
    assert told[-1] == "", "an empty line sets the picture apart"
    assert "✗" in shown[1]


def test_the_end_leaves_the_tally_and_a_terminal_that_works(terminal):
    written = terminal("1000", "0").ended()
    *lines, last = filter(None, seen(written))
    assert last == "verdict"
    assert len(list(takewhile(lambda line: "/" in line, reversed(lines)))) == 6
    assert " left" not in "\n".join(lines[-10:])
    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l"), "the cursor is shown again"


def test_ctrl_c_leaves_a_terminal_that_works(terminal):
    one = terminal(BUSY, "60")
    one.until(" left")
    one.type_ctrl_c()
    written = one.until("\x1b[?25h")
    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l")


def test_no_color_is_no_colour_and_bars_still_tell_how_far_it_is(terminal):
    one = terminal(BUSY, "5", NO_COLOR="1")
    shown, _ = picture(one)
    assert not re.search(r"\x1b\[[\d;]*(3[1-7]|38)[;m]", one.written)
    assert "━" in shown[1]
    assert "━" not in shown[6], "what is to come is left empty"


def test_a_dumb_terminal_gets_a_line_for_each_attempt(terminal):
    lines = terminal("60", "0", TERM="dumb").ended()
    assert "\x1b" not in lines
    assert " left" not in lines
    assert re.search(r"1/282 . \w+ +compute +test_", lines)
