"""Passkeys (WebAuthn) as second factor: a device signs what this browser was asked, for this site.

Nothing is kept between asking and answering: the challenge is sealed with the browser's secret,
which signing in renews.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from refcheck_server import editing
from refcheck_server.accounts import browser, sessions
from refcheck_server.accounts.errors import BadSecondFactor, NoSuchThing
from refcheck_server.accounts.models import Account, Passkey
from refcheck_server.audit.log import record
from refcheck_server.context import public_url
from refcheck_server.database import rows_changed

MOST = 10
_TITLE = "refcheck registry"
_NONSENSE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What the library raises for an answer that no browser gives."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser was asked to have signed.

    Attributes:
        challenge: that the answer must hold; the form carries it back.
        options: for the browser, as JSON.
    """

    challenge: str
    options: str


def ask_to_add(session: Session, account: Account, *, now: datetime) -> Asked:
    """Ask for a new passkey, of a device that has none of this account yet."""
    challenge = browser.seal("passkey to add", "", now=now)
    options = generate_registration_options(
        rp_id=_site(),
        rp_name=_TITLE,
        user_id=f"account {account.id}".encode(),
        user_name=account.name,
        challenge=challenge.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=one.credential) for one in of(session, account.id)
        ],
    )
    return Asked(challenge, options_to_json(options))


def ask_to_sign_in(*, now: datetime) -> Asked:
    """Ask for any passkey of this site; which account is whose is not told beforehand."""
    challenge = browser.seal("passkey to sign in", "", now=now)
    options = generate_authentication_options(rp_id=_site(), challenge=challenge.encode())
    return Asked(challenge, options_to_json(options))


def add(
    session: Session,
    account: Account,
    name: str,
    challenge: str,
    answer: str,
    *,
    session_id: int | None,
    now: datetime,
) -> None:
    """Let an account sign in with this passkey too; its owner was looked at, see `check_owner`.

    Every session but this one ends, and this one counts as begun with the second factor.

    Raises:
        BadSecondFactor: the answer is not to what this browser was asked, or it has too many.
        NameTaken: the passkey is here already.
    """
    if browser.unseal("passkey to add", challenge, now=now) is None:
        raise _refused()
    if len(of(session, account.id)) >= MOST:
        raise BadSecondFactor(
            f"the account has {MOST} passkeys", next_step="Remove one that is not used."
        )
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_rp_id=_site(),
            expected_origin=_origin(),
        )
    except _NONSENSE as error:
        raise _refused() from error
    made = Passkey(
        account_id=account.id,
        credential=found.credential_id,
        public_key=found.credential_public_key,
        uses=found.sign_count,
        name=name,
        added_at=now,
    )
    editing.add(session, made)
    sessions.strengthen(session, account.id, session_id)
    record(session, "passkey.added", f"account:{account.name}", {"passkey": made.id}, at=now)


def use(session: Session, account: Account, challenge: str, answer: str, *, now: datetime) -> None:
    """See that a passkey of the account answered what this browser was asked.

    Raises:
        BadSecondFactor: none did.
    """
    if browser.unseal("passkey to sign in", challenge, now=now) is None:
        raise _refused()
    try:
        document: Any = json.loads(answer)
        credential = base64url_to_bytes(document["rawId"])
        known = next(one for one in of(session, account.id) if one.credential == credential)
        shown = verify_authentication_response(
            credential=document,
            expected_challenge=challenge.encode(),
            expected_rp_id=_site(),
            expected_origin=_origin(),
            credential_public_key=known.public_key,
            credential_current_sign_count=known.uses,
        )
    except (*_NONSENSE, StopIteration) as error:
        raise _refused() from error
    counted = (
        update(Passkey)
        .where(Passkey.id == known.id, Passkey.uses == known.uses)
        .values(uses=shown.new_sign_count, used_at=now)
    )
    if not rows_changed(session, counted):
        raise _refused()


def remove(
    session: Session, account: Account, passkey_id: int, *, keep: int | None, now: datetime
) -> None:
    """Let an account sign in with that passkey no more, and end its sessions but the one to `keep`.

    The device may be a thief's, and signed in.

    Raises:
        NoSuchThing: the account has no such passkey.
    """
    this = delete(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account.id)
    if not rows_changed(session, this):
        raise NoSuchThing("there is no such passkey", next_step="Look at your account's page.")
    sessions.end_all(session, account.id, but=keep)
    record(session, "passkey.removed", f"account:{account.name}", {"passkey": passkey_id}, at=now)


def remove_all(session: Session, account_id: int) -> bool:
    """Remove every passkey of an account; whether there was one."""
    return rows_changed(session, delete(Passkey).where(Passkey.account_id == account_id)) > 0


def of(session: Session, account_id: int) -> Sequence[Passkey]:
    """The passkeys of an account, in the order that they were added."""
    return session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)
    ).all()


def _site() -> str:
    return urlsplit(public_url("pages.front")).hostname or ""


def _origin() -> str:
    parts = urlsplit(public_url("pages.front"))
    return f"{parts.scheme}://{parts.netloc}"


def _refused() -> BadSecondFactor:
    return BadSecondFactor(
        "the passkey does not fit",
        where="passkey",
        next_step="Try again from this page, with a passkey that was added for this account here.",
    )
