"""The text that vendors agree to before they submit."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.database import dialect_of, insert_into
from refcheck_server.review.models import Agreement

_DEFAULT = Path(__file__).with_name("agreement.md")


@cache
def agreement_text(file: Path | None) -> str:
    """The text as this process knows it: of the file that the settings name, or our own."""
    return (file or _DEFAULT).read_text(encoding="utf-8").strip()


def digest_of_text(text: str) -> str:
    """What an agreement is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def kept_agreement(session: Session, text: str) -> Agreement:
    """The agreement with this text, kept if it is new."""
    sha256 = digest_of_text(text)
    new = insert_into(dialect_of(session), Agreement).on_conflict_do_nothing()
    session.execute(new, {"sha256": sha256, "text": text})
    return session.scalars(select(Agreement).where(Agreement.sha256 == sha256)).one()
