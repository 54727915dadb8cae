"""Moving an application from state to state, as the table of transitions says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from refcheck.verdict.verdict import Verdict
from refcheck_server import editing
from refcheck_server.accounts.rights import Principal, Role
from refcheck_server.audit.log import REGISTRY, acting_as, actor_of, record
from refcheck_server.fields import path_of
from refcheck_server.review.acting import CLOCK, Acting, House
from refcheck_server.review.conditions import Case, unmet
from refcheck_server.review.errors import NotNow, NotYet, NotYourMove
from refcheck_server.review.judging import (
    columns,
    evidence_of,
    judged,
    keep_blockers,
    keep_publicly,
    subject_of,
)
from refcheck_server.review.models import Application, Step
from refcheck_server.review.queries import published_before
from refcheck_server.review.stakes import parties_of, without_stake
from refcheck_server.review.states import (
    Condition,
    Move,
    Party,
    State,
    Transition,
    due,
    moves_from,
    transition,
)

TOLD = {
    Move.SUBMIT: "submitted",
    Move.TAKE_UP: "taken_up",
    Move.ASK: "changes_asked",
    Move.APPROVE: "approved",
    Move.REJECT: "rejected",
    Move.APPEAL: "appealed",
    Move.PUBLISH: "published",
    Move.EXPIRE: "expired",
    Move.REVOKE: "revoked",
    Move.WITHDRAW: "withdrawn",
}
"""A move as the audit log calls it, after `application.`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be done; `revision` is of the application that they saw."""

    move: Move
    revision: int
    reason: str = ""


def make_move(session: Session, application: Application, wish: Wish, acting: Acting) -> Step:
    """Take an application to its next state, if the table of transitions lets them.

    Raises:
        NotNow: from its state there is no such move.
        NotYourMove: the move is somebody else's.
        ConflictOfInterest: they review, and have a stake in it.
        NotYet: a condition does not hold.
        EditConflict: somebody changed it meanwhile.
    """
    row = _row(application, wish)
    _let_only_these(row, application, acting.principal)
    verdict, revision = None, wish.revision
    if Condition.QUALIFIES in row.needs:
        verdict = judge_anew(session, application, revision, acting)
        revision = application.revision
    case = Case(session, application, acting, wish.reason)
    if faults := unmet(row, case):
        raise NotYet(
            f"it cannot be {TOLD[row.move].replace('_', ' ')}: {'; '.join(faults)}",
            where=path_of("reason") if row.needs[0] is Condition.REASON else None,
            next_step="See to that first.",
        )
    fields = _fields(row, case)
    if row.move is Move.PUBLISH and verdict is not None:
        kept = keep_publicly(session, application, verdict, acting.house.guidelines)
        fields |= {
            "published_verdict_id": kept,
            "published_cloud_id": application.result.cloud_id,
        }
    editing.change(session, application, revision, (), **fields)
    session.expire(application, ["reviewer", "endorsed_by"])
    step = Step(
        application_id=application.id,
        at=acting.now,
        move=row.move,
        before=row.before,
        after=row.after,
        account_id=acting.account_id or None,
        reason=wish.reason,
    )
    session.add(step)
    session.flush()
    _record(session, row, application, acting)
    if row.move is Move.PUBLISH:
        _end_those_before(session, application, acting)
    return step


def end(
    session: Session, application: Application, reason: str, house: House, now: datetime
) -> None:
    """Let the clock end what is over; nobody else asks for it."""
    wish = Wish(Move.EXPIRE, application.revision, reason)
    make_move(session, application, wish, Acting(CLOCK, house, now))


def judge_anew(
    session: Session, application: Application, revision: int, acting: Acting, **fields: Any
) -> Verdict:
    """Let an application have the verdict of this moment, and these values.

    Raises:
        EditConflict: somebody changed it meanwhile.
    """
    verdict = judged(session, subject_of(session, application), acting.house.guidelines, acting.now)
    editing.change(session, application, revision, (), **columns(verdict, acting.now), **fields)
    session.expire(application, ["endorsed_by"])
    keep_blockers(session, application, verdict)
    return verdict


def _row(application: Application, wish: Wish) -> Transition:
    row = transition(State(application.state), wish.move)
    if row is None:
        possible = [one.move for one in moves_from(State(application.state))]
        raise NotNow(
            f"what is {application.state} has no move {wish.move!s}",
            where=path_of("move"),
            next_step=f"There is {', '.join(possible)}." if possible else "It is at its end.",
        )
    return row


def _let_only_these(row: Transition, application: Application, who: Principal) -> None:
    if parties_of(who, application) & set(row.by):
        return
    reviews = {Party.REVIEWER, Party.ASSIGNED} & set(row.by)
    if reviews and who.role is Role.REVIEWER:
        without_stake(who, application)
    raise NotYourMove(
        f"to {row.move.replace('-', ' ')} is for the {' or the '.join(row.by)}",
        next_step="Ask them, or say it in a comment.",
    )


def _fields(row: Transition, case: Case) -> dict[str, Any]:
    """What changes with the move, beside the verdict."""
    now, account_id = case.acting.now, case.acting.account_id
    fields: dict[str, Any] = {
        "state": row.after,
        "since": now,
        "due_at": due(row.after, now),
        "reminded_at": None,
    }
    match row.move:
        case Move.SUBMIT:
            fields["submitted_at"] = case.application.submitted_at or now
        case Move.TAKE_UP:
            fields["reviewer_id"] = account_id
        case Move.ASK:
            fields["endorsed_by_id"] = None
        case Move.APPROVE:
            fields |= {"decided_by_id": account_id, "expires_at": case.ends}
        case Move.REJECT | Move.REVOKE:
            fields["decided_by_id"] = account_id
        case Move.APPEAL:
            fields |= {"appealed_at": now, "reviewer_id": None, "endorsed_by_id": None}
    return fields


def _record(session: Session, row: Transition, one: Application, acting: Acting) -> None:
    """Where two stand behind an approval, all reviewers hear that a second one is wanted."""
    seconded = acting.house.reviewers > 1 and row.after is State.IN_REVIEW
    detail = {
        "product": one.product_name,
        "version": one.version_id,
        "target": one.target,
        "from": row.before,
        "to": row.after,
        "verdict": one.verdict_sha256,
        "evidence": [file.sha256 for file in evidence_of(session, one.id)],
        "tells": [*row.tells, Party.REVIEWER] if seconded else list(row.tells),
    }
    record(session, f"application.{TOLD[row.move]}", one.subject, detail, at=acting.now)


def _end_those_before(session: Session, application: Application, acting: Acting) -> None:
    """One application speaks for a version and a program: the registry ends older ones."""
    who = actor_of(session)
    acting_as(session, REGISTRY)
    for one in published_before(session, application):
        reason = f"application {application.id} took its place"
        end(session, one, reason, acting.house, acting.now)
    acting_as(session, who)
