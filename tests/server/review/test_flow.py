"""The board of the reviews: its numbers are those of the steps, and its charts those numbers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from refcheck_server.accounts.rights import Role
from refcheck_server.review.charts import ages, decisions, stages, weeks
from refcheck_server.review.flow import flow
from refcheck_server.review.states import State
from refcheck_server.review.wording import lasting

from tests.server.review.stage import stage
from tests.server.visitor import signed_in


@pytest.fixture(scope="module")
def reviewed(registry):
    """Two decided applications, one that was sent back, one that waits too long, one new."""
    made = stage(registry, "flowing")
    begin = registry.clock.now

    def day(number):
        registry.clock.now = begin + timedelta(days=number)

    first, second = made.draft(), made.draft()
    made.done(first, "agree")
    made.done(second, "agree")
    made.done(first, "submit")
    made.done(second, "submit")
    day(2)
    made.done(first, "take-up")
    day(5)
    made.done(first, "approve")
    day(6)
    made.done(second, "take-up")
    made.done(second, "ask-for-changes")
    day(16)
    made.done(second, "submit")
    day(17)
    made.done(second, "reject")
    day(10)
    late = made.brought_to("submitted")
    day(17)
    new = made.brought_to("in review")
    yield made, registry.clock(), late, new
    registry.clock.now = begin


def measured(reviewed):
    made, now, _, _ = reviewed
    with made.registry.session() as session:
        return flow(session, now=now)


def test_lead_and_cycle_time_count_from_submission_and_from_when_it_was_taken_up(reviewed):
    found = measured(reviewed)
    assert [(one.lead, one.cycle, one.approved) for one in found.decided] == [
        (5.0, 3.0, True),
        (17.0, 11.0, False),
    ]
    assert (found.lead.middle, found.cycle.middle) == (11.0, 7.0)
    assert found.lead.late == pytest.approx(5 + 0.85 * 12)


def test_the_time_is_told_by_where_it_went(reviewed):
    found = measured(reviewed)
    assert found.stages[State.SUBMITTED] == 4.0
    assert found.stages[State.IN_REVIEW] == 2.0
    assert found.stages[State.CHANGES_ASKED] == 5.0
    assert found.stages[State.APPEALED] == 0.0
    assert sum(found.stages.values()) == pytest.approx(11.0)
    shown = stages(found)
    assert sum(one.width for one in shown) == pytest.approx(100, abs=0.1)
    assert [one.x for one in shown] == pytest.approx([0, 36.36, 54.55, 100], abs=0.1)


def test_what_is_under_way_is_counted_and_sorted_by_how_long_it_waits(reviewed):
    _, _, late, new = reviewed
    found = measured(reviewed)
    assert found.in_progress[State.SUBMITTED] == found.in_progress[State.IN_REVIEW] == 1
    assert [(one.application.id, one.over) for one in found.waiting] == [(late, True), (new, False)]
    assert (found.waiting[0].days, found.total) == (7.0, 2)
    chart = ages(found)
    assert [one.kind for one in chart.bars] == ["over", "in-time"]
    assert chart.bars[0].width > chart.bars[1].width


def test_each_week_has_what_came_and_what_went(reviewed):
    found = measured(reviewed)
    told = {one.begins: (one.submitted, one.decided) for one in found.weeks}
    assert told[datetime(2026, 11, 16, tzinfo=UTC)] == (2, 0)
    assert told[datetime(2026, 11, 23, tzinfo=UTC)] == (0, 1)
    assert told[datetime(2026, 11, 30, tzinfo=UTC)] == (1, 0)
    assert told[datetime(2026, 12, 7, tzinfo=UTC)] == (1, 1)
    assert len(found.weeks) == 26
    chart = weeks(found)
    assert chart.says == "In 26 weeks 4 came and 2 were decided on."
    assert len(chart.bars) == 5
    dots = decisions(found).bars
    assert dots[0].x < dots[1].x
    assert dots[0].y > dots[1].y


def test_the_board_is_drawn_without_scripts_or_styles_in_place(reviewed):
    made, *_ = reviewed
    page = made.visitor(made.reviewer).get("/flow").text
    assert page.count("<svg") == 4
    assert not re.search(r"<script|style=", page)
    assert made.ask(made.reviewer, "GET", "/flow").get_json()["lead"] == {
        "median": 11.0,
        "p85": 15.2,
    }


def test_a_board_without_anything_says_so_and_is_not_for_vendors(registry, reviewed):
    made, now, *_ = reviewed
    with made.registry.session() as session:
        empty = flow(session, now=now + timedelta(days=2000))
    assert (empty.lead, empty.decided) == (None, ())
    assert decisions(empty).says == "Nothing was decided."
    assert signed_in(registry, "flow-nobody").get("/flow").status_code == 403
    assert signed_in(registry, "flow-auditor", Role.AUDITOR).get("/flow").status_code == 200


def test_a_time_is_told_in_a_unit_that_leaves_a_number_to_read():
    told = [lasting(days) for days in (0.001, 1 / 24, 0.5, 2.04)]
    assert told == ["under an hour", "1 hour", "12 hours", "2.0 days"]
