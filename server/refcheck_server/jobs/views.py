"""The queue for administrators: as a page, as a file, and for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import Views
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, perform
from refcheck_server.database import current_session
from refcheck_server.fields import Fields
from refcheck_server.jobs import queries
from refcheck_server.jobs.models import Job
from refcheck_server.lists import Filter, Listed, Listing, Sort, has_words
from refcheck_server.moments import spelled
from refcheck_server.two_ways import TwoWays

jobs = Views("jobs", __name__)
jobs_api = Views("jobs_api", __name__, url_prefix="/api/v1")


def told(one: Job) -> dict[str, Any]:
    """One job; `failed` is when it was given up."""
    return {
        "id": one.id,
        "task": one.task,
        "arguments": json.loads(one.arguments),
        "made": spelled(one.made_at),
        "due": spelled(one.due_at),
        "attempts": one.attempts,
        "failed": spelled(one.dead_at),
        "fault": one.fault,
    }


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
    row=told,
    columns=("id", "task", "arguments", "made", "due", "attempts", "failed", "fault"),
)  # fmt: skip


def _jobs(**how: Any) -> Listed[Job]:
    return JOBS.read(select(Job), **how)


@jobs.get("/jobs", Action.SEE_JOBS)
def listed() -> str:
    """What waits, and what failed for good."""
    session, now = current_session(), context().now()
    return render_template("jobs.html", page=_jobs(), queue=queries.look(session, now=now))


JOBS.offer_csv(jobs, "/jobs", Action.SEE_JOBS, _jobs)


@jobs_api.get("/jobs", Action.SEE_JOBS, JOBS.operation(token=True))
def listed_for_programs() -> dict[str, Any]:
    """Background jobs that are not done, and how the queue is."""
    queue = queries.look(current_session(), now=context().now())
    return JOBS.told(_jobs()) | {"queue": asdict(queue)}


def _named(job_id: int, action: Action) -> int:  # noqa: ARG001 - jobs are nobody's own
    return job_id


def _refused(_: int, fault: RefcheckError) -> str:
    raise fault


def _back(_: object) -> Answer:
    return redirect(url_for("jobs.listed"), 303)


on_job = TwoWays(jobs, jobs_api, "/jobs/<number:job_id>", _named, _refused, _back, told)


@on_job.offer("/retry", Action.MANAGE_JOBS)
def retry(job_id: int, _: Fields) -> Job:
    """Try a job that failed for good once more."""
    return perform(queries.retry, job_id)


@on_job.offer(
    "",
    Action.MANAGE_JOBS,
    method="DELETE",
    form="/drop",
    told=lambda job_id: {"id": job_id, "dropped": True},
)
def drop(job_id: int, _: Fields) -> None:
    """Forget a job that failed for good."""
    perform(queries.drop, job_id)
