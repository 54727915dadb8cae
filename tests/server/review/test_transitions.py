"""The table of transitions against the running application: every state, move and person."""

from __future__ import annotations

import json
from itertools import product

import pytest
from refcheck_server.accounts import services as accounts
from refcheck_server.accounts.principals import principal
from refcheck_server.accounts.rights import ANYONE, OPERATOR, Role
from refcheck_server.audit.models import AuditEvent
from refcheck_server.errors import RegistryFault
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.review.acting import CLOCK, Acting, House, agreement_text
from refcheck_server.review.models import Step
from refcheck_server.review.moving import TOLD, Wish, make_move
from refcheck_server.review.queries import find_application
from refcheck_server.review.states import TRANSITIONS, Condition, Move, Party, State, transition
from sqlalchemy import select

from tests.server.products.test_products import member_of
from tests.server.review.stage import WAYS, stage
from tests.server.visitor import with_password

PEOPLE = {
    "owner": {Party.VENDOR},
    "member": set(),
    "assigned": {Party.REVIEWER, Party.ASSIGNED},
    "reviewer": {Party.REVIEWER},
    "partial": set(),
    "author": set(),
    "administrator": {Party.ADMINISTRATOR},
    "auditor": set(),
    "stranger": set(),
    "anyone": set(),
    "clock": {Party.CLOCK},
}
"""Everyone who may try, and what they are: `partial` and `author` review, and have a stake."""
SHELF = GuidelineShelf()


@pytest.fixture(scope="module")
def cast(registry):
    """A stage, an application that meets every condition, and all the people as principals."""
    made = stage(registry, "cells")
    owner, names = made.visitor(made.owner), {"owner": made.owner, "assigned": made.reviewer}
    for name in ("member", "partial"):
        member_of(registry, owner, made.vendor, f"cells-{name}")
        names[name] = f"cells-{name}"
    for name, role in (
        ("reviewer", Role.REVIEWER),
        ("author", Role.REVIEWER),
        ("administrator", Role.ADMINISTRATOR),
        ("auditor", Role.AUDITOR),
        ("stranger", Role.SUBMITTER),
    ):
        names[name] = with_password(registry, f"cell-{name}", role)
    number = made.brought_to("in review")
    with registry.session() as session, session.begin():
        found = {name: accounts.find_account(session, one) for name, one in names.items()}
        found["partial"].role = Role.REVIEWER
        find_application(session, number, OPERATOR).author_id = found["author"].id
    return made, number, {**found, "anyone": None, "clock": None}


def met(application, now):
    """Let every condition of every move hold."""
    application.appealed_at = application.decided_by_id = application.published_verdict_id = None
    application.expires_at = now


def expected(state, move, parties):
    """What the table says that comes of it."""
    row = transition(state, move)
    if row is None:
        return "NotNow"
    return row.after.value if parties & set(row.by) else "refused"


def tried(session, number, state, move, who, now):
    """What comes of a move from this state; nothing stays of it."""
    application = find_application(session, number, OPERATOR)
    application.state = state
    met(application, now)
    session.flush()
    wish = Wish(move, application.revision, "because")
    try:
        acting = Acting(who, House(1, agreement_text(None), SHELF), now)
        return make_move(session, application, wish, acting).after
    except RegistryFault as fault:
        kind = type(fault).__name__
        return "refused" if kind in {"NotYourMove", "ConflictOfInterest"} else kind
    finally:
        session.rollback()


@pytest.mark.parametrize("state", State, ids=lambda state: state.value)
def test_who_may_make_which_move_is_what_the_table_says(cast, state):
    made, number, people = cast
    now, wrong = made.registry.clock(), []
    with made.registry.session() as session:
        for move, (person, parties) in product(Move, PEOPLE.items()):
            account = people[person]
            who = ANYONE if account is None else principal(session, account, strong=True)
            found = tried(session, number, state, move, CLOCK if person == "clock" else who, now)
            if found != expected(state, move, parties):
                wrong.append((move.value, person, found, expected(state, move, parties)))
    assert wrong == []


def test_every_state_can_be_left_or_is_an_end_and_every_state_can_be_reached():
    ends = set(State) - {one.before for one in TRANSITIONS}
    assert ends == {State.EXPIRED, State.WITHDRAWN}
    assert {one.after for one in TRANSITIONS} == set(State) - {State.DRAFT}
    assert {one.move for one in TRANSITIONS} == set(Move) == TOLD.keys()
    assert {need for one in TRANSITIONS for need in one.needs} == set(Condition)
    told = {party for one in TRANSITIONS for party in one.tells}
    assert told == {Party.VENDOR, Party.REVIEWER, Party.ASSIGNED}


@pytest.mark.parametrize("state", WAYS)
def test_each_move_is_one_event_and_one_step_that_say_from_where_to_where(registry, state):
    made = stage(registry, f"told-{state.replace(' ', '-')}")
    number = made.brought_to(state)
    with registry.session() as session:
        events = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.subject == f"application:{number}")
            .order_by(AuditEvent.number)
        ).all()
        steps = session.scalars(select(Step).where(Step.application_id == number)).all()
    said = [(one.action, json.loads(one.detail)) for one in events]
    moves = [
        (action, one["from"], one["to"], one["tells"]) for action, one in said if "from" in one
    ]
    assert moves == [
        (
            f"application.{TOLD[Move(step.move)]}",
            step.before,
            step.after,
            list(transition(State(step.before), Move(step.move)).tells),
        )
        for step in steps
    ]
    assert (steps[-1].after if steps else "draft") == state
    assert said[0][0] == "application.begun"
    assert {one.actor for one in events} <= {f"account:{made.owner}", f"account:{made.reviewer}"}
