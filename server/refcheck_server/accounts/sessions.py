"""Sessions of browsers: they are rows, so that ending one takes effect at the next request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session, joinedload

from refcheck_server.accounts.digests import digest_of
from refcheck_server.accounts.errors import NoSuchThing
from refcheck_server.accounts.models import WORDS, Account, SignedIn
from refcheck_server.accounts.principals import principal
from refcheck_server.accounts.rights import ANYONE, Principal
from refcheck_server.audit.log import record
from refcheck_server.database import rows_changed

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=5)
"""A page that is looked at writes no row more often than this."""


def begin(
    session: Session, account: Account, secret: str, *, strong: bool, device: str, now: datetime
) -> SignedIn:
    """A session for the browser that holds this secret; those that are over are forgotten."""
    session.execute(
        delete(SignedIn).where(
            (SignedIn.began_at <= now - LONGEST) | (SignedIn.seen_at <= now - IDLE)
        )
    )
    begun = SignedIn(
        account=account,
        sha256=digest_of(secret),
        strong=strong,
        device=device[:WORDS],
        began_at=now,
        seen_at=now,
    )
    session.add(begun)
    session.flush()
    return begun


def principal_of(session: Session, secret: str, *, now: datetime) -> Principal:
    """Whoever signed in with the browser that holds this secret; anyone when nobody did."""
    found = session.scalar(
        select(SignedIn)
        .where(SignedIn.sha256 == digest_of(secret))
        .options(joinedload(SignedIn.account))
    )
    if found is None or found.account.disabled_at is not None or _is_over(found, now):
        return ANYONE
    known = principal(session, found.account, strong=found.strong, session_id=found.id)
    if now - found.seen_at >= SEEN_EVERY:
        found.seen_at = now
        session.commit()
    return known


def list_of(session: Session, account_id: int, *, now: datetime) -> Sequence[SignedIn]:
    """The sessions of an account that are not over, the one used last first."""
    return session.scalars(
        of(account_id, now=now).order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())
    ).all()


def of(account_id: int, *, now: datetime) -> Select[SignedIn]:
    """The sessions of an account that are not over."""
    return select(SignedIn).where(
        SignedIn.account_id == account_id,
        SignedIn.began_at > now - LONGEST,
        SignedIn.seen_at > now - IDLE,
    )


def end(session: Session, account_id: int, session_id: int) -> None:
    """End one session of an account.

    Raises:
        NoSuchThing: the account has no such session.
    """
    this = delete(SignedIn).where(SignedIn.id == session_id, SignedIn.account_id == account_id)
    if not rows_changed(session, this):
        raise NoSuchThing("there is no such session", next_step="It may have ended by itself.")


def sign_out(session: Session, account: Account, *, now: datetime) -> None:
    """End all sessions of an account that is somebody else's."""
    ended = end_all(session, account.id)
    if ended:
        detail = {"sessions": ended}
        record(session, "sessions.ended", f"account:{account.name}", detail, at=now)


def strengthen(session: Session, account_id: int, session_id: int | None) -> None:
    """Count this session as begun with the second factor, and end all others of the account."""
    end_all(session, account_id, but=session_id)
    session.execute(update(SignedIn).where(SignedIn.id == session_id).values(strong=True))


def end_all(session: Session, account_id: int, *, but: int | None = None) -> int:
    """End all sessions of an account, or all but one; how many those were."""
    others = SignedIn.id != but if but is not None else SignedIn.id.is_not(None)
    return rows_changed(session, delete(SignedIn).where(SignedIn.account_id == account_id, others))


def _is_over(one: SignedIn, now: datetime) -> bool:
    return now - one.began_at >= LONGEST or now - one.seen_at >= IDLE
