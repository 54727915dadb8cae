"""Which tiers a changed guideline gives or takes away."""

from __future__ import annotations

from refcheck.verdict.simulation import Change


def test_what_both_give_is_neither_gained_nor_lost():
    change = Change(before=("platform", "compute"), after=("compute", "object"))
    assert (change.gained, change.lost) == (("object",), ("platform",))
