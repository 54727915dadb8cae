"""What `doctor` and `plan` found, as plain values."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from refcheck.plugin.outlook import Outlook
from refcheck.plugin.planning import Planner


def as_document(outlook: Outlook, planner: Planner) -> dict[str, Any]:
    """The part that both commands tell."""
    site, access = outlook.site, outlook.cloud.access
    stopped = [one for one in outlook.forecasts if one.obstacle]
    return {
        "cloud": outlook.cloud.name,
        "guideline": {"id": outlook.guideline.id, "sha256": outlook.guideline.sha256},
        "target": outlook.question.target,
        "user": {"id": access.user_id, "name": access.username, "roles": access.role_names},
        "project": {"id": access.project_id, "name": access.project_name},
        "identities": outlook.others.to_json(),
        "facts": site.facts.to_json(),
        "services": {
            "absent": sorted(site.absent),
            "troubled": {kind: asdict(trouble) for kind, trouble in site.troubled.items()},
        },
        "features": sorted(site.features or ()),
        "extensions": sorted(site.extensions or ()),
        "seconds_an_answer_takes": round(site.latency, 4),
        "quotas": {
            "rooms": {
                kind: {**asdict(room), "free": room.free, "half": site.quotas.half(kind)}
                for kind, room in site.quotas.rooms.items()
            },
            "untold": dict(site.quotas.untold),
        },
        "tests": {
            "selected": len(outlook.forecasts),
            "decidable": len(outlook.forecasts) - len(stopped),
            "by_outcome": dict(Counter(o.obstacle.outcome.value for o in stopped if o.obstacle)),
            "components": {
                name: {"tests": len(tests), "decidable": sum(not one.obstacle for one in tests)}
                for name, tests in outlook.by_component().items()
            },
            "not_decidable": [
                {"id": one.test.id, "name": one.test.name, **asdict(one.obstacle)}
                for one in stopped
                if one.obstacle
            ],
        },
        "expected": [asdict(planner.expectation(workers)) for workers in (1, 2, 4)],
    }
