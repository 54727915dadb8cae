"""Checks and plans as text: for terminals wide, narrow and poor."""

import io

import pytest
from rich.console import Console

from refcheck.cloud.check import Check, Sign
from refcheck.report.checks_text import tell_checks
from refcheck.report.columns import columns
from refcheck.report.plan_text import Row, tell_peak

GROUPS = {
    "Who": [Check(Sign.GOOD, "user", "ann of Default")],
    "Services": [
        Check(Sign.GOOD, "compute", "version 2.1, microversions 2.1 to 2.96, https://cloud.example"),
        Check(
            Sign.BAD, "object-store", "it does not answer (Connection refused)", "network",
            "Look into the object-store service and its endpoint in the catalogue.",
        ),
        Check(Sign.NOTE, "TLS", "the certificate of cloud.example:443 ends on 2026-12-03"),
    ],
    "Nothing": [],
    "What can be decided": [Check(Sign.OPEN, "2 tests", "undecided: it takes a second identity")],
}  # fmt: skip


def text(show, *, width=80, encoding="utf-8", colour=False):
    """What is printed, as it arrives."""
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=out, width=width, force_terminal=colour, no_color=not colour)
    show(console)
    out.flush()
    return out.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [100, 60])
def test_checks_are_grouped_and_wrapped(snapshot, width):
    assert text(lambda console: tell_checks(GROUPS, console), width=width) == snapshot


def test_a_poor_terminal_gets_plain_signs(snapshot):
    assert text(lambda console: tell_checks(GROUPS, console), encoding="ascii") == snapshot


def test_no_line_ends_in_spaces():
    for line in text(lambda console: tell_checks(GROUPS, console), width=60).splitlines():
        assert line == line.rstrip()


def test_an_empty_group_is_left_out():
    assert "Nothing" not in text(lambda console: tell_checks(GROUPS, console))


def test_addresses_are_never_broken():
    check = Check(Sign.GOOD, "compute", f"https://{'a' * 70}.example:8774")
    assert check.text in text(lambda console: tell_checks({"x": [check]}, console), width=40)


def test_words_of_the_cloud_are_neither_markup_nor_terminal_codes():
    check = Check(Sign.BAD, "image", "[bold]\x1b[31mred[/]")
    told = text(lambda console: tell_checks({"x": [check]}, console))
    assert "[bold]\N{REPLACEMENT CHARACTER}[31mred[/]" in told


def test_signs_have_a_colour_on_a_terminal():
    assert "\x1b[31m" in text(lambda console: tell_checks(GROUPS, console), colour=True)


def test_a_plan_is_a_table_and_marks_what_does_not_fit(snapshot):
    rows = [
        Row("servers", "6", "1", "10", "4", "does not fit"),
        Row("MiB of memory", "896", "128", "unlimited", ""),
        Row("containers", "12", "", "", ""),
    ]
    assert text(lambda console: tell_peak(rows, console)) == snapshot


def test_columns_are_aligned_and_empty_cells_are_seen():
    rows = [("1", "", "a b"), ("222", "x", "")]
    assert list(columns(("id", "needs", "says"), rows)) == [
        "id   needs  says",
        "1    -      a b",
        "222  x      -",
    ]
