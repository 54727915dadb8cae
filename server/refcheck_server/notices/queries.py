"""Reading what a vendor was told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from refcheck_server.notices.models import Notice
from refcheck_server.numbered_pages import PAGE_SIZE, NumberedPage
from refcheck_server.vendors.models import Vendor

MOST_ROWS = 1000
"""Of a table that is downloaded whole."""


def list_notices(session: Session, vendor: Vendor, page: int) -> NumberedPage[Notice]:
    """What a vendor was told, the newest first. Two statements."""
    own = Notice.vendor_id == vendor.id
    total = session.scalar(select(func.count(Notice.id)).where(own))
    rows = session.scalars(
        select(Notice)
        .where(own)
        .order_by(Notice.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return NumberedPage(tuple(rows), page, total or 0)


def newest_notices(session: Session, vendor_id: int, most: int = MOST_ROWS) -> Sequence[Notice]:
    """What a vendor was told of late, the newest first."""
    return session.scalars(
        select(Notice).where(Notice.vendor_id == vendor_id).order_by(Notice.id.desc()).limit(most)
    ).all()
