"""Who acts on applications, when, and by which rules of this registry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts.rights import Principal
from refcheck_server.database import dialect_of, insert_into
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.review.models import Agreement
from refcheck_server.settings import Settings

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


@dataclass(frozen=True, slots=True)
class House:
    """What a registry asks of every application.

    Attributes:
        reviewers: how many stand behind an approval: one or two.
        agreement: the text that vendors agree to now.
        guidelines: by which it judges.
    """

    reviewers: int
    agreement: str
    guidelines: GuidelineShelf


CLOCK = Principal(name="clock")
"""Nobody: the registry acts when the time has come."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who acts now."""

    principal: Principal
    house: House
    now: datetime

    @property
    def account_id(self) -> int:
        """Of whoever acts; 0 for the clock."""
        return self.principal.account_id


def house_of(settings: Settings, guidelines: GuidelineShelf) -> House:
    """What a registry with these settings asks of applications."""
    return House(settings.reviewers, agreement_text(settings.agreement), guidelines)
