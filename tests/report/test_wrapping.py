"""Long lines: broken between words on a terminal, never elsewhere."""

import io

from rich.console import Console
from rich.text import Text

from refcheck.report.wrapping import print_line

LINE = "  undecided 222 tests: left out: --capability compute-servers-list"


def printed(text, width, *, terminal):
    out = io.StringIO()
    print_line(Console(file=out, width=width, force_terminal=terminal, color_system=None), text)
    return out.getvalue().splitlines()


def test_a_terminal_gets_whole_words_and_the_rest_set_in():
    assert printed(Text(LINE), 40, terminal=True) == [
        "  undecided 222 tests: left out:",
        "    --capability compute-servers-list",
    ]


def test_a_line_that_fits_stays_one():
    assert printed(Text(LINE), len(LINE), terminal=True) == [LINE]


def test_a_pipe_gets_the_line_whole():
    assert printed(Text(LINE), 40, terminal=False) == [LINE]


def test_a_word_that_is_too_long_is_not_broken():
    address = "https://cloud.example/" + "a" * 60
    assert address in printed(Text(f"see {address} there"), 40, terminal=True)[1].strip()
