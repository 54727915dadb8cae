"""Who belongs to a vendor: invitations by one-time link, roles, and leaving."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from refcheck_server.accounts.models import Account, Membership, digest_of
from refcheck_server.accounts.rights import Role
from refcheck_server.audit.log import record
from refcheck_server.database import rows_changed
from refcheck_server.vendors.errors import InvitationRefused, LastAdministrator, NoSuchMember
from refcheck_server.vendors.models import Invitation, Vendor

GOOD_FOR = timedelta(days=7)


class Place(StrEnum):
    """What a member is in a vendor."""

    MEMBER = "member"
    ADMINISTRATOR = "administrator"

    @property
    def role(self) -> Role:
        """The role that it means."""
        return Role.VENDOR_ADMINISTRATOR if self is Place.ADMINISTRATOR else Role.SUBMITTER


def place_of(role: str) -> Place:
    """What a member with this role is called."""
    return Place.ADMINISTRATOR if role == Role.VENDOR_ADMINISTRATOR else Place.MEMBER


def invite(
    session: Session, vendor: Vendor, place: Place, account_id: int, *, now: datetime
) -> str:
    """The secret of a link by which one account joins; it is returned and never kept."""
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        vendor=vendor,
        sha256=digest_of(secret),
        role=place.role,
        made_by_id=account_id,
        made_at=now,
        expires_at=now + GOOD_FOR,
    )
    session.add(invitation)
    session.flush()
    _tell(session, "invitation.made", vendor, now, invitation=invitation.id, place=place)
    return secret


def open_invitations(session: Session, vendor: Vendor, *, now: datetime) -> Sequence[Invitation]:
    """Those that can still be accepted."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.vendor_id == vendor.id, *_good(now))
        .options(joinedload(Invitation.made_by))
        .order_by(Invitation.id)
    ).all()


def invitation_of(session: Session, secret: str, *, now: datetime) -> Invitation:
    """The invitation of a link.

    Raises:
        InvitationRefused: there is none, or it does not count any more.
    """
    found = session.scalar(
        select(Invitation)
        .where(Invitation.sha256 == digest_of(secret), *_good(now))
        .options(joinedload(Invitation.vendor))
    )
    if found is None:
        raise _refused()
    return found


def accept(session: Session, secret: str, account_id: int, *, now: datetime) -> Vendor:
    """Join a vendor; of two who come with the same link, only one gets in.

    A member keeps the higher of their old and their new role.

    Raises:
        InvitationRefused: the link does not count.
    """
    invitation = invitation_of(session, secret, now=now)
    used = (
        update(Invitation)
        .where(Invitation.id == invitation.id, *_good(now))
        .values(used_at=now, used_by_id=account_id)
    )
    if not rows_changed(session, used):
        raise _refused()
    _lock(session, invitation.vendor)
    present = session.get(Membership, (invitation.vendor_id, account_id))
    if present is None:
        member = Membership(vendor_id=invitation.vendor_id, account_id=account_id, since=now)
        member.role = invitation.role
        session.add(member)
    elif invitation.role == Role.VENDOR_ADMINISTRATOR:
        present.role = invitation.role
    session.flush()
    told = {"invitation": invitation.id, "place": place_of(invitation.role)}
    _tell(session, "invitation.accepted", invitation.vendor, now, **told)
    return invitation.vendor


def revoke(session: Session, vendor: Vendor, invitation_id: int, *, now: datetime) -> None:
    """Let a link count no more.

    Raises:
        InvitationRefused: the vendor has no such open invitation.
    """
    revoked = (
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.vendor_id == vendor.id, *_good(now))
        .values(revoked_at=now)
    )
    if not rows_changed(session, revoked):
        raise _refused()
    _tell(session, "invitation.revoked", vendor, now, invitation=invitation_id)


def members_of(vendor: Vendor) -> Select[Membership]:
    """The members of a vendor, with their accounts."""
    return (
        select(Membership)
        .join(Membership.account)
        .where(Membership.vendor_id == vendor.id)
        .options(contains_eager(Membership.account))
    )


def give_place(session: Session, vendor: Vendor, name: str, place: Place, *, now: datetime) -> None:
    """Make a member an administrator of the vendor, or a plain member.

    Raises:
        NoSuchMember: no account of that name belongs to it.
        LastAdministrator: nobody would administer it any more.
    """
    _lock(session, vendor)
    member = _member(session, vendor, name)
    before, member.role = place_of(member.role), place.role
    _see_that_someone_administers(session, vendor)
    if before is not place:
        _tell(session, "member.place_given", vendor, now, account=name, before=before, place=place)


def remove(session: Session, vendor: Vendor, name: str, *, now: datetime) -> None:
    """End a membership; what the account sent stays.

    Raises:
        NoSuchMember: no account of that name belongs to it.
        LastAdministrator: nobody would administer it any more.
    """
    _end(session, vendor, name)
    _tell(session, "member.removed", vendor, now, account=name)


def leave(session: Session, vendor: Vendor, name: str, *, now: datetime) -> None:
    """End one's own membership: see `remove`."""
    _end(session, vendor, name)
    _tell(session, "member.left", vendor, now, account=name)


def _end(session: Session, vendor: Vendor, name: str) -> None:
    _lock(session, vendor)
    session.delete(_member(session, vendor, name))
    _see_that_someone_administers(session, vendor)


def _lock(session: Session, vendor: Vendor) -> None:
    """Let nobody else change memberships meanwhile: two administrators could remove each other."""
    session.execute(update(Vendor).where(Vendor.id == vendor.id).values(slug=Vendor.slug))


def _member(session: Session, vendor: Vendor, name: str) -> Membership:
    found = session.scalar(
        select(Membership)
        .join(Membership.account)
        .where(Membership.vendor_id == vendor.id, Account.name == name)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NoSuchMember(
            f"{name!r} does not belong to {vendor.name}", next_step="Look at the list of members."
        )
    return found


def _see_that_someone_administers(session: Session, vendor: Vendor) -> None:
    session.flush()
    left = session.scalar(
        select(func.count())
        .select_from(Membership)
        .where(Membership.vendor_id == vendor.id, Membership.role == Role.VENDOR_ADMINISTRATOR)
    )
    if not left:
        session.rollback()
        raise LastAdministrator(
            "nobody would administer the vendor any more",
            next_step="Make another member an administrator first.",
        )


def _tell(session: Session, action: str, vendor: Vendor, now: datetime, **detail: object) -> None:
    """Let the audit log tell of a vendor's members; no secret and no address is among it."""
    record(session, action, f"vendor:{vendor.slug}", detail, at=now)


def _good(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )


def _refused() -> InvitationRefused:
    return InvitationRefused(
        "this invitation does not count: it was used, revoked, or is too old",
        next_step="Ask for a new link.",
    )
