"""The board of the reviews: a page of charts, and the same numbers for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.moments import spelled
from refcheck_server.review import charts, representation
from refcheck_server.review.flow import WEEKS, Spread
from refcheck_server.review.flow import flow as measured
from refcheck_server.review.flow_lists import (
    STAGES,
    WAITING,
    listed_stages,
    listed_waiting,
    stages_page,
)

flow = Blueprint("flow", __name__)


@flow.get("/flow")
@needs(Action.SEE_FLOW)
def board() -> str:
    """What is under way, how long decisions take, and where the time goes."""
    found = measured(current_session(), now=context().now())
    return render_template(
        "flow.html",
        flow=found,
        stages=charts.stages(found),
        stages_listed=stages_page(found),
        waiting=listed_waiting(),
        ages=charts.ages(found),
        decisions=charts.decisions(found),
        weeks=charts.weeks(found),
        span=WEEKS,
    )


WAITING.offer_csv(flow, "/flow/waiting", Action.SEE_FLOW, listed_waiting)
WAITING.offer_json(flow, "/api/v1/flow/waiting", Action.SEE_FLOW, listed_waiting, token=True)
STAGES.offer_csv(flow, "/flow/stages", Action.SEE_FLOW, listed_stages)
STAGES.offer_json(flow, "/api/v1/flow/stages", Action.SEE_FLOW, listed_stages, token=True)


@flow.get("/api/v1/flow")
@needs(Action.SEE_FLOW)
@describe(Operation(token=True))
def numbers() -> dict[str, Any]:
    """How applications flow: work in progress, lead and cycle times in days, weeks."""
    found = measured(current_session(), now=context().now())
    return {
        "in_progress": {state.value: count for state, count in found.in_progress.items()},
        "waiting": [representation.waiting(one) for one in found.waiting],
        "weeks": [
            {
                "begins": spelled(one.begins),
                "submitted": one.submitted,
                "decided": one.decided,
            }
            for one in found.weeks
        ],
        "decided": len(found.decided),
        "lead": _spread(found.lead),
        "cycle": _spread(found.cycle),
        "days_by_stage": {state.value: round(days, 2) for state, days in found.stages.items()},
    }


def _spread(one: Spread | None) -> dict[str, float] | None:
    return None if one is None else {"median": round(one.middle, 2), "p85": round(one.late, 2)}
