"""Whom news of an application for a mark are for: as the table of transitions says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.notices.events import Event, Told
from refcheck_server.review.models import Application, Step
from refcheck_server.review.queries import with_names
from refcheck_server.review.states import Party
from refcheck_server.review.telling import addressees


def moved(session: Session, event: Event) -> Iterable[Told]:
    """Who is told of a move; the reason is the one that was given with it."""
    reason = session.scalar(
        select(Step.reason)
        .where(Step.application_id == int(event.about), Step.after == event.detail["to"])
        .where(Step.at <= event.at)
        .order_by(Step.id.desc())
        .limit(1)
    )
    return _told(session, event, event.detail["tells"], {"reason": reason or ""})


def reminded(session: Session, event: Event) -> Iterable[Told]:
    """Who is waited for."""
    return _told(session, event, [event.detail["of"]], {"state": event.detail["state"]})


def _told(
    session: Session, event: Event, parties: Iterable[str], facts: dict[str, Any]
) -> Iterable[Told]:
    query = with_names(select(Application)).where(Application.id == int(event.about))
    one = session.scalars(query).one_or_none()
    if one is None:
        return
    asked = {Party(party) for party in parties}
    vendors = frozenset({one.version.product.vendor_id} if Party.VENDOR in asked else ())
    accounts = {
        account.id
        for party in asked - {Party.VENDOR}
        for account in addressees(session, one, party)
    }
    facts |= {"product": one.product_name, "version": one.version.name, "mark": one.title}
    yield Told(vendors, frozenset(accounts), f"/applications/{one.id}", facts)
