"""Which of two verdicts on a program speaks: what a run shows, or what was approved."""

from __future__ import annotations

from refcheck_server.results.models import ShownVerdict
from refcheck_server.review.speaking import spoken

from tests.server.conftest import NOW


def verdict(number: int, target: str = "platform", *, qualifies: bool = True) -> ShownVerdict:
    rule = "held" if qualifies else "not held"
    return ShownVerdict(
        number, target, target, qualifies, rule, rule, None, 9, 9, "a" * 32, "2020.06", "b" * 64,
        "approved", NOW,
    )  # fmt: skip


def test_what_was_approved_speaks_where_it_says_more_than_the_run():
    run, approved = verdict(1, qualifies=False), verdict(2)
    assert spoken([run], [approved]) == (approved,)


def test_a_run_that_says_as_much_speaks_for_itself():
    assert spoken([verdict(1)], [verdict(2)]) == (verdict(1),)


def test_what_was_approved_for_another_program_speaks_beside_the_run():
    assert spoken([verdict(1)], [verdict(2, "compute")]) == (verdict(1), verdict(2, "compute"))
