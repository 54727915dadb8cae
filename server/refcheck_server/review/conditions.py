"""Whether what a move needs does hold, one function for each condition; so what can be done now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Membership
from refcheck_server.accounts.principals import principal as principal_of
from refcheck_server.results.standings import RUN_DAYS
from refcheck_server.review.acting import Acting, digest_of_text
from refcheck_server.review.errors import NotNow
from refcheck_server.review.judging import ApplicationVerdict
from refcheck_server.review.models import Application
from refcheck_server.review.queries import is_replaced, runs_its_version
from refcheck_server.review.stakes import parties_of
from refcheck_server.review.states import Condition, Party, State, Transition, moves_from
from refcheck_server.vendors.models import VendorState


@dataclass(frozen=True)
class Case:
    """An application, and whoever would move it; `reason` is what they give."""

    session: Session
    application: Application
    acting: Acting
    reason: str = ""

    @cached_property
    def runs_its_version(self) -> bool:
        """Whether the cloud runs the version; asked once."""
        return runs_its_version(self.session, self.application)

    @cached_property
    def ends(self) -> datetime:
        """Until when a mark may rest on the run, and on the waivers that it needs."""
        run = self.application.result.ended + timedelta(days=RUN_DAYS)
        waived = ApplicationVerdict.of(self.application).said["waived"]
        return min([run, *(datetime.fromisoformat(one["expires"]) for one in waived)])


def only_in(application: Application, states: tuple[State, ...], done: str) -> None:
    """Let something be done only to an application in one of these states.

    Raises:
        NotNow: it is in another one.
    """
    if application.state not in states:
        raise NotNow(
            f"what is {application.state} cannot be {done}",
            next_step=f"That is done to what is {' or '.join(states)}.",
        )


def unmet(transition: Transition, case: Case, *but: Condition) -> tuple[str, ...]:
    """Why the move cannot be made now, `but` for some conditions; nothing when it can."""
    found = (_CHECKS[one](case) for one in transition.needs if one not in but)
    return tuple(fault for fault in found if fault)


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
    return _agreed(case)


def _agreed(case: Case) -> str | None:
    one = case.application
    if one.agreement is None and one.accepted_at is not None:
        return "what was agreed to has changed: the agreement is to be accepted for it again"
    if one.agreement is None:
        return "the agreement is not accepted yet"
    if one.agreement.sha256 != digest_of_text(case.acting.house.agreement):
        return "the agreement has changed since it was accepted"
    return None


def _is_by_the_vendor(case: Case) -> bool:
    place = case.application.version.product.vendor_id, case.application.result.account_id
    return case.session.get(Membership, place) is not None


def _qualifies(case: Case) -> str | None:
    return None if case.application.qualifies else "the verdict does not qualify"


def _in_time(case: Case) -> str | None:
    if case.ends > case.acting.now:
        return None
    return f"the run is older than {RUN_DAYS} days"


def _seconded(case: Case) -> str | None:
    second = case.application.endorsed_by
    if case.acting.house.reviewers < 2:
        return None
    if second is None or second.id == case.acting.account_id:
        return "a second reviewer has not endorsed it"
    who = principal_of(case.session, second, strong=True)
    if second.disabled_at is None and Party.REVIEWER in parties_of(who, case.application):
        return None
    return f"{second.name}, who endorsed it, may not review it any more"


def _first_appeal(case: Case) -> str | None:
    return None if case.application.appealed_at is None else "there was an appeal already"


def _another_reviewer(case: Case) -> str | None:
    if case.application.decided_by_id != case.acting.account_id:
        return None
    return "you decided on it: an appeal is for another reviewer"


def _public(case: Case) -> str | None:
    one = case.application
    if one.version.product.vendor.state != VendorState.APPROVED:
        return "the vendor is not public"
    if one.result.shared_at is None:
        return "the result is private: the account that sent it can share it"
    if is_replaced(case.session, one):
        return "a newer one for this version and program is published"
    return None if case.runs_its_version else "its cloud is no longer linked to this version"


def _over(case: Case) -> str | None:
    ends = case.application.expires_at
    if (ends is not None and ends <= case.acting.now) or is_replaced(
        case.session, case.application
    ):
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


_WORDS = {
    "submit": "Submit it",
    "take-up": "Take it up",
    "ask-for-changes": "Ask for changes",
    "approve": "Approve it",
    "reject": "Reject it",
    "appeal": "Appeal",
    "publish": "Publish it",
    "revoke": "Revoke the mark",
    "withdraw": "Withdraw it",
}


@dataclass(frozen=True, slots=True)
class Possible:
    """A move that is theirs.

    Attributes:
        faults: why not yet; without any it can be made now.
    """

    transition: Transition
    faults: tuple[str, ...]

    @property
    def words(self) -> str:
        """What the button says."""
        return _WORDS[self.transition.move]

    @property
    def asks_reason(self) -> bool:
        """Whether a reason goes with it."""
        return Condition.REASON in self.transition.needs


def possible_moves(case: Case) -> Iterator[Possible]:
    """The moves that are theirs, as the table of transitions has them."""
    parties = parties_of(case.acting.principal, case.application)
    for row in moves_from(State(case.application.state)):
        if parties & set(row.by):
            yield Possible(row, unmet(row, case, Condition.REASON))
