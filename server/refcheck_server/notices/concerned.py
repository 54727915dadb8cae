"""Whom an event concerns: its vendors and accounts, found when it is told."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from refcheck_server.accounts.models import Account, Membership
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.notices.events import Event, Told
from refcheck_server.products.queries import vendor_ids_of
from refcheck_server.publication.clouds import cloud_name
from refcheck_server.publication.wording import guideline_of, statement
from refcheck_server.results.models import Cloud, Judgement, StoredResult, StoredVerdict
from refcheck_server.vendors.models import Vendor


def vendor(session: Session, event: Event) -> Iterable[Told]:
    """The members of the vendor that it is about."""
    found = session.scalar(select(Vendor).where(Vendor.slug == event.about))
    if found is not None:
        facts = {"vendor": found.name, "reason": found.reason}
        yield Told(frozenset({found.id}), path=f"/vendors/{found.slug}", facts=facts)


def member(session: Session, event: Event) -> Iterable[Told]:
    """The members of a vendor, and whom of them it is about, be they no longer one."""
    for told in vendor(session, event):
        facts = {**told.facts, "account": event.detail["account"]}
        accounts = _accounts(session, event.detail["account"])
        yield Told(told.vendors, accounts, told.path, facts)


def account(session: Session, event: Event) -> Iterable[Told]:
    """The account that it is about, or that has the key or token that it is about."""
    name = event.detail.get("account", event.about)
    yield Told(accounts=_accounts(session, name), path="/account", facts={"account": name})


def account_and_vendors(session: Session, event: Event) -> Iterable[Told]:
    """As `account`, and the vendors that the account belongs to."""
    for told in account(session, event):
        vendors = session.scalars(
            select(Membership.vendor_id).where(Membership.account_id.in_(told.accounts))
        )
        yield Told(frozenset(vendors), told.accounts, told.path, told.facts)


def result(session: Session, event: Event) -> Iterable[Told]:
    """Who sent a result; once it is shared, the vendor whose product its cloud runs, too."""
    found = session.scalar(
        select(StoredResult)
        .where(StoredResult.id == event.about)
        .options(joinedload(StoredResult.cloud))
    )
    if found is None:
        return
    shared = found.shared_at is not None
    facts = {
        "cloud": cloud_name(found.cloud),
        "run": found.run_id,
        "shared": shared,
        "verdicts": _verdicts(session, found),
    }
    vendors = vendor_ids_of(session, [found.cloud_id])[found.cloud_id] if shared else frozenset()
    yield Told(vendors, frozenset({found.account_id}), f"/results/{found.id}", facts)


def _verdicts(session: Session, one: StoredResult) -> list[str]:
    """What was said when it came in, a line for each program."""
    found = session.scalars(
        select(StoredVerdict)
        .join(Judgement)
        .where(Judgement.result_id == one.id)
        .options(contains_eager(StoredVerdict.judgement))
        .order_by(Judgement.id, StoredVerdict.place)
    ).all()
    first = {verdict.judgement_id for verdict in found[:1]}
    return [
        f"{verdict.title} under {guideline_of(verdict)}: {statement(verdict).headline}"
        for verdict in found
        if verdict.judgement_id in first
    ]


def claim(session: Session, event: Event) -> Iterable[Told]:
    """Who holds the cloud, and the vendor whose product it runs; a renewal is no news."""
    found = session.scalar(
        select(IssuedClaim)
        .where(IssuedClaim.sha256 == event.detail["claim"])
        .options(joinedload(IssuedClaim.cloud))
    )
    if found is None or (found.renewal and event.action == "claim.issued"):
        return
    cloud: Cloud = found.cloud
    facts = {
        "cloud": cloud_name(cloud),
        "mark": found.mark,
        "wording": found.wording,
        "reason": found.reason,
    }
    vendors = vendor_ids_of(session, [cloud.id])[cloud.id]
    yield Told(vendors, frozenset({cloud.holder_id}), f"/clouds/{cloud.digest}", facts)


def _accounts(session: Session, name: str) -> frozenset[int]:
    return frozenset(session.scalars(select(Account.id).where(Account.name == name)))
