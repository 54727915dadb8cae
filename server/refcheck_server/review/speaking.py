"""Published applications speak for clouds: what was approved counts where it says more than a run.

It does so while the application stands, its vendor is public, and the cloud still runs the version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from refcheck_server.products.models import ProductVersion
from refcheck_server.products.queries import runs
from refcheck_server.results import queries as results
from refcheck_server.results.models import Cloud, Judgement, StoredResult, StoredVerdict
from refcheck_server.results.standings import strength
from refcheck_server.review.models import Application, Step
from refcheck_server.review.queries import with_names
from refcheck_server.review.states import State
from refcheck_server.vendors.models import Vendor
from refcheck_server.vendors.queries import is_visible

_ENDS = {
    State.REVOKED: "{}",
    State.EXPIRED: "its approval has ended: {}",
    State.WITHDRAWN: "the vendor has withdrawn its application",
}
"""What is published of an application that ended, with the reason that was given."""


def standings_of(
    session: Session, clouds: Sequence[Cloud], *, now: datetime
) -> Mapping[int, tuple[StoredVerdict, ...]]:
    """What stands for each of these clouds, by cloud id. Two statements."""
    plain = results.standings_of(session, clouds)
    approved = by_cloud(session, now=now, clouds=list(plain))
    return {one: spoken(verdicts, approved.get(one, ())) for one, verdicts in plain.items()}


def by_cloud(
    session: Session, *, now: datetime, clouds: Sequence[int] | None = None
) -> Mapping[int, tuple[StoredVerdict, ...]]:
    """The verdicts that speak for these clouds, or for all, by cloud id. One statement."""
    query = _standing(now)
    if clouds is not None:
        query = query.where(StoredResult.cloud_id.in_(clouds))
    found: dict[int, tuple[StoredVerdict, ...]] = {}
    for one in session.scalars(query.order_by(Application.id)).unique():
        verdict = one.published_verdict
        assert verdict is not None  # noqa: S101 - the query asked for it
        cloud_id = verdict.result.cloud_id
        found[cloud_id] = (*found.get(cloud_id, ()), verdict)
    return found


def spoken(
    verdicts: Iterable[StoredVerdict], approved: Iterable[StoredVerdict]
) -> tuple[StoredVerdict, ...]:
    """For each program the verdict that says more; a run's own where they say the same."""
    found = {one.target: one for one in verdicts}
    for one in approved:
        own = found.get(one.target)
        if own is None or _strength(one) > _strength(own):
            found[one.target] = one
    return tuple(found.values())


def standing_marks(session: Session, product_id: int, *, now: datetime) -> Sequence[Application]:
    """The published applications for a product that speak now. One statement."""
    query = _standing(now).where(ProductVersion.product_id == product_id)
    return session.scalars(query.order_by(Application.id.desc())).unique().all()


def ever_published(session: Session) -> Mapping[int, tuple[Application, ...]]:
    """All that was ever published, by product, newest first. One statement."""
    found: dict[int, tuple[Application, ...]] = {}
    rows = session.scalars(
        _published()
        .where(is_visible(), StoredResult.shared_at.is_not(None))
        .order_by(Vendor.slug, ProductVersion.product_id, Application.id.desc())
    ).unique()
    for one in rows:
        product_id = one.version.product_id
        found[product_id] = (*found.get(product_id, ()), one)
    return found


def speaks(session: Session, *, now: datetime) -> frozenset[int]:
    """The numbers of all applications that speak now. One statement."""
    return frozenset(session.scalars(_standing(now).with_only_columns(Application.id)))


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


def _standing(now: datetime) -> Select[Application]:
    return _published().where(
        Application.state == State.PUBLISHED,
        Application.expires_at > now,
        runs(StoredResult.cloud_id, Application.version_id),
        is_visible(),
    )


def _published() -> Select[Application]:
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


def _strength(one: StoredVerdict) -> int:
    rule = one.capability_rule
    return strength(one.target, qualifies=one.qualifies, capability_rule=rule)
