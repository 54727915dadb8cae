"""The lists of what speaks for an account: for itself, and for those who run the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select

from refcheck_server.accounts import representation, sessions
from refcheck_server.accounts.models import Account, Identity, Passkey, PublicKey, SignedIn, Token
from refcheck_server.accounts.rights import Scope
from refcheck_server.columns import Utc
from refcheck_server.context import context
from refcheck_server.lists import Filter, Listed, Listing, Read, Sort, has_words

_ALL = tuple(representation.TABLES)
_NOT_YET = literal(datetime(2001, 1, 1, tzinfo=UTC), Utc())
_NEVER = literal(datetime(8999, 1, 1, tzinfo=UTC), Utc())


def _token_is(state: str) -> ColumnElement[bool]:
    expired = and_(Token.expires_at.is_not(None), Token.expires_at <= context().now())
    return {
        "good": and_(Token.revoked_at.is_(None), ~expired),
        "expired": and_(Token.revoked_at.is_(None), expired),
        "revoked": Token.revoked_at.is_not(None),
    }[state]


def _own(name: str, **declared: Any) -> Listing:
    return Listing(
        name,
        page="account.own",
        csv=f"account.{name}_as_csv",
        json=f"account_api.{name}",
        columns=representation.TABLES[name],
        anchor=name,
        among=_ALL,
        **declared,
    )


_OWN = (
    _own(
        "tokens",
        id=Token.id,
        row=representation.token,
        sorts={
            "made": Sort(Token.id, descending=True),
            "used": Sort(func.coalesce(Token.used_at, _NOT_YET), descending=True),
            "expires": Sort(func.coalesce(Token.expires_at, _NEVER)),
        },
        filters={
            "scope": Filter(
                "Good for", "One of its scopes.",
                lambda scope: (" " + Token.scopes + " ").contains(f" {scope} "), Scope,
            ),
            "state": Filter(
                "State", "Whether it can be used.", _token_is, ("good", "expired", "revoked")
            ),
        },
    ),
    _own(
        "keys",
        id=PublicKey.id,
        row=representation.key,
        sorts={"added": Sort(PublicKey.id, descending=True), "keyid": Sort(PublicKey.keyid)},
        filters={
            "q": Filter(
                "Key id", "In the key id.", lambda words: has_words(words, PublicKey.keyid)
            ),
            "state": Filter(
                "State", "Whether it signs.",
                lambda state: PublicKey.revoked_at.is_(None) == literal(state == "good"),
                ("good", "revoked"),
            ),
        },
    ),
    _own(
        "sessions",
        id=SignedIn.id,
        row=representation.signed_in,
        sorts={
            "seen": Sort(SignedIn.seen_at, descending=True),
            "began": Sort(SignedIn.began_at, descending=True),
        },
        filters={
            "q": Filter(
                "Browser", "In what it calls itself.",
                lambda words: has_words(words, SignedIn.device),
            ),
        },
    ),
    _own(
        "identities",
        id=Identity.id,
        row=representation.identity,
        sorts={
            "added": Sort(Identity.added_at, descending=True),
            "issuer": Sort(func.lower(Identity.issuer)),
        },
        filters={
            "q": Filter(
                "Where or as whom", "In where it is, or as whom.",
                lambda words: has_words(words, Identity.issuer, Identity.subject),
            ),
        },
    ),
    _own(
        "passkeys",
        id=Passkey.id,
        row=representation.passkey,
        sorts={
            "added": Sort(Passkey.added_at, descending=True),
            "used": Sort(func.coalesce(Passkey.used_at, _NOT_YET), descending=True),
            "name": Sort(func.lower(Passkey.name)),
        },
        filters={
            "q": Filter("Name", "In its name.", lambda words: has_words(words, Passkey.name)),
        },
    ),
)  # fmt: skip
OWN: Mapping[str, Listing] = {one.name: one for one in _OWN}
OF_ANY: Mapping[str, Listing] = {
    one.name: replace(
        one, page="accounts.account", csv=f"accounts.{one.name}_as_csv", json=f"accounts.{one.name}"
    )
    for one in _OWN
}


def what_speaks_for(
    found: Account, lists: Mapping[str, Listing], **here: Any
) -> dict[str, Listed[Any]]:
    """Each of the lists for an account, as its page shows them. One statement for each."""
    return {name: one.read(_rows(found.id)[name], here=here) for name, one in lists.items()}


def reading(listing: Listing, account: Callable[..., Account]) -> Read:
    """What reads one of the lists, of the account that an address names."""

    def read(size: int | None = None, **here: Any) -> Listed[Any]:
        rows = _rows(account(**here).id)[listing.name]
        return listing.read(rows, size=size, here=here)

    read.__doc__ = f"The {listing.name} of an account."
    return read


def _rows(account_id: int) -> Mapping[str, Select[Any]]:
    return {
        "tokens": select(Token).where(Token.account_id == account_id),
        "keys": select(PublicKey).where(PublicKey.account_id == account_id),
        "sessions": sessions.of(account_id, now=context().now()),
        "identities": select(Identity).where(Identity.account_id == account_id),
        "passkeys": select(Passkey).where(Passkey.account_id == account_id),
    }
