"""Signing in with a name and a password, and changing what one signs in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from refcheck_server.accounts import passkeys, passwords, second_factor, services, sessions
from refcheck_server.accounts.errors import BadPassword, BadSecondFactor, SignInRefused
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import Principal
from refcheck_server.audit.log import Happening, record, record_all
from refcheck_server.database import rows_changed


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown beside the password.

    Attributes:
        code: a one-time password.
        challenge, passkey: what the browser was asked, and what a device answered.
    """

    code: str = ""
    challenge: str = ""
    passkey: str = ""


def sign_in(
    session: Session, name: str, password: str, shown: Shown, *, now: datetime
) -> tuple[Account, bool]:
    """The account, and whether a second factor was shown.

    Whatever is wrong is answered alike and takes as long: neither that a name is known must be
    told, nor that a password is right when the second factor is not.

    Raises:
        SignInRefused: they do not belong together, or the account is disabled.
    """
    account = _account(session, name.strip().lower())
    right = passwords.fits(account.password_hash if account else None, password)
    secret = second_factor.unseal(account.second_factor if account else None, password)
    if account is None or not right or account.disabled_at is not None:
        raise _refused()
    if not has_second_factor(session, account):
        return account, False
    try:
        if shown.passkey:
            passkeys.use(session, account, shown.challenge, shown.passkey, now=now)
        else:
            _use(session, account, secret, shown.code, now)
    except BadSecondFactor:
        raise _refused() from None
    return account, True


def has_second_factor(session: Session, account: Account) -> bool:
    """Whether it signs in with more than a password."""
    return account.second_factor is not None or bool(passkeys.of(session, account.id))


def _account(session: Session, name: str) -> Account | None:
    if not services.NAME.fullmatch(name):  # some of those no database takes
        return None
    return session.scalar(select(Account).where(Account.name == name))


def _check_password(account: Account, password: str) -> None:
    """See that it is the account's password.

    Raises:
        BadPassword: it is not, or the account has none.
    """
    if not passwords.fits(account.password_hash, password):
        raise BadPassword(
            "the present password is not right", where="password", next_step="Type it again."
        )


def check_owner(session: Session, account: Account, password: str, principal: Principal) -> None:
    """See that whoever is signed in may change what the account signs in with.

    Raises:
        BadPassword: it is not the account's password.
        BadSecondFactor: the session began without the second factor that the account has: a thief
            of the password must not change that.
    """
    _check_password(account, password)
    if not principal.strong and has_second_factor(session, account):
        raise BadSecondFactor(
            "this session began without the second factor",
            next_step="Sign out, sign in with it, and try again.",
        )


def change_password(
    session: Session, account: Account, old: str, new: str, *, keep: int | None, now: datetime
) -> None:
    """Give an account another password, and end its sessions but the one to `keep`.

    Raises:
        BadPassword: the old one is not right, or the new one too easy to guess.
    """
    _check_password(account, old)
    sealed = account.second_factor
    if sealed is not None:
        secret = second_factor.unseal(sealed, old)
        sealed = second_factor.seal(secret, new) if secret else None
    _set(session, account, new, sealed, keep=keep, now=now)


def set_password(session: Session, account: Account, new: str, *, now: datetime) -> None:
    """Give an account a password without knowing the old one.

    Its second factor and passkeys go, and all its sessions end.

    Raises:
        BadPassword: it is too easy to guess.
    """
    dropped = passkeys.remove_all(session, account.id)
    _set(session, account, new, None, keep=None, dropped=dropped, now=now)


def _set(
    session: Session,
    account: Account,
    new: str,
    sealed: bytes | None,
    *,
    keep: int | None,
    now: datetime,
    dropped: bool = False,
) -> None:
    """A new password, and the second factor as it is sealed with that."""
    account.password_hash = passwords.digest(new, name=account.name)
    dropped = dropped or (account.second_factor is not None and sealed is None)
    account.second_factor = sealed
    sessions.end_all(session, account.id, but=keep)
    subject = f"account:{account.name}"
    happenings = [Happening("password.set", subject, {})]
    if dropped:
        happenings.append(Happening("second_factor.dropped", subject, {}))
    record_all(session, happenings, at=now)


def set_up(
    session: Session,
    account: Account,
    secret: str,
    code: str,
    password: str,
    *,
    session_id: int | None,
    now: datetime,
) -> None:
    """Let an account sign in with one-time passwords of this secret too, from now on.

    Every session but this one ends, and this one counts as begun with the second factor.

    Args:
        password: of the account, see `check_owner`; the secret is sealed with it.

    Raises:
        BadSecondFactor: the one-time password does not fit the secret, or the account has
            one-time passwords already.
    """
    if account.second_factor is not None:
        raise BadSecondFactor(
            "the account has a second factor already",
            next_step="An administrator can take it away; then set up another one.",
        )
    account.second_factor_step = second_factor.step_of(secret, code, now=now)
    account.second_factor = second_factor.seal(secret, password)
    sessions.strengthen(session, account.id, session_id)
    record(session, "second_factor.set_up", f"account:{account.name}", {}, at=now)


def _use(session: Session, account: Account, secret: str | None, code: str, now: datetime) -> None:
    """Take a one-time password, which counts once: of two requests with it one gets through."""
    step = second_factor.step_of(secret or "", code, now=now)
    taken = (
        update(Account)
        .where(Account.id == account.id, Account.second_factor_step < step)
        .values(second_factor_step=step)
    )
    if not rows_changed(session, taken):
        raise BadSecondFactor("was used already", where="code", next_step="Wait for the next one.")


def _refused() -> SignInRefused:
    return SignInRefused(
        "name, password and second factor do not belong together",
        next_step="Try again, with a one-time password or a passkey if the account has one. "
        "An administrator of the registry can give you a new password.",
    )
