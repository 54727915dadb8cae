"""Jobs as the interface of programs gives them."""

from __future__ import annotations

import json
from typing import Any

from refcheck_server.jobs.models import Job
from refcheck_server.moments import spelled


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
