"""Published applications speak for clouds: what was approved counts where it says more than a run.

It does so while the application stands, its vendor is public, and the cloud still runs the version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import Session, contains_eager

from refcheck_server.columns import Utc
from refcheck_server.products.models import ProductVersion
from refcheck_server.products.queries import runs
from refcheck_server.results.models import (
    AnyVerdict,
    Judgement,
    ShownVerdict,
    StoredResult,
    StoredVerdict,
)
from refcheck_server.results.standings import strength
from refcheck_server.review.models import Application, Step
from refcheck_server.review.queries import with_names
from refcheck_server.review.states import State
from refcheck_server.vendors.models import Vendor
from refcheck_server.vendors.queries import is_visible

AVerdict = TypeVar("AVerdict", StoredVerdict, ShownVerdict)
NOW = bindparam("now", type_=Utc())
"""The moment that is asked about; it is given with the statement."""
_ENDS = {
    State.REVOKED: "{}",
    State.EXPIRED: "its approval has ended: {}",
    State.WITHDRAWN: "the vendor has withdrawn its application",
}
"""What is published of an application that ended, with the reason that was given."""


def spoken(verdicts: Iterable[AVerdict], approved: Iterable[AVerdict]) -> tuple[AVerdict, ...]:
    """For each program the verdict that says more; a run's own where they say the same."""
    found = {one.target: one for one in verdicts}
    for one in approved:
        own = found.get(one.target)
        if own is None or _strength(one) > _strength(own):
            found[one.target] = one
    return tuple(found.values())


def standing_marks(session: Session, product_id: int, *, now: datetime) -> Sequence[Application]:
    """The published applications for a product that speak now. One statement."""
    query = published().where(ProductVersion.product_id == product_id, speaks_now())
    rows = session.scalars(query.order_by(Application.id.desc()), {"now": now})
    return rows.unique().all()


def ever_published(session: Session) -> Mapping[int, tuple[Application, ...]]:
    """All that was ever published, by product, newest first. One statement."""
    found: dict[int, tuple[Application, ...]] = {}
    rows = session.scalars(
        published()
        .where(is_public())
        .order_by(Vendor.slug, ProductVersion.product_id, Application.id.desc())
    ).unique()
    for one in rows:
        product_id = one.version.product_id
        found[product_id] = (*found.get(product_id, ()), one)
    return found


def speaks(session: Session, *, now: datetime) -> frozenset[int]:
    """The numbers of all applications that speak now. One statement."""
    query = published().where(speaks_now()).with_only_columns(Application.id)
    return frozenset(session.scalars(query, {"now": now}))


def why_silent(session: Session, verdicts: Select[int]) -> Mapping[int, str]:
    """Why the applications of these published verdicts speak no more, in a line each; by verdict.

    One statement.
    """
    rows = session.execute(
        select(Application.published_verdict_id, Step.after, Step.reason)
        .join(Step, Step.application_id == Application.id)
        .where(
            Application.state != State.PUBLISHED,
            Application.published_verdict_id.in_(verdicts),
            Step.after.in_(_ENDS),
        )
        .order_by(Step.id)
    )
    return {
        verdict: _ENDS[State(after)].format(reason.partition("\n")[0])
        for verdict, after, reason in rows
        if verdict is not None
    }


def is_public() -> ColumnElement[bool]:
    """Whether everyone may know of an application that was published."""
    return and_(is_visible(), StoredResult.shared_at.is_not(None))


def speaks_now() -> ColumnElement[bool]:
    """Whether an application of `published` speaks at the moment `now`."""
    return and_(
        Application.state == State.PUBLISHED,
        Application.expires_at > NOW,
        runs(StoredResult.cloud_id, Application.version_id),
        is_public(),
    )


@cache
def published() -> Select[Application]:
    """Applications that were published, with verdict and result, in one statement."""
    judgement = contains_eager(Application.published_verdict).contains_eager(
        StoredVerdict.judgement
    )
    return (
        with_names(select(Application))
        .join(Application.published_verdict)
        .join(StoredVerdict.judgement)
        .join(Judgement.result)
        .join(StoredResult.cloud)
        .options(judgement.contains_eager(Judgement.result).contains_eager(StoredResult.cloud))
    )


def _strength(one: AnyVerdict) -> int:
    rule = one.capability_rule
    return strength(one.target, qualifies=one.qualifies, capability_rule=rule)
