"""What becomes of an application is told to those whom the table of transitions names."""

from __future__ import annotations

from refcheck_server.accounts.models import Account
from refcheck_server.notices.models import Notice
from refcheck_server.notices.rules import RULES
from refcheck_server.vendors.models import Vendor
from sqlalchemy import select

from tests.server.notices.conftest import work_off
from tests.server.review.stage import stage


def told_of(registry, action):
    """The vendors and accounts that were told of it, with title and text."""
    query = (
        select(Vendor.slug, Account.name, Notice.title, Notice.text)
        .select_from(Notice)
        .outerjoin(Vendor, Vendor.id == Notice.vendor_id)
        .outerjoin(Account, Account.id == Notice.account_id)
        .where(Notice.action == action)
        .order_by(Notice.id)
    )
    with registry.session() as session:
        return session.execute(query).all()


def test_every_move_is_told_and_so_is_who_is_waited_for(telling):
    registry = telling()
    made = stage(registry, "acme")
    for state in ("revoked", "appealed", "withdrawn", "changes asked"):
        made.brought_to(state)
    taken_back = made.brought_to("submitted")
    made.done(taken_back, "withdraw", who=made.owner)
    made.brought_to("published")
    ours = {action for action in RULES if action.startswith("application.")}
    told = set()
    for days in (0, 330, 40):  # what waits is overdue and a mark ends soon; then it is over
        registry.clock.forward(days=days)
        work_off(registry)
        work_off(registry)  # what the clock did just now
        told |= {action for action in ours if told_of(registry, action)}
    assert told == ours


def test_a_move_is_told_to_its_parties_with_its_reason_and_to_nobody_else(telling):
    registry = telling()
    made = stage(registry, "acme")
    made.brought_to("changes asked")
    work_off(registry)
    [(vendor, account, title, text)] = told_of(registry, "application.changes_asked")
    assert (vendor, account) == (made.vendor, None)
    assert title.startswith("Changes are asked for")
    assert "The reason: because." in text
    [(vendor, account, *_)] = told_of(registry, "application.submitted")
    assert (vendor, account) == (None, made.reviewer)
