"""The tables of one application: its files, the tests in its way, and what is not as it was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager

from refcheck_server.database import current_session
from refcheck_server.evidence.models import Attachment
from refcheck_server.evidence.views import BY_NAME, FILE_SORTS
from refcheck_server.lists import Filter, Listed, Listing, Sort
from refcheck_server.review import representation
from refcheck_server.review.arguments import visible_application
from refcheck_server.review.differences import Difference, difference, last_approved
from refcheck_server.review.histories import Histories, TestHistory, histories
from refcheck_server.review.judging import ApplicationVerdict
from refcheck_server.review.models import Application

_PAGE = "applications.application"
_TABLES = ("files", "tests", "changes")
_JUDGED, _BESIDE = "judged", "beside the result"
FILES = Listing(
    "files",
    page=_PAGE,
    csv="applications.files_as_csv",
    json="applications_api.files",
    id=Attachment.id,
    sorts=FILE_SORTS,
    filters={
        "q": BY_NAME,
        "kind": Filter(
            "What it is", "Whether it is judged.",
            lambda kind: Attachment.application_id.is_not(None)
            if kind == _JUDGED
            else Attachment.application_id.is_(None),
            (_JUDGED, _BESIDE),
        ),
    },
    row=representation.file,
    columns=("name", "judged", "size", "attached", "sha256", "url"),
    anchor="checks",
    among=_TABLES,
)  # fmt: skip
TESTS = Listing(
    "tests",
    page=_PAGE,
    csv="applications.tests_as_csv",
    json="applications_api.tests",
    sorts={
        "capability": Sort("capability"),
        "test": Sort("name"),
        "steadiness": Sort("steadiness"),
    },
    filters={
        "q": Filter("Test", "In its name.", "name"),
        "capability": Filter("Capability", "In the name of its capability.", "capability"),
    },
    row=representation.history,
    columns=("test", "name", "capability", "reason", "runs", "steadiness"),
    anchor="histories",
    among=_TABLES,
)
CHANGES = Listing(
    "changes",
    page=_PAGE,
    csv="applications.changes_as_csv",
    json="applications_api.changes",
    sorts={"what": Sort("what")},
    row=representation.changed,
    columns=("what", "before", "now"),
    anchor="difference",
    among=_TABLES,
)


def listed_files(application_id: int, **how: Any) -> Listed[Attachment]:
    """The files of an application, and those beside its result that everyone may see."""
    return files_page(visible_application(application_id), **how)


def files_page(found: Application, **how: Any) -> Listed[Attachment]:
    """The same of one that was found."""
    return FILES.read(_files(found), here=_here(found), **how)


def _files(found: Application) -> Select[Attachment]:
    whose = [Attachment.application_id == found.id]
    if found.result.shared_at is not None:
        whose.append(Attachment.result_id == found.result_id)
    eager = contains_eager(Attachment.blob)
    return select(Attachment).join(Attachment.blob).where(or_(*whose)).options(eager)


def listed_tests(application_id: int) -> Listed[TestHistory]:
    """The tests in the way of an application, and how they came out in the last runs."""
    found = visible_application(application_id, verdict=True)
    return tests_page(found, histories(current_session(), found, ApplicationVerdict.of(found)))


def tests_page(found: Application, past: Histories) -> Listed[TestHistory]:
    """The same of those that were found."""
    return TESTS.take(past.tests, here=_here(found))


def listed_changes(application_id: int) -> Listed[tuple[str, str, str]]:
    """What an application is about, and the one that was approved last was not."""
    found = visible_application(application_id, verdict=True)
    before = last_approved(current_session(), found)
    if before is None:
        return changes_page(found, None)
    return changes_page(found, difference(before, found, ApplicationVerdict.of(found)))


def changes_page(found: Application, change: Difference | None) -> Listed[tuple[str, str, str]]:
    """The same of those that were found."""
    return CHANGES.take(change.facts if change else (), here=_here(found))


def _here(found: Application) -> dict[str, int]:
    return {"application_id": found.id}
