"""The lists of clouds, of the results of one, and of those of an account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from refcheck_server.accounts.guarding import current_principal
from refcheck_server.arguments import YES_NO, BadArgument
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.evidence.views import EVIDENCE
from refcheck_server.lists import Asked, Filter, Listed, Listing, Sort, place
from refcheck_server.publication.capabilities import HELD_WORDS, STATUSES, CapabilityRow
from refcheck_server.publication.clouds import Claim, CloudCard, HistoryRow, card, history
from refcheck_server.publication.listing import SORTED_BY, CloudFilter, CloudSort, list_clouds
from refcheck_server.publication.marks import MarkState, standings_of
from refcheck_server.publication.reports import Report, report
from refcheck_server.results import queries, representation
from refcheck_server.results.models import TEXT, Cloud, StoredResult

_STANDING = ("target", "guideline", "qualifies", "mark")


def _programs() -> tuple[str, ...]:
    return context().guidelines.programs()


def _guidelines() -> tuple[str, ...]:
    return context().guidelines.ids()


CLOUDS = Listing(
    "clouds",
    page="pages.front",
    csv="pages.clouds_as_csv",
    json="api.clouds",
    id=Cloud.id,
    sorts={
        sort: Sort(column, descending=sort is not CloudSort.NAME)
        for sort, column in SORTED_BY.items()
    },
    filters={
        "target": Filter("Program", "A program, like `platform`.", choices=_programs),
        "guideline": Filter(
            "Guideline", "Id of a guideline, like `2020.06`.", choices=_guidelines
        ),
        "qualifies": Filter("Qualifies", "Whether the verdict qualifies.", choices=YES_NO),
        "mark": Filter(
            "Mark", "What became of the mark that was published.", choices=MarkState
        ),
        "search": Filter(
            "Name or digest begins with", "How a name or a digest begins.", longest=TEXT
        ),
    },
    row=representation.cloud_row,
    columns=(
        "label", "digest", "says", "best.title", "best.guideline", "best.as_of", "mark.state",
        "mark.when", "latest_result", "holder",
    ),
)  # fmt: skip
_BY_PROGRAM = {
    "target": Filter(
        "Program", "What the run was for, like `platform`.",
        lambda target: StoredResult.target == target, _programs,
    )
}  # fmt: skip
_OF_A_CLOUD = ("results", "programs")
_RESULT = ("id", "run.ended", "run.target", "run.guideline.id", "says", "run.complete")
RESULTS = Listing(
    "results",
    page="pages.cloud",
    csv="pages.results_as_csv",
    json="api.cloud",
    id=StoredResult.id,
    sorts={
        "shared": Sort(StoredResult.shared_at, descending=True),
        "ended": Sort(StoredResult.ended, descending=True),
    },
    filters=_BY_PROGRAM,
    row=representation.result_in_list,
    columns=(*_RESULT, "account", "decides"),
    anchor="history",
    among=_OF_A_CLOUD,
)
PROGRAMS = Listing(
    "programs",
    page="pages.cloud",
    csv="pages.programs_as_csv",
    json="api.programs",
    sorts={
        "program": Sort("title"),
        "guideline": Sort("guideline"),
        "run": Sort("as_of", descending=True),
    },
    row=representation.standing,
    columns=("target", "title", "guideline", "says", "result", "as_of"),
    anchor="programs",
    among=_OF_A_CLOUD,
)
CAPABILITIES = Listing(
    "capabilities",
    page="pages.result",
    csv="pages.capabilities_as_csv",
    json="api.capabilities",
    sorts={
        "service": Sort("service"),
        "name": Sort("name"),
        "status": Sort("status", descending=True),
        "verdict": Sort("says"),
        "passed": Sort("passed"),
    },
    filters={
        "q": Filter("Capability", "In its name.", "name"),
        "service": Filter("Service", "In the title of the project that provides it.", "service"),
        "status": Filter("Status", "The strongest that it has.", "status", STATUSES),
        "verdict": Filter("Verdict", "Whether it holds.", "says", HELD_WORDS),
    },
    row=representation.capability,
    columns=("service", "name", "status", "says", "passed", "tests", "flagged", "description"),
    anchor="capabilities",
    among=(EVIDENCE.name, "capabilities"),
)
OWN_RESULTS = Listing(
    "results",
    page="pages.own_results",
    csv="pages.own_results_as_csv",
    json="account_api.results",
    id=StoredResult.id,
    sorts={
        "sent": Sort(StoredResult.uploaded_at, descending=True),
        "ended": Sort(StoredResult.ended, descending=True),
    },
    filters=_BY_PROGRAM,
    row=representation.result_in_list,
    columns=(*_RESULT, "cloud.digest", "cloud.label", "shared"),
)


def listed_clouds(size: int | None = None) -> Listed[CloudCard]:
    """Clouds with what stands for them, and what became of the mark that was published for each.

    Filters by what stands, `search` and `sort` do not go together.
    """
    session, now = current_session(), context().now()
    asked, wanted = _wanted(CLOUDS.asked())
    page = list_clouds(session, wanted, place(asked.after, wanted.order), now=now, size=size)
    standings = standings_of(session, page.rows, now=now)
    cards = [card(cloud, standings[cloud.id]) for cloud in page.rows]
    return CLOUDS.shown(page, asked).of(cards)


def _wanted(asked: Asked) -> tuple[Asked, CloudFilter]:
    values = asked.values
    search = values.get("search")
    if search is not None and "sort" not in asked.sorting:
        descending = asked.sorting.get("order") == "desc"
        asked = replace(asked, sort=CloudSort.NAME, descending=descending)
    qualifies, mark = values.get("qualifies"), values.get("mark")
    wanted = CloudFilter(
        values.get("target"),
        values.get("guideline"),
        YES_NO[qualifies] if qualifies else None,
        MarkState(mark) if mark else None,
        search.lower() if search else None,
        CloudSort(asked.sort),
        asked.descending,
    )
    if wanted.by_standing:
        _alone(
            next((name for name in ("search", "sort", "order") if asked.chose(name)), None),
            _STANDING,
        )
    elif search is not None and asked.sort != CloudSort.NAME:
        _alone("sort", ("search",))
    return asked, wanted


def _alone(name: str | None, others: tuple[str, ...]) -> None:
    if name is not None:
        fault = f"does not go together with {', '.join(others)}"
        raise BadArgument(fault, where=name, next_step="Give one or the other.")


def listed_results(digest: str, **how: Any) -> Listed[HistoryRow]:
    """The shared results of a cloud."""
    found = queries.find_cloud(current_session(), digest, reader=current_principal())
    return results_page(found, **how)


def results_page(found: Cloud, **how: Any) -> Listed[HistoryRow]:
    """The same of one that was found."""
    here = {"digest": found.digest}
    return _judged(RESULTS.read(queries.OF_CLOUD, cloud=found.id, here=here, **how))


def listed_programs(digest: str) -> Listed[Claim]:
    """What stands for a cloud, by program."""
    session = current_session()
    found = queries.find_cloud(session, digest, reader=current_principal())
    return programs_page(card(found, standings_of(session, [found], now=context().now())[found.id]))


def programs_page(shown: CloudCard) -> Listed[Claim]:
    """The same of one that was found."""
    return PROGRAMS.take(shown.claims, here={"digest": shown.digest})


def listed_capabilities(result_id: str) -> Listed[CapabilityRow]:
    """The capabilities of a result, over all programs that it was judged for."""
    return capabilities_page(reported(result_id))


def capabilities_page(of: Report) -> Listed[CapabilityRow]:
    """The same of one that was found."""
    rows = (one for service in of.services for one in service.capabilities)
    return CAPABILITIES.take(rows, here={"result_id": of.stored.id})


def reported(result_id: str) -> Report:
    """A result with its verdicts, if whoever asks may see it."""
    session = current_session()
    found = queries.find_result(session, result_id, reader=current_principal(), envelope=True)
    verdicts = queries.verdicts_of(session, [found], documents=True)[found.id]
    return report(found, verdicts, context().guidelines)


def listed_own_results(**how: Any) -> Listed[HistoryRow]:
    """What the account sent, shared or not."""
    account = current_principal().account_id
    return _judged(OWN_RESULTS.read(queries.OF_ACCOUNT, account=account, **how))


def _judged(page: Listed[StoredResult]) -> Listed[HistoryRow]:
    return page.of(history(page.rows, queries.verdicts_of(current_session(), page.rows)))
