"""What this registry does in the background, and who does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from refcheck_server.app import create_app
from refcheck_server.database import Database
from refcheck_server.evidence.stores import look_at_store
from refcheck_server.jobs.tasks import Routine, Task, Tools
from refcheck_server.jobs.working import Worker, work_beside
from refcheck_server.notices.following import FOLLOWING, FORGETTING, TELLING
from refcheck_server.notices.mailing import CONFIRMING, MAILING
from refcheck_server.notices.posting import POSTING
from refcheck_server.review.routine import CLOCK
from refcheck_server.settings import Settings

TASKS: tuple[Task, ...] = (TELLING, CONFIRMING, MAILING, POSTING)
ROUTINES: tuple[Routine, ...] = (FOLLOWING, FORGETTING, CLOCK)


def worker(database: Database, settings: Settings, now: Callable[[], datetime]) -> Worker:
    """A worker that knows all tasks."""
    return Worker(Tools(database, settings, now), TASKS, ROUTINES)


def app_that_works(settings: Settings, counts: str) -> Flask:
    """The application; with SQLite, which has one machine, it does the background jobs too."""
    app = create_app(settings, counts=counts)
    look_at_store(app)
    database: Database = app.extensions["refcheck_database"]
    if database.engine.dialect.name == "sqlite":
        work_beside(worker(database, settings, lambda: datetime.now(UTC)))
    return app
