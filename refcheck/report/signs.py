"""How outcomes are written: sign, colour and word, the same everywhere."""

from __future__ import annotations

from refcheck.result.outcome import Outcome

SIGNS = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.EXTRA: ("+", "yellow"),
    Outcome.ABSENT: ("∅", "red"),
    Outcome.ERROR: ("!", "yellow"),
    Outcome.UNDECIDED: ("?", "cyan"),
    Outcome.FLAKY: ("~", "yellow"),
}
"""Outcome → sign and colour; the word always stands beside them."""

_POOR = {Outcome.PASSED: ".", Outcome.FAILED: "x", Outcome.ABSENT: "0"}


def sign_for(outcome: Outcome, encoding: str) -> str:
    """The sign, or one that a terminal of this encoding can write."""
    modern = encoding.lower().startswith("utf")
    return SIGNS[outcome][0] if modern else _POOR.get(outcome, SIGNS[outcome][0])
