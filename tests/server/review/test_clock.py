"""The review clock: what is overdue, whom a reminder is for, and what ends by itself."""

from __future__ import annotations

import json

import pytest
from refcheck_server.accounts.rights import OPERATOR, Role
from refcheck_server.audit.models import AuditEvent
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.jobs.tasks import Tools
from refcheck_server.review.acting import house_of
from refcheck_server.review.errors import NotYet
from refcheck_server.review.models import Application
from refcheck_server.review.moving import end
from refcheck_server.review.queries import find_application
from refcheck_server.review.routine import tick
from refcheck_server.review.stakes import reviewers
from refcheck_server.review.states import Party
from sqlalchemy import func, select

from tests.server.review.stage import stage
from tests.server.vendors.test_vendors import accept, invite
from tests.server.visitor import visiting_as, with_password


@pytest.fixture
def after(registry):
    """Let the clock tick some days from now: whom each application waits for, as was told then."""

    def tick_after(days):
        with registry.session() as session:
            before = session.scalar(select(func.count()).select_from(AuditEvent))
        registry.clock.forward(days=days)
        tick(Tools(registry.database, registry.settings, registry.clock))
        registry.clock.forward(days=-days)
        with registry.session() as session:
            told = session.scalars(
                select(AuditEvent).where(
                    AuditEvent.number >= before, AuditEvent.action == "application.reminded"
                )
            )
            return {int(one.subject.split(":")[1]): json.loads(one.detail)["of"] for one in told}

    return tick_after


def test_of_what_is_overdue_whoever_is_waited_for_is_reminded_once_a_week(registry, after):
    made = stage(registry, "slow")
    number = made.brought_to("in review")
    assert number not in after(9)
    assert after(11)[number] == "assigned reviewer"
    assert number not in after(12)
    assert after(19)[number] == "assigned reviewer"


def test_even_the_clock_ends_no_mark_before_its_time(registry):
    made = stage(registry, "in-time")
    number = made.brought_to("published")
    house = house_of(registry.settings, GuidelineShelf())
    with registry.session() as session:
        found = session.get(Application, number)
        with pytest.raises(NotYet, match="its time is not over"):
            end(session, found, "too early", house, registry.clock())


def test_the_clock_begins_anew_with_each_state(registry, after):
    made = stage(registry, "waiting")
    number = made.brought_to("changes asked")
    assert number not in after(29)
    assert after(31)[number] == "vendor"
    made.done(number, "submit")
    assert number not in after(9)
    assert after(11)[number] == "assigned reviewer"


def test_a_vendor_is_reminded_of_a_mark_that_ends_until_it_renews(registry, after):
    made = stage(registry, "ending")
    number, other = (
        made.brought_to("published"),
        stage(registry, "renewing").brought_to("published"),
    )
    assert number not in after(300)
    assert made.ask("renewing", "POST", f"/applications/{other}/renewal").status_code == 201
    told = after(310)
    assert (told[number], other in told) == ("vendor", False)


def test_what_is_over_expires_and_nothing_else(registry, after):
    made = stage(registry, "over")
    published, approved = made.brought_to("published"), made.brought_to("approved")
    submitted = made.brought_to("submitted")
    after(364)
    assert made.told(published)["state"] == "published"
    after(366)
    assert made.told(published)["state"] == made.told(approved)["state"] == "expired"
    assert made.told(published)["steps"][-1]["account"] is None
    assert made.told(submitted)["state"] == "submitted"


def test_a_word_reaches_those_it_is_for_and_no_reviewer_of_the_vendor(registry):
    made = stage(registry, "words")
    partial = with_password(registry, "words-partial", Role.REVIEWER)
    link = invite(made.visitor(made.owner), made.vendor)
    assert accept(visiting_as(registry, partial), link).status_code == 303
    chief = with_password(registry, "words-chief", Role.ADMINISTRATOR)
    number = made.brought_to("submitted")

    def reached(party):
        with registry.session() as session:
            application = find_application(session, number, OPERATOR)
            return {one.name for one in reviewers(session, application, party)}

    assert made.reviewer in reached(Party.REVIEWER)
    assert partial not in reached(Party.REVIEWER)
    assert reached(Party.ASSIGNED) == reached(Party.REVIEWER)
    assert chief not in reached(Party.REVIEWER)
    made.done(number, "take-up")
    assert reached(Party.ASSIGNED) == {made.reviewer}
