"""What was told long ago is forgotten: the audit log has it anyway."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from refcheck_server.jobs.tasks import Routine, Tools
from refcheck_server.notices.models import Delivery, Notice

KEPT_FOR = timedelta(days=90)


def forget(tools: Tools) -> None:
    """Remove notices and deliveries that are older than that."""
    last = tools.now() - KEPT_FOR
    with tools.database.session() as session, session.begin():
        session.execute(delete(Delivery).where(Delivery.made_at < last))
        session.execute(delete(Notice).where(Notice.at < last))


FORGETTING = Routine("notices.forget", forget, timedelta(hours=6))
