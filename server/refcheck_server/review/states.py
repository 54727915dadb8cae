"""How an application goes from state to state: one table, which every view and every page asks.

A row is a move: from where to where, who may make it, what must hold, and who is told.
docs/reference/review.md is written from this table, and each of its cells is tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where an application is."""

    DRAFT = "draft"
    """The vendor writes it; nobody else sees it."""
    SUBMITTED = "submitted"
    """It waits for a reviewer."""
    IN_REVIEW = "in review"
    """A reviewer looks at it."""
    CHANGES_ASKED = "changes asked"
    """The reviewer waits for the vendor."""
    APPROVED = "approved"
    """The product may carry the mark, and the world does not know yet."""
    PUBLISHED = "published"
    """The marketplace shows it."""
    REJECTED = "rejected"
    """A reviewer said no."""
    APPEALED = "appealed"
    """The vendor does not agree; it waits for another reviewer."""
    EXPIRED = "expired"
    """Its time is over, or a newer one took its place."""
    REVOKED = "revoked"
    """The mark was taken back."""
    WITHDRAWN = "withdrawn"
    """The vendor took it back."""


class Move(StrEnum):
    """What takes an application from one state to another."""

    SUBMIT = "submit"
    TAKE_UP = "take-up"
    ASK = "ask-for-changes"
    APPROVE = "approve"
    REJECT = "reject"
    APPEAL = "appeal"
    PUBLISH = "publish"
    EXPIRE = "expire"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"


class Party(StrEnum):
    """What someone is to one application; a person can be several of these."""

    VENDOR = "vendor"
    """Administers the vendor whose product it is about."""
    REVIEWER = "reviewer"
    """Reviews, does not belong to the vendor, and had no hand in the application."""
    ASSIGNED = "assigned reviewer"
    """The reviewer who took it up, or was given it, and has no stake in it."""
    ADMINISTRATOR = "administrator"
    """Runs the registry."""
    CLOCK = "clock"
    """Nobody: the registry does it when the time has come."""


class Condition(StrEnum):
    """What must hold for a move; `conditions.py` says whether it does."""

    REASON = "reason"
    """A reason is given, which the vendor reads."""
    WHOLE = "whole"
    """The run is complete, of a cloud that runs this version, and by the vendor; the present
    agreement is accepted."""
    QUALIFIES = "qualifies"
    """The verdict qualifies, judged anew at that moment with evidence and waivers."""
    IN_TIME = "in time"
    """The run is not older than a claim may rest on."""
    SECONDED = "seconded"
    """Another reviewer endorsed it, and may still review it, if the registry asks for two."""
    FIRST_APPEAL = "first appeal"
    """There was no appeal yet."""
    ANOTHER_REVIEWER = "another reviewer"
    """It is not the one who decided."""
    PUBLIC = "public"
    """The result is shared, the vendor approved, the cloud still runs this version, and no newer
    one for the same version and program is published."""
    OVER = "over"
    """Its time is over, or a newer one for the same version and program is published."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    Attributes:
        by: who may make the move.
        needs: what must hold.
        tells: who is told.
    """

    before: State
    move: Move
    after: State
    by: tuple[Party, ...]
    needs: tuple[Condition, ...]
    tells: tuple[Party, ...]


_TABLE = """
draft         | submit          | submitted     | vendor                  | whole                         | reviewer
draft         | withdraw        | withdrawn     | vendor                  |                               |
submitted     | take-up         | in review     | reviewer                |                               | vendor
submitted     | withdraw        | withdrawn     | vendor                  |                               | reviewer
in review     | approve         | approved      | assigned reviewer       | qualifies, in time, seconded  | vendor
in review     | ask-for-changes | changes asked | assigned reviewer       | reason                        | vendor
in review     | reject          | rejected      | assigned reviewer       | reason                        | vendor
in review     | withdraw        | withdrawn     | vendor                  |                               | assigned reviewer
changes asked | submit          | in review     | vendor                  | whole                         | assigned reviewer
changes asked | withdraw        | withdrawn     | vendor                  |                               | assigned reviewer
approved      | publish         | published     | vendor, reviewer        | qualifies, public             | vendor
approved      | revoke          | revoked       | reviewer, administrator | reason                        | vendor
approved      | withdraw        | withdrawn     | vendor                  |                               | assigned reviewer
approved      | expire          | expired       | clock                   | over                          | vendor
published     | revoke          | revoked       | reviewer, administrator | reason                        | vendor
published     | withdraw        | withdrawn     | vendor                  |                               | assigned reviewer
published     | expire          | expired       | clock                   | over                          | vendor
rejected      | appeal          | appealed      | vendor                  | reason, first appeal          | reviewer
revoked       | appeal          | appealed      | vendor                  | reason, first appeal          | reviewer
appealed      | take-up         | in review     | reviewer                | another reviewer              | vendor
appealed      | withdraw        | withdrawn     | vendor                  |                               | reviewer
"""  # noqa: E501 - a table
"""From, move, to; who may make it; what must hold; who is told."""


def _read(line: str) -> Transition:
    before, move, after, *lists = (cell.strip() for cell in line.split("|"))
    by, needs, tells = ([one.strip() for one in cell.split(",") if cell] for cell in lists)
    return Transition(
        State(before),
        Move(move),
        State(after),
        tuple(map(Party, by)),
        tuple(map(Condition, needs)),
        tuple(map(Party, tells)),
    )


TRANSITIONS: tuple[Transition, ...] = tuple(map(_read, _TABLE.strip().splitlines()))
OPEN = (State.SUBMITTED, State.IN_REVIEW, State.CHANGES_ASKED, State.APPEALED)
"""Somebody is to do something about it."""
EDITABLE = (State.DRAFT, State.CHANGES_ASKED)
"""The vendor may change what it says."""


def transition(before: State, move: Move) -> Transition | None:
    """The row for this move from this state; None when there is none."""
    return next((one for one in moves_from(before) if one.move is move), None)


def moves_from(before: State) -> Iterator[Transition]:
    """The rows that begin at this state."""
    return (one for one in TRANSITIONS if one.before is before)


DAYS = {State.SUBMITTED: 5, State.IN_REVIEW: 10, State.CHANGES_ASKED: 30, State.APPEALED: 5}
"""After so many days in a state it is overdue."""
WAITS_FOR = {
    State.SUBMITTED: Party.REVIEWER,
    State.IN_REVIEW: Party.ASSIGNED,
    State.CHANGES_ASKED: Party.VENDOR,
    State.APPEALED: Party.REVIEWER,
    State.APPROVED: Party.VENDOR,
    State.PUBLISHED: Party.VENDOR,
}
"""Whose turn it is."""


def due(state: State, now: datetime) -> datetime | None:
    """When an application that comes into this state now should leave it."""
    days = DAYS.get(state)
    return None if days is None else now + timedelta(days=days)
