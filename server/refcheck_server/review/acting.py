"""Who acts on applications, when, and by which rules of this registry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from refcheck_server.accounts.rights import Principal
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.review.agreement import agreement_text
from refcheck_server.settings import Settings


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
