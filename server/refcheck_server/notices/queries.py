"""Reading what a vendor was told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.notices.models import Notice
from refcheck_server.numbered_pages import NumberedPage, numbered
from refcheck_server.vendors.models import Vendor

MOST_ROWS = 1000
"""Of a table that is downloaded whole."""


def list_notices(session: Session, vendor: Vendor, page: int) -> NumberedPage[Notice]:
    """What a vendor was told, the newest first. Two statements."""
    own = select(Notice).where(Notice.vendor_id == vendor.id).order_by(Notice.id.desc())
    return numbered(session, own, page)


def newest_notices(session: Session, vendor_id: int, most: int = MOST_ROWS) -> Sequence[Notice]:
    """What a vendor was told of late, the newest first."""
    return session.scalars(
        select(Notice).where(Notice.vendor_id == vendor_id).order_by(Notice.id.desc()).limit(most)
    ).all()
