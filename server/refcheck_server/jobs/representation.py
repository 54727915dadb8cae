"""Jobs as the interface of programs gives them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from refcheck_server.jobs.models import Job
from refcheck_server.jobs.queries import Queue
from refcheck_server.moments import spelled
from refcheck_server.numbered_pages import NumberedPage

HEAD = ("id", "task", "arguments", "made", "due", "attempts", "failed", "fault")


def job(one: Job) -> dict[str, Any]:
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


def job_list(page: NumberedPage[Job], found: Queue) -> dict[str, Any]:
    """One page of jobs, and how the queue is."""
    return {
        "jobs": [job(one) for one in page.rows],
        "page": page.number,
        "pages": page.pages,
        "total": page.total,
        "queue": asdict(found),
    }
