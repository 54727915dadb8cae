"""All that the page of an application shows, and the buttons that its reader has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import Action, Principal, Role, may
from refcheck_server.publication.programs import ProgramView, program
from refcheck_server.publication.wording import guideline_name
from refcheck_server.review import queries
from refcheck_server.review.acting import Acting, House
from refcheck_server.review.agreement import digest_of_text
from refcheck_server.review.checks import Check, checks
from refcheck_server.review.clock import WAITS_FOR
from refcheck_server.review.conditions import Case
from refcheck_server.review.differences import Difference, difference, last_approved
from refcheck_server.review.evidence import LIMIT
from refcheck_server.review.histories import Histories, histories
from refcheck_server.review.judging import ApplicationVerdict, evidence_of
from refcheck_server.review.models import Application, AskedWaiver, Comment, Step
from refcheck_server.review.possible import Possible, possible_moves
from refcheck_server.review.services import RENEWABLE
from refcheck_server.review.similar import Similar, similar
from refcheck_server.review.stakes import parties_of, sees_inside, stake_of
from refcheck_server.review.states import EDITABLE, OPEN, Party, State


@dataclass(frozen=True, slots=True)
class Clock:
    """Who is waited for.

    Attributes:
        over: the time that they had is over.
        days: since when it is in its state.
    """

    waits_for: str
    due: datetime | None
    over: bool
    days: int


@dataclass(frozen=True, slots=True)
class Doing:
    """What the reader may do, beside moving it on.

    Attributes:
        stake: why a reviewer may not review it; None when nothing speaks against it.
        reviewers: to whom it can be given.
    """

    edit: bool
    comment: bool
    endorse: bool
    waive: bool
    renew: bool
    stake: str | None
    reviewers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Cockpit:
    """The page of an application.

    Attributes:
        guideline: its name, for people.
        inside: the reader sees what the vendor does not.
        limit: bytes that a file may have.
        agreement, agreement_sha256: the text to agree to.
    """

    program: ProgramView
    guideline: str
    clock: Clock
    moves: tuple[Possible, ...]
    doing: Doing
    checks: tuple[Check, ...]
    limit: int
    difference: Difference | None
    histories: Histories
    similar: tuple[Similar, ...]
    steps: Sequence[Step]
    comments: Sequence[Comment]
    waivers: Sequence[AskedWaiver]
    inside: bool
    agreement: str
    agreement_sha256: str


def cockpit(session: Session, application: Application, acting: Acting) -> Cockpit:
    """Everything that the page shows to its reader; the statements do not grow with the rows."""
    reader, house = acting.principal, acting.house
    verdict = ApplicationVerdict.of(application)
    case = Case(session, application, acting)
    before = last_approved(session, application)
    evidence = evidence_of(session, application.id)
    inside = sees_inside(reader, application)
    return Cockpit(
        program=program(verdict, verdict.said),
        guideline=guideline_name(verdict.said["guideline"]["id"], verdict.guideline_status),
        clock=_clock(application, acting.now),
        moves=tuple(possible_moves(case)),
        doing=_doing(session, application, reader, house),
        checks=checks(case, verdict, evidence),
        limit=LIMIT,
        difference=None if before is None else difference(before, application, verdict),
        histories=histories(session, application, verdict),
        similar=similar(session, application) if inside else (),
        steps=queries.steps_of(session, application),
        comments=queries.comments_on(session, application, inside=inside),
        waivers=queries.waivers_of(session, application),
        inside=inside,
        agreement=house.agreement,
        agreement_sha256=digest_of_text(house.agreement),
    )


def _clock(application: Application, now: datetime) -> Clock:
    state, due = State(application.state), application.due_at
    waited = WAITS_FOR.get(state) if state in OPEN or state is State.APPROVED else None
    if state is State.DRAFT:
        waited = Party.VENDOR
    return Clock(
        waits_for=waited or "",
        due=due,
        over=due is not None and due <= now,
        days=(now - application.since).days,
    )


def _doing(session: Session, application: Application, reader: Principal, house: House) -> Doing:
    vendor_id, state = application.version.product.vendor_id, State(application.state)
    parties = parties_of(reader, application)
    applies = may(reader, Action.APPLY, vendor_id)
    in_review = state is State.IN_REVIEW and Party.REVIEWER in parties
    assigns = state in OPEN and may(reader, Action.ASSIGN_REVIEWER)
    second = in_review and Party.ASSIGNED not in parties and house.reviewers > 1
    return Doing(
        edit=applies and state in EDITABLE,
        comment=may(reader, Action.COMMENT, vendor_id),
        endorse=second and application.endorsed_by_id != reader.account_id,
        waive=in_review,
        renew=applies and state in RENEWABLE,
        stake=stake_of(reader, application) if reader.role is Role.REVIEWER else None,
        reviewers=_reviewers(session) if assigns else (),
    )


def _reviewers(session: Session) -> Sequence[str]:
    return session.scalars(
        select(Account.name)
        .where(Account.role == Role.REVIEWER, Account.disabled_at.is_(None))
        .order_by(Account.name)
        .limit(100)
    ).all()
