"""Putting jobs into the table, taking them, and noting what came of them."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Update, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from refcheck_server.jobs.models import FAULT, Job
from refcheck_server.jobs.tasks import Task

_SPREAD = 0.1
"""Of a pause: what failed together is not tried again together."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that somebody works on; `attempt` counts from 1."""

    id: int
    task: str
    arguments: Mapping[str, Any]
    attempt: int


def enqueue(
    session: Session,
    task: str,
    arguments: Mapping[str, Any],
    *,
    now: datetime,
    due: datetime | None = None,
) -> None:
    """Let this be done after the session's transaction, and only if it is committed.

    Not before `due`; `arguments` are what JSON has.
    """
    row = {
        "task": task,
        "arguments": json.dumps(arguments, sort_keys=True),
        "made_at": now,
        "due_at": due or now,
        "attempts": 0,
    }
    session.execute(insert(Job), row)


def take(session: Session, tasks: Mapping[str, Task], *, now: datetime) -> Taken | None:
    """The job that is due longest, which nobody else gets while its worker lives.

    It looks before it writes: an idle worker never makes others wait. Commits.
    """
    if not session.scalar(select(exists().where(*_due(tasks, now)))):
        return None
    first = (
        select(Job.id)
        .where(*_due(tasks, now))
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite has one writer at a time, and needs none
        .scalar_subquery()
    )
    found = session.execute(
        update(Job)
        .where(Job.id == first)
        .values(attempts=Job.attempts + 1)
        .returning(Job.id, Job.task, Job.arguments, Job.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if found is None:
        session.rollback()
        return None
    taken = Taken(found.id, found.task, json.loads(found.arguments), found.attempts)
    session.execute(_ours(taken).values(due_at=now + tasks[taken.task].longest))
    session.commit()
    return taken


def done(session: Session, taken: Taken) -> None:
    """The job is done: it is no more."""
    session.execute(delete(Job).where(Job.id == taken.id, Job.attempts == taken.attempt))


def failed(
    session: Session, taken: Taken, task: Task, fault: str, *, now: datetime, hopeless: bool
) -> None:
    """The attempt failed: the job is due again after a pause, or dead when there is none left."""
    ours = _ours(taken)
    if hopeless or taken.attempt > len(task.pauses):
        session.execute(ours.values(fault=fault[:FAULT], dead_at=now))
        return
    pause = task.pauses[taken.attempt - 1] * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - no secret
    session.execute(ours.values(fault=fault[:FAULT], due_at=now + pause))


def _due(tasks: Collection[str], now: datetime) -> tuple[Any, ...]:
    """Jobs of a kind that is not known wait for a worker of the version that made them."""
    return Job.dead_at.is_(None), Job.due_at <= now, Job.task.in_(tasks)


def _ours(taken: Taken) -> Update:
    """Change a job, unless somebody else took it because we were too slow."""
    return (
        update(Job)
        .where(Job.id == taken.id, Job.attempts == taken.attempt)
        .execution_options(synchronize_session=False)
    )
