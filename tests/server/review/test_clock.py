"""The review clock: what is overdue, whom a reminder is for, and what ends by itself."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from refcheck_server.accounts.rights import OPERATOR, Role
from refcheck_server.command import registry as command
from refcheck_server.review.queries import find_application
from refcheck_server.review.states import Party
from refcheck_server.review.telling import addressees

from tests.server.review.stage import stage
from tests.server.vendors.test_vendors import accept, invite
from tests.server.visitor import visiting_as, with_password


@pytest.fixture
def run(registry, monkeypatch):
    """Run a command at a moment some days from now."""
    monkeypatch.setattr("refcheck_server.review.commands.utc_now", registry.clock)

    def at(days, *arguments):
        registry.clock.forward(days=days)
        try:
            place = ["--database", registry.settings.database_url]
            ended = CliRunner().invoke(command, [*arguments, *place])
        finally:
            registry.clock.forward(days=-days)
        assert ended.exit_code == 0, (ended.output, ended.exception)
        return ended.output

    return at


def lines(output, number):
    return [line for line in output.splitlines() if line.startswith(f"{number:<6}")]


def test_what_is_overdue_is_listed_once_a_week_with_who_is_waited_for(registry, run):
    made = stage(registry, "slow")
    number = made.brought_to("in review")
    assert lines(run(9, "remind"), number) == []
    [line] = lines(run(11, "remind", "--only-list"), number)
    assert "overdue since 2026-11-30" in line
    assert f"waits for the assigned reviewer: {made.reviewer}" in line
    assert len(lines(run(11, "remind"), number)) == 1
    assert lines(run(12, "remind"), number) == []
    assert len(lines(run(19, "remind"), number)) == 1


def test_the_clock_begins_anew_with_each_state(registry, run):
    made = stage(registry, "waiting")
    number = made.brought_to("changes asked")
    assert lines(run(29, "remind"), number) == []
    [line] = lines(run(31, "remind"), number)
    assert f"waits for the vendor: {made.owner}" in line
    made.done(number, "submit")
    assert lines(run(9, "remind"), number) == []
    assert len(lines(run(11, "remind"), number)) == 1


def test_a_vendor_is_reminded_of_a_mark_that_ends_until_it_renews(registry, run):
    made = stage(registry, "ending")
    number = made.brought_to("published")
    assert lines(run(300, "remind"), number) == []
    [line] = lines(run(310, "remind", "--only-list"), number)
    assert "ends on 2027-11-20" in line
    assert made.ask(made.owner, "POST", f"/applications/{number}/renewal").status_code == 201
    assert lines(run(310, "remind"), number) == []


def test_what_is_over_expires_and_nothing_else(registry, run):
    made = stage(registry, "over")
    published, approved = made.brought_to("published"), made.brought_to("approved")
    submitted = made.brought_to("submitted")
    assert f"expired  {published}" not in run(364, "expire")
    output = run(366, "expire")
    assert f"expired  {published} " in output
    assert f"expired  {approved} " in output
    assert made.told(published)["state"] == made.told(approved)["state"] == "expired"
    assert made.told(submitted)["state"] == "submitted"
    assert f"expired  {published}" not in run(366, "expire")


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
            return {one.name for one in addressees(session, application, party)}

    assert reached(Party.VENDOR) == {made.owner}
    assert made.reviewer in reached(Party.REVIEWER)
    assert partial not in reached(Party.REVIEWER)
    assert reached(Party.ASSIGNED) == reached(Party.REVIEWER)
    assert chief in reached(Party.ADMINISTRATOR)
    assert reached(Party.CLOCK) == set()
    made.done(number, "take-up")
    assert reached(Party.ASSIGNED) == {made.reviewer}
