"""Reading the queue, and deciding on the jobs that failed for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from refcheck_server.audit.log import record
from refcheck_server.jobs.errors import JobLives, NoSuchJob
from refcheck_server.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Queue:
    """How the queue is.

    Attributes:
        waiting: jobs that are not done, those under way and those of later among them.
        dead: jobs that failed for good.
        oldest_seconds: since when the job that is due longest could have been done.
    """

    waiting: int
    dead: int
    oldest_seconds: float


def look(session: Session, *, now: datetime) -> Queue:
    """How the queue is now. One statement."""
    found = session.execute(
        select(
            func.count(Job.id).filter(Job.dead_at.is_(None)),
            func.count(Job.dead_at),
            func.min(Job.due_at).filter(Job.dead_at.is_(None), Job.due_at <= now),
        )
    ).one()
    waiting, dead, oldest = found
    return Queue(waiting, dead, round((now - oldest).total_seconds(), 1) if oldest else 0.0)


def retry(session: Session, job_id: int, *, now: datetime) -> Job:
    """Try a dead job again from the start; see `_dead` for what else it may be."""
    job = _dead(session, job_id)
    job.dead_at, job.due_at, job.attempts = None, now, 0
    session.flush()
    record(session, "job.retried", f"job:{job.id}", {"task": job.task}, at=now)
    return job


def drop(session: Session, job_id: int, *, now: datetime) -> None:
    """Forget a dead job: what it was for is not done; see `_dead` for what else it may be."""
    job = _dead(session, job_id)
    session.execute(delete(Job).where(Job.id == job.id))
    record(session, "job.dropped", f"job:{job.id}", {"task": job.task}, at=now)


def _dead(session: Session, job_id: int) -> Job:
    """A job that failed for good, which nobody else decides on meanwhile.

    Raises:
        NoSuchJob: there is none.
        JobLives: it has not failed for good.
    """
    job = session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if job is None:
        raise NoSuchJob(f"there is no job {job_id}", next_step="Look at the list: it may be done.")
    if job.dead_at is None:
        raise JobLives(
            f"the job {job_id} is tried by itself", next_step="Wait until it is done or has failed."
        )
    return job
