"""Two at the same moment: one move is made, and the other is told, on either database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from refcheck_server.accounts import services as accounts
from refcheck_server.accounts.principals import principal
from refcheck_server.accounts.rights import OPERATOR
from refcheck_server.audit.models import AuditEvent
from refcheck_server.errors import RegistryFault
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.review.acting import Acting, House, agreement_text
from refcheck_server.review.models import Step
from refcheck_server.review.moving import Wish, make_move
from refcheck_server.review.queries import find_application
from refcheck_server.review.states import Move
from sqlalchemy import select

from tests.server.conftest import registry  # noqa: F401 - on both databases
from tests.server.review.stage import stage


@pytest.mark.parametrize("moves", [(Move.APPROVE, Move.REJECT), (Move.ASK, Move.WITHDRAW)])
def test_of_moves_that_meet_one_is_made_and_the_other_is_told(registry, moves):  # noqa: F811
    made = stage(registry, "meeting")
    number = made.brought_to("in review")
    ready = threading.Barrier(2)

    def make(move):
        with registry.session() as session:
            name = made.owner if move is Move.WITHDRAW else made.reviewer
            who = principal(session, accounts.find_account(session, name), strong=True)
            application = find_application(session, number, OPERATOR)
            wish = Wish(move, application.revision, "because")
            ready.wait(timeout=30)
            try:
                house = House(1, agreement_text(None), GuidelineShelf())
                make_move(session, application, wish, Acting(who, house, registry.clock()))
                session.commit()
            except RegistryFault as fault:
                return type(fault).__name__
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, moves)) == ["EditConflict", "done"]
    with registry.session() as session:
        steps = session.scalars(select(Step).where(Step.application_id == number)).all()
        events = session.scalars(
            select(AuditEvent.action).where(AuditEvent.subject == f"application:{number}")
        ).all()
    assert len(steps) == 3
    assert len(events) == 3 + 3
