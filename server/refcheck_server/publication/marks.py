"""What stands for clouds: what their runs show, what was approved, and what became of that.

An application speaks while it is published and in its time, and its cloud runs the version. That
is asked as it is read, so that nothing has to be brought up to date when one of these ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, and_, case, null, union_all
from sqlalchemy.orm import Session, contains_eager

from refcheck.claim.statement import as_text
from refcheck_server.products.models import Product, ProductVersion
from refcheck_server.results.models import (
    AnyVerdict,
    Cloud,
    Judgement,
    ShownVerdict,
    StoredResult,
    StoredVerdict,
)
from refcheck_server.results.queries import gathered, some_of, standings
from refcheck_server.results.standings import strength
from refcheck_server.review.models import Application
from refcheck_server.review.speaking import NOW, is_public, published, speaks_now, spoken
from refcheck_server.review.states import State

AVerdict = TypeVar("AVerdict", StoredVerdict, ShownVerdict)
_OWN = 8
"""Before what is asked of a verdict stand so many columns."""


class MarkState(StrEnum):
    """What became of a mark that was published."""

    APPROVED = "approved"
    """It may be carried now."""
    EXPIRED = "expired"
    """Its time is over."""
    REVOKED = "revoked"
    """The registry took it back."""
    WITHDRAWN = "withdrawn"
    """Its vendor gave it back."""


_WORDS = {
    MarkState.APPROVED: ("good", "approved by review until"),
    MarkState.EXPIRED: ("open", "expired on"),
    MarkState.REVOKED: ("bad", "revoked on"),
    MarkState.WITHDRAWN: ("open", "given back on"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was published for a cloud: the one that speaks most, or else the newest.

    Attributes:
        product: with its version, which the cloud runs or ran.
        when: until when it may be carried, or since when it may not.
    """

    title: str
    product: str
    state: MarkState
    when: datetime

    @property
    def tone(self) -> str:
        """A style, never the only carrier of the meaning."""
        return _WORDS[self.state][0]

    @property
    def words(self) -> str:
        """What stands before the date."""
        return _WORDS[self.state][1]

    def to_json(self) -> dict[str, str]:
        """For programs."""
        return {
            "title": self.title,
            "product": self.product,
            "state": self.state.value,
            "when": as_text(self.when),
        }


@dataclass(frozen=True, slots=True)
class Standing(Generic[AVerdict]):
    """What stands for a cloud; `verdicts` are one for each program."""

    verdicts: tuple[AVerdict, ...]
    mark: Mark | None


def state_now() -> ColumnElement[str | None]:
    """What became of an application of `published` at the moment `now`.

    Nothing is said of one that is in force, and does not speak because the cloud runs another
    version by now.
    """
    over = and_(Application.state == State.PUBLISHED, Application.expires_at <= NOW)
    return case(
        (speaks_now(), MarkState.APPROVED.value),
        (over | (Application.state == State.EXPIRED), MarkState.EXPIRED.value),
        (Application.state == State.WITHDRAWN, MarkState.WITHDRAWN.value),
        (Application.state == State.PUBLISHED, null()),
        else_=MarkState.REVOKED.value,
    )


def standings_of(
    session: Session, clouds: Sequence[Cloud], *, now: datetime
) -> Mapping[int, Standing[ShownVerdict]]:
    """What stands for each of these clouds, by cloud id, with what lists show. One statement."""
    ids = [cloud.id for cloud in clouds]
    rows = session.execute(_of_clouds(), {"now": now, "clouds": ids})
    shown = [(row, ShownVerdict._make(row[_OWN:])) for row in rows]
    plain = gathered(ids, ((row.cloud_id, one) for row, one in shown if row.number is None))
    return _joined(plain, [each for each in shown if each[0].number is not None])


def with_marks(
    session: Session, plain: Mapping[int, tuple[StoredVerdict, ...]], *, now: datetime
) -> Mapping[int, Standing[StoredVerdict]]:
    """What stands for all clouds, from what their runs show. One statement."""
    judged = contains_eager(StoredVerdict.judgement).contains_eager(Judgement.result)
    query = _marks(StoredVerdict).options(judged)
    return _joined(plain, ((row, row[_OWN]) for row in session.execute(query, {"now": now})))


def _marks(*verdict: Any) -> Select[*tuple[Any, ...]]:
    """All that was ever published, and what became of it, oldest first; with this of verdicts."""
    return (
        published()
        .with_only_columns(
            StoredResult.cloud_id,
            Application.id.label("number"),
            Application.state.label("state"),
            Application.since.label("since"),
            Application.expires_at.label("expires_at"),
            ProductVersion.name.label("version"),
            Product.name.label("product"),
            state_now().label("state_now"),
            *verdict,
            maintain_column_froms=True,
        )
        .where(is_public())
        .order_by(Application.id)
    )


@cache
def _of_clouds() -> CompoundSelect[*tuple[Any, ...]]:
    """What was published for some clouds; and beside it, without a number, what their runs show."""
    its_cloud, (number, *others) = Application.published_cloud_id, ShownVerdict.columns()
    marks = _marks(number.label("verdict"), *others).where(its_cloud.in_(some_of("clouds")))
    runs_show = standings(*[null()] * (_OWN - 1))
    return union_all(marks.order_by(None), runs_show).order_by("number", "verdict")


def _joined(
    plain: Mapping[int, tuple[AVerdict, ...]],
    published_ones: Iterable[tuple[Row[*tuple[Any, ...]], AVerdict]],
) -> Mapping[int, Standing[AVerdict]]:
    approved: dict[int, list[AVerdict]] = {}
    told: dict[int, tuple[tuple[int, int], Mark]] = {}
    for row, verdict in published_ones:
        speaks = row.state_now == MarkState.APPROVED
        if speaks:
            approved.setdefault(row.cloud_id, []).append(verdict)
        rank = _strength(verdict) if speaks else -1, row.number
        if row.state_now and told.get(row.cloud_id, (rank,))[0] <= rank:
            told[row.cloud_id] = rank, _mark(row, verdict)
    return {
        cloud_id: Standing(
            spoken(verdicts, approved.get(cloud_id, ())),
            told[cloud_id][1] if cloud_id in told else None,
        )
        for cloud_id, verdicts in plain.items()
    }


def _mark(row: Row[*tuple[Any, ...]], verdict: AnyVerdict) -> Mark:
    state = MarkState(row.state_now)
    timed_out = state is MarkState.EXPIRED and row.state == State.PUBLISHED
    ends = row.expires_at if timed_out or state is MarkState.APPROVED else None
    product = f"{row.product} {row.version}"
    return Mark(verdict.mark or verdict.title, product, state, ends or row.since)


def _strength(one: AnyVerdict) -> int:
    return strength(one.target, qualifies=one.qualifies, capability_rule=one.capability_rule)
