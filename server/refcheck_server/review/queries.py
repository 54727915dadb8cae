"""Reading applications, as far as whoever asks may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, undefer

from refcheck_server.accounts.rights import Action, Principal, may
from refcheck_server.products.models import Product, ProductVersion
from refcheck_server.products.queries import runs
from refcheck_server.results.models import Cloud, StoredResult
from refcheck_server.review.errors import NoSuchApplication
from refcheck_server.review.models import Application, AskedWaiver, BlockingTest, Comment, Step
from refcheck_server.review.states import State


def visible_applications(principal: Principal) -> Select[Application]:
    """The applications that someone may see, with their products and reviewers."""
    return with_names(select(Application)).where(visible_to(principal))


def find_application(
    session: Session, number: int, principal: Principal, *, verdict: bool = False
) -> Application:
    """The application of that number, with all that its page names. One statement.

    Args:
        principal: whoever asks.
        verdict: read the verdict's document along.

    Raises:
        NoSuchApplication: there is none, or they may not see it.
    """
    query = (
        with_names(select(Application))
        .where(Application.id == number, visible_to(principal))
        .options(
            joinedload(Application.result).options(
                joinedload(StoredResult.cloud).joinedload(Cloud.holder),
                joinedload(StoredResult.account),
                joinedload(StoredResult.key),
            ),
            joinedload(Application.agreement),
            joinedload(Application.accepted_by),
            joinedload(Application.author),
            joinedload(Application.endorsed_by),
        )
    )
    if verdict:
        query = query.options(undefer(Application.verdict))
    found = session.scalar(query)
    if found is None:
        raise NoSuchApplication(
            f"there is no application {number}", next_step="Look at the list of applications."
        )
    return found


def with_names(query: Select[Application]) -> Select[Application]:
    """The query with product, vendor and reviewer of each application, in the same statement."""
    version = contains_eager(Application.version)
    return (
        query.join(Application.version)
        .join(ProductVersion.product)
        .join(Product.vendor)
        .options(
            version.contains_eager(ProductVersion.product).contains_eager(Product.vendor),
            joinedload(Application.reviewer),
        )
    )


def visible_to(principal: Principal) -> ColumnElement[bool]:
    """Applications of their own vendors, and for some everything that was submitted."""
    own = [one for one in principal.vendors if may(principal, Action.SEE_APPLICATIONS, one)]
    mine = Product.vendor_id.in_(own)
    if not may(principal, Action.SEE_APPLICATIONS):
        return mine
    submitted = Application.submitted_at.is_not(None)
    return or_(submitted, mine) if own else submitted


def steps_of(session: Session, application: Application) -> Sequence[Step]:
    """What became of it, oldest first. One statement."""
    return session.scalars(
        select(Step)
        .where(Step.application_id == application.id)
        .options(joinedload(Step.account))
        .order_by(Step.id)
    ).all()


def comments_on(session: Session, application: Application, *, inside: bool) -> Sequence[Comment]:
    """What was said of it, oldest first; internal ones only for those inside. One statement."""
    return session.scalars(
        select(Comment)
        .where(
            Comment.application_id == application.id,
            true() if inside else ~Comment.internal,
        )
        .options(joinedload(Comment.account))
        .order_by(Comment.id)
    ).all()


def waivers_of(session: Session, application: Application) -> Sequence[AskedWaiver]:
    """The waivers that were asked for. One statement."""
    return session.scalars(
        select(AskedWaiver)
        .where(AskedWaiver.application_id == application.id)
        .options(joinedload(AskedWaiver.decided_by))
        .order_by(AskedWaiver.id)
    ).all()


def runs_its_version(session: Session, application: Application) -> bool:
    """Whether the cloud of its result runs its version, as far as that counts. One statement."""
    linked = runs(application.result.cloud_id, application.version_id)
    return bool(session.scalar(select(linked)))


def is_replaced(session: Session, application: Application) -> bool:
    """Whether a newer one for the same version and program is published. One statement."""
    newer = exists().where(
        Application.version_id == application.version_id,
        Application.target == application.target,
        Application.state == State.PUBLISHED,
        Application.id > application.id,
    )
    return bool(session.scalar(select(newer)))


def published_before(session: Session, application: Application) -> Sequence[Application]:
    """Published ones for the same version and program that it takes the place of."""
    return session.scalars(
        with_names(select(Application)).where(
            Application.version_id == application.version_id,
            Application.target == application.target,
            Application.state == State.PUBLISHED,
            Application.id < application.id,
        )
    ).all()


def speaks_after(session: Session, application: Application) -> int | None:
    """The number of the published one that took its place, if one did."""
    return session.scalar(
        select(Application.id).where(
            Application.version_id == application.version_id,
            Application.target == application.target,
            Application.state == State.PUBLISHED,
            Application.id > application.id,
        )
    )


def results_to_apply_with(
    session: Session, version: ProductVersion, principal: Principal
) -> Sequence[StoredResult]:
    """The newest complete results of clouds that run this version, and that they may see."""
    mine = StoredResult.account_id == principal.account_id
    return session.scalars(
        select(StoredResult)
        .join(StoredResult.cloud)
        .where(
            runs(StoredResult.cloud_id, version.id),
            StoredResult.complete,
            or_(StoredResult.shared_at.is_not(None), mine),
        )
        .options(joinedload(StoredResult.account), contains_eager(StoredResult.cloud))
        .order_by(StoredResult.ended.desc(), StoredResult.id)
        .limit(25)
    ).all()


MOST = 5


@dataclass(frozen=True, slots=True)
class Similar:
    """Another application, with how many of the tests in the way it shares."""

    application: Application
    shared: int


def similar(session: Session, application: Application) -> tuple[Similar, ...]:
    """Those that share most, for the same program; no drafts. Two statements."""
    own, other = aliased(BlockingTest), aliased(BlockingTest)
    shared = func.count().label("shared")
    rows = session.execute(
        select(other.application_id, shared)
        .join(own, own.test == other.test)
        .join(Application, Application.id == other.application_id)
        .where(
            own.application_id == application.id,
            other.application_id != application.id,
            Application.target == application.target,
            Application.submitted_at.is_not(None),
        )
        .group_by(other.application_id)
        .order_by(shared.desc(), other.application_id.desc())
        .limit(MOST)
    ).all()
    counts = {row.application_id: row.shared for row in rows}
    found = session.scalars(with_names(select(Application)).where(Application.id.in_(counts)))
    ordered = sorted(found, key=lambda one: (-counts[one.id], -one.id))
    return tuple(Similar(one, counts[one.id]) for one in ordered)
