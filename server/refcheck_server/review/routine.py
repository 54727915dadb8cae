"""What the clock does to applications while the registry runs."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from refcheck_server.editing import EditConflict
from refcheck_server.jobs.tasks import Routine, Tools
from refcheck_server.review.arguments import house_of
from refcheck_server.review.clock import mark_reminded, reminders
from refcheck_server.review.moving import expire


def tick(tools: Tools) -> None:
    """End what is over, and remind whoever is waited for; another worker may do it just then."""
    now = tools.now()
    with contextlib.suppress(EditConflict), tools.database.session() as session, session.begin():
        expire(session, house_of(tools.settings), now=now)
    with tools.database.session() as session, session.begin():
        mark_reminded(session, reminders(session, now=now), now=now)


CLOCK = Routine("applications.clock", tick, timedelta(hours=1))
