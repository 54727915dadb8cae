"""Other applications that had the same tests in their way, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from refcheck_server.review.models import Application, BlockingTest
from refcheck_server.review.queries import with_names

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
