"""Whether what a move needs does hold, and if not, why: one function for each condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Membership
from refcheck_server.results.standings import RUN_DAYS
from refcheck_server.review.agreement import digest_of_text
from refcheck_server.review.models import Application
from refcheck_server.review.queries import is_replaced, runs_its_version
from refcheck_server.review.states import Condition, Transition
from refcheck_server.vendors.models import VendorState


@dataclass(frozen=True, slots=True)
class House:
    """What the registry asks of every application.

    Attributes:
        reviewers: how many stand behind an approval: one or two.
        agreement: the text that vendors agree to now.
    """

    reviewers: int
    agreement: str


@dataclass(frozen=True)
class Case:
    """An application, and whoever would move it.

    Attributes:
        account_id: of whoever would; 0 for nobody.
        reason: that they give.
    """

    session: Session
    application: Application
    house: House
    account_id: int
    now: datetime
    reason: str = ""

    @cached_property
    def runs_its_version(self) -> bool:
        """Whether the cloud runs the version; asked once."""
        return runs_its_version(self.session, self.application)

    @cached_property
    def ends(self) -> datetime:
        """Until when a mark may rest on the run."""
        return self.application.result.ended + timedelta(days=RUN_DAYS)


def unmet(transition: Transition, case: Case) -> tuple[str, ...]:
    """Why the move cannot be made now; nothing when it can."""
    found = (_CHECKS[condition](case) for condition in transition.needs)
    return tuple(fault for fault in found if fault)


def unmet_before(transition: Transition, case: Case) -> tuple[str, ...]:
    """The same before a reason was asked for: what a page says beside a button."""
    asked = [one for one in transition.needs if one is not Condition.REASON]
    return tuple(fault for fault in (_CHECKS[one](case) for one in asked) if fault)


def _reason(case: Case) -> str | None:
    return None if case.reason else "a reason is missing"


def _whole(case: Case) -> str | None:
    one = case.application
    if not one.result.complete:
        return "the run was not complete"
    if not case.runs_its_version:
        return "its cloud is not linked to this version by whoever holds it"
    if not _is_by_the_vendor(case):
        return f"{one.result.account.name}, who sent the result, does not belong to the vendor"
    if one.agreement is None:
        return "the agreement is not accepted yet"
    if one.agreement.sha256 != digest_of_text(case.house.agreement):
        return "the agreement has changed since it was accepted"
    return None


def _is_by_the_vendor(case: Case) -> bool:
    vendor_id = case.application.version.product.vendor_id
    place = (vendor_id, case.application.result.account_id)
    return case.session.scalar(
        select(Membership.account_id).where(
            Membership.vendor_id == place[0], Membership.account_id == place[1]
        )
    ) is not None  # fmt: skip


def _qualifies(case: Case) -> str | None:
    return None if case.application.qualifies else "the verdict does not qualify"


def _in_time(case: Case) -> str | None:
    if case.ends > case.now:
        return None
    return f"the run is older than {RUN_DAYS} days"


def _seconded(case: Case) -> str | None:
    endorsed = case.application.endorsed_by_id
    if case.house.reviewers < 2 or endorsed not in {None, case.account_id}:
        return None
    return "a second reviewer has not endorsed it"


def _first_appeal(case: Case) -> str | None:
    return None if case.application.appealed_at is None else "there was an appeal already"


def _another_reviewer(case: Case) -> str | None:
    if case.application.decided_by_id != case.account_id:
        return None
    return "you decided on it: an appeal is for another reviewer"


def _public(case: Case) -> str | None:
    one = case.application
    if one.version.product.vendor.state != VendorState.APPROVED:
        return "the vendor is not public"
    if one.result.shared_at is None:
        return "the result is private: the account that sent it can share it"
    return None if case.runs_its_version else "its cloud is no longer linked to this version"


def _over(case: Case) -> str | None:
    ends = case.application.expires_at
    if (ends is not None and ends <= case.now) or is_replaced(case.session, case.application):
        return None
    return "its time is not over"


_CHECKS: Mapping[Condition, Callable[[Case], str | None]] = {
    Condition.REASON: _reason,
    Condition.WHOLE: _whole,
    Condition.QUALIFIES: _qualifies,
    Condition.IN_TIME: _in_time,
    Condition.SECONDED: _seconded,
    Condition.FIRST_APPEAL: _first_appeal,
    Condition.ANOTHER_REVIEWER: _another_reviewer,
    Condition.PUBLIC: _public,
    Condition.OVER: _over,
}
