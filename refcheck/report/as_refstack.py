"""RefStack's result JSON, version 1: the tests that passed, and nothing else.

Source: what `POST /v1/results` of a RefStack server takes.
"""

from __future__ import annotations

import json

from refcheck.report.story import Story
from refcheck.result.outcome import Outcome


def render(story: Story) -> bytes:
    """The document; `cpid` is the stable digest of the cloud's catalogue."""
    seconds = sum((one.ended - one.began).total_seconds() for one in story.sessions)
    document = {
        "cpid": story.result.cloud,
        "duration_seconds": round(seconds),
        "results": [
            {"name": one.name, "uuid": one.id} if one.id else {"name": one.name}
            for one in story.result.outcomes
            if one.outcome is Outcome.PASSED
        ],
    }
    return json.dumps(document, indent=2).encode() + b"\n"
