"""The queue for administrators: as a page, as a file, and for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from refcheck_server import tables
from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.jobs import queries, representation
from refcheck_server.numbered_pages import page_number

jobs = Blueprint("jobs", __name__)
jobs_api = Blueprint("jobs_api", __name__, url_prefix="/api/v1/jobs")


@jobs.get("/jobs")
@needs(Action.SEE_JOBS)
def listed() -> str:
    """What waits, and what failed for good."""
    session, now = current_session(), context().now()
    return render_template(
        "jobs.html",
        page=queries.list_jobs(session, page_number(request.args)),
        queue=queries.look(session, now=now),
    )


@jobs.get("/jobs.csv")
@needs(Action.SEE_JOBS)
def listed_as_csv() -> Response:
    """The same, whole, for a spreadsheet."""
    rows = [list(representation.job(one).values()) for one in queries.all_jobs(current_session())]
    return tables.as_csv("jobs", representation.HEAD, rows)


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
@describe(Operation(query=("page",), token=True))
def listed_for_programs() -> dict[str, Any]:
    """Background jobs that are not done, those that failed for good first."""
    session = current_session()
    page = queries.list_jobs(session, page_number(request.args))
    return representation.job_list(page, queries.look(session, now=context().now()))


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
