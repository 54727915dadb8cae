"""The tables of the board: what waits, and how long each stage takes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func

from refcheck_server.arguments import YES_NO
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.lists import Filter, Listed, Listing, Sort
from refcheck_server.review import representation
from refcheck_server.review.charts import Stage, stages
from refcheck_server.review.flow import Flow, Waiting, flow, open_applications, waiting
from refcheck_server.review.models import Application
from refcheck_server.review.states import OPEN

_TABLES = ("waiting", "stages")
_SUBMITTED = func.coalesce(Application.submitted_at, Application.since)
WAITING = Listing(
    "waiting",
    page="flow.board",
    csv="flow.waiting_as_csv",
    json="flow.waiting",
    id=Application.id,
    sorts={
        "since": Sort(Application.since),
        "submitted": Sort(_SUBMITTED),
        "number": Sort(Application.id),
    },
    filters={
        "state": Filter("State", "How it stands.", lambda state: Application.state == state, OPEN),
        "overdue": Filter(
            "Overdue", "Whether it should have left its state.",
            lambda word: _is_over() if YES_NO[word] else ~_is_over(), YES_NO,
        ),
    },
    row=representation.waiting,
    columns=(
        "application", "vendor", "product", "version", "state", "since", "days", "submitted",
        "days_since_submission", "overdue", "reviewer",
    ),
    anchor="ages",
    among=_TABLES,
)  # fmt: skip
STAGES = Listing(
    "stages",
    page="flow.board",
    csv="flow.stages_as_csv",
    json="flow.stages",
    sorts={
        "way": Sort("number"),
        "days": Sort("days", descending=True),
        "limit": Sort("limit", descending=True),
    },
    row=representation.stage,
    columns=("number", "state", "stage", "open", "days", "limit", "too_long"),
    anchor="where",
    among=_TABLES,
)


def _is_over() -> Any:
    due = Application.due_at
    return and_(due.is_not(None), due <= context().now())


def listed_waiting(**how: Any) -> Listed[Waiting]:
    """The open applications, those first that wait longest."""
    found = WAITING.read(open_applications(), **how)
    return found.of(waiting(one, context().now()) for one in found.rows)


def listed_stages() -> Listed[Stage]:
    """The stages between submission and decision, and how long decided ones were in each."""
    return stages_page(flow(current_session(), now=context().now()))


def stages_page(found: Flow) -> Listed[Stage]:
    """The same of a board that was found."""
    return STAGES.take(stages(found))
