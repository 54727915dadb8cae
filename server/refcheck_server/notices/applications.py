"""Whom news of an application for a mark are for: as the table of transitions says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Account
from refcheck_server.notices.events import Event, Told
from refcheck_server.review.judging import ApplicationVerdict
from refcheck_server.review.models import Application, AskedWaiver, Comment, Step
from refcheck_server.review.queries import speaks_after, with_names
from refcheck_server.review.stakes import insiders, reviewers
from refcheck_server.review.states import Party, State

_BOTH = (Party.VENDOR, Party.ASSIGNED)


def moved(session: Session, event: Event) -> Iterable[Told]:
    """Who is told of a move; the reason is the one that was given with it."""
    number = int(event.about)
    reason = session.scalar(
        select(Step.reason)
        .where(Step.application_id == number, Step.after == event.detail["to"])
        .where(Step.at <= event.at)
        .order_by(Step.id.desc())
        .limit(1)
    )
    asked = session.scalar(
        select(func.count()).where(
            AskedWaiver.application_id == number, AskedWaiver.decided_at.is_(None)
        )
    )
    one = _application(session, event)
    newer = None if one is None else speaks_after(session, one)
    tells = [Party(one) for one in event.detail["tells"]]
    second = event.detail["to"] == State.IN_REVIEW and Party.REVIEWER in tells
    facts = {"reason": reason or "", "waivers": asked, "newer": newer, "second": second}
    return _told(session, event, tells, facts)


def reminded(session: Session, event: Event) -> Iterable[Told]:
    """Who is waited for; of what is published already, that its mark ends."""
    state, one, ends = event.detail["state"], _application(session, event), None
    if state == State.PUBLISHED and one is not None:
        ends = f"{one.expires_at:%Y-%m-%d}"
    return _told(session, event, [Party(event.detail["of"])], {"state": state, "ends": ends})


def commented(session: Session, event: Event) -> Iterable[Told]:
    """Vendor and reviewer hear what was said; of what is internal those inside, but not the words.

    Mail leaves the registry, and what is kept from the vendor stays here.
    """
    said = session.get(Comment, event.detail["comment"])
    if said is None:
        return
    facts = {"internal": said.internal, "words": "" if said.internal else said.text}
    if not said.internal:
        yield from _told(session, event, _BOTH, facts)
    elif (one := _application(session, event)) is not None:
        yield _about(session, event, one, insiders(session, one), facts)


def waiver_asked(session: Session, event: Event) -> Iterable[Told]:
    """The reviewer; of a draft nobody, for nobody sees it: its submission tells of its waivers."""
    return _told(session, event, [Party.ASSIGNED], _of_waiver(session, event))


def waiver_decided(session: Session, event: Event) -> Iterable[Told]:
    """The vendor, of what became of a waiver, or that it ends soon."""
    return _told(session, event, [Party.VENDOR], _of_waiver(session, event))


def _of_waiver(session: Session, event: Event) -> dict[str, Any]:
    """What it is for, why, and until when; a waiver is never removed."""
    one = session.get_one(AskedWaiver, event.detail["waiver"])
    of = "every test"
    if one.test:
        verdict = ApplicationVerdict.of(session.get_one(Application, one.application_id))
        of = verdict.names.get(one.test, one.test)
    return {
        "waived": f"{of} in {one.capability}" if one.capability else of,
        "wish": one.wish,
        "reason": one.reason,
        "expires": f"{one.expires_at:%Y-%m-%d}" if one.expires_at else None,
    }


def _told(
    session: Session, event: Event, parties: Iterable[Party], facts: dict[str, Any]
) -> Iterable[Told]:
    one, asked = _application(session, event), set(parties)
    if one is None:
        return
    accounts = [
        account
        for party in asked - {Party.VENDOR}
        if one.submitted_at is not None and one.submitted_at <= event.at  # else the vendor's alone
        for account in reviewers(session, one, party)
    ]
    vendors = {one.version.product.vendor_id} if Party.VENDOR in asked else ()
    yield _about(session, event, one, accounts, facts, vendors)


def _application(session: Session, event: Event) -> Application | None:
    query = with_names(select(Application)).where(Application.id == int(event.about))
    return session.scalars(query).one_or_none()


def _about(
    session: Session,
    event: Event,
    one: Application,
    accounts: Iterable[Account],
    facts: dict[str, Any],
    vendors: Iterable[int] = (),
) -> Told:
    """What they are told; whoever did it knows already."""
    product = one.version.product
    names = {
        "product": product.name,
        "version": one.version.name,
        "vendor": product.vendor.name,
        "mark": one.title,
    }
    doer = session.scalar(select(Account.id).where(Account.name == event.account))
    return Told(
        vendors=frozenset(vendors),
        accounts=frozenset(account.id for account in accounts) - {doer},
        path=f"/applications/{one.id}",
        facts={**names, **facts},
        knows=doer,
    )
