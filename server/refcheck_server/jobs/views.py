"""The queue for administrators: as a page, as a file, and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.jobs import queries, representation
from refcheck_server.jobs.models import Job
from refcheck_server.lists import Filter, Listed, Listing, Sort, has_words

jobs = Blueprint("jobs", __name__)
jobs_api = Blueprint("jobs_api", __name__, url_prefix="/api/v1/jobs")
JOBS = Listing(
    "jobs",
    page="jobs.listed",
    csv="jobs.listed_as_csv",
    json="jobs_api.listed_for_programs",
    id=Job.id,
    sorts={"due": Sort(Job.due_at), "made": Sort(Job.id), "attempts": Sort(Job.attempts)},
    filters={
        "q": Filter(
            "About", "In the task or its arguments.",
            lambda words: has_words(words, Job.task, Job.arguments),
        ),
        "state": Filter(
            "State", "Whether somebody still tries.",
            lambda state: Job.dead_at.is_(None) if state == "waiting" else Job.dead_at.is_not(None),
            ("waiting", "failed"),
        ),
    },
    row=representation.job,
    columns=("id", "task", "arguments", "made", "due", "attempts", "failed", "fault"),
)  # fmt: skip


def _jobs(**how: Any) -> Listed[Job]:
    return JOBS.read(select(Job), **how)


@jobs.get("/jobs")
@needs(Action.SEE_JOBS)
def listed() -> str:
    """What waits, and what failed for good."""
    session, now = current_session(), context().now()
    return render_template("jobs.html", page=_jobs(), queue=queries.look(session, now=now))


JOBS.offer_csv(jobs, "/jobs", Action.SEE_JOBS, _jobs)


@jobs.post("/jobs/<number:job_id>/retry")
@needs(Action.MANAGE_JOBS)
def retry(job_id: int) -> Answer:
    """Try a job that failed for good once more."""
    session = current_session()
    queries.retry(session, job_id, now=context().now())
    session.commit()
    return redirect(url_for("jobs.listed"), 303)


@jobs.post("/jobs/<number:job_id>/drop")
@needs(Action.MANAGE_JOBS)
def drop(job_id: int) -> Answer:
    """Forget a job that failed for good."""
    session = current_session()
    queries.drop(session, job_id, now=context().now())
    session.commit()
    return redirect(url_for("jobs.listed"), 303)


@jobs_api.get("")
@needs(Action.SEE_JOBS)
@describe(JOBS.operation(token=True))
def listed_for_programs() -> dict[str, Any]:
    """Background jobs that are not done, and how the queue is."""
    queue = queries.look(current_session(), now=context().now())
    return JOBS.told(_jobs()) | {"queue": asdict(queue)}


@jobs_api.post("/<number:job_id>/retry")
@needs(Action.MANAGE_JOBS)
@describe(Operation(token=True, refusals=(409,)))
def retry_by_program(job_id: int) -> dict[str, Any]:
    """Try a job that failed for good once more."""
    session = current_session()
    found = queries.retry(session, job_id, now=context().now())
    session.commit()
    return representation.job(found)


@jobs_api.delete("/<number:job_id>")
@needs(Action.MANAGE_JOBS)
@describe(Operation(token=True, refusals=(409,)))
def drop_by_program(job_id: int) -> dict[str, Any]:
    """Forget a job that failed for good."""
    session = current_session()
    queries.drop(session, job_id, now=context().now())
    session.commit()
    return {"id": job_id, "dropped": True}
