"""The list of clouds: which to show, and in which order.

What was approved counts in a filter as on the page of its cloud: where it says more than the runs
do, it takes their place.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from refcheck_server import paging
from refcheck_server.paging import Key, Order, Page, PagedList
from refcheck_server.publication.approvals import Filter, Place, approvals_beside
from refcheck_server.publication.marks import MarkState
from refcheck_server.results.models import ANY_PROGRAM, Cloud, Standing
from refcheck_server.results.queries import some_of

_AFTER_ALL = "\U0010ffff"
"""Sorts after every other letter."""
_HIDDEN_AT_ONCE = 200
"""Places that are read beside those of a page, in case that so many of them are hidden."""


class CloudSort(StrEnum):
    """How the clouds may be sorted; a list that is filtered goes by the run that decided."""

    LATEST = "latest"
    FIRST_SEEN = "first-seen"
    NAME = "name"


SORTED_BY = {
    CloudSort.LATEST: Cloud.latest_at,
    CloudSort.FIRST_SEEN: Cloud.first_seen,
    CloudSort.NAME: Cloud.search,
}


@dataclass(frozen=True, slots=True)
class CloudFilter:
    """Which clouds to list; None takes all.

    Attributes:
        target: only clouds for which something stands for this program; without it the other
            three are about what says most.
        guideline_id: ... under this guideline.
        qualifies: ... that qualifies (True), or does not (False).
        mark: ... of which a mark was published, and this became of it.
        search: only clouds whose name, or digest, begins so.
        sort, descending: how a list that is not filtered by what stands is sorted.
    """

    target: str | None = None
    guideline_id: str | None = None
    qualifies: bool | None = None
    mark: MarkState | None = None
    search: str | None = None
    sort: CloudSort = CloudSort.LATEST
    descending: bool = True

    @property
    def by_standing(self) -> bool:
        """Whether it asks for what stands."""
        chosen = (self.target, self.guideline_id, self.qualifies, self.mark)
        return chosen != (None, None, None, None)

    @property
    def order(self) -> Order:
        """How the list is sorted: by what an index has for these conditions."""
        return self.rows.order

    @property
    def rows(self) -> PagedList[Any]:
        """The list, as far as the database knows it: without what was approved."""
        if self.by_standing:
            return _of_runs(self.guideline_id is not None, self.qualifies is not None)
        return _plain(self.sort, self.descending, self.search is not None)


def list_clouds(
    session: Session,
    wanted: CloudFilter,
    after: Key | None,
    *,
    now: datetime,
    size: int | None = None,
) -> Page[Cloud]:
    """Clouds that someone shared a result of. Three statements, or four when a mark has changed."""
    if wanted.by_standing:
        return _page_by_standing(session, wanted, after, now, size or paging.PAGE_SIZE)
    begin = wanted.search or ""
    return wanted.rows.page(session, after, size=size, begin=begin, end=begin + _AFTER_ALL)


@cache
def _plain(sort: CloudSort, descending: bool, searched: bool) -> PagedList[Cloud]:  # noqa: FBT001
    rows = select(Cloud).where(Cloud.latest_at.is_not(None)).options(joinedload(Cloud.holder))
    if searched:
        rows = rows.where(Cloud.search >= bindparam("begin"), Cloud.search < bindparam("end"))
    return PagedList(rows, Order(SORTED_BY[sort], Cloud.id, descending))


@cache
def _of_runs(by_guideline: bool, by_qualifies: bool) -> PagedList[Any]:  # noqa: FBT001 - keys
    rows = select(Standing.ended, Standing.cloud_id).where(Standing.target == bindparam("program"))
    if by_guideline:
        rows = rows.where(Standing.guideline_id == bindparam("guideline"))
    if by_qualifies:
        rows = rows.where(Standing.qualifies == bindparam("qualifies"))
    return PagedList(rows, Order(Standing.ended, Standing.cloud_id, descending=True))


@cache
def _clouds() -> Select[Cloud]:
    return select(Cloud).where(Cloud.id.in_(some_of("clouds"))).options(joinedload(Cloud.holder))


def _places_of_runs(
    session: Session, wanted: CloudFilter, after: Key | None, hidden: AbstractSet[int], most: int
) -> tuple[list[Place], int]:
    """At least the next places of a list without what is hidden, and how long it is with that.

    One statement, and more only where clouds that are hidden stand close together.
    """
    places: list[Place] = []
    total, at_once, more = 0, most + min(len(hidden), _HIDDEN_AT_ONCE), True
    while more and len(places) < most:
        rows, total = wanted.rows.read(
            session,
            after,
            at_once,
            program=wanted.target or ANY_PROGRAM,
            guideline=wanted.guideline_id,
            qualifies=wanted.qualifies,
        )
        places += [(row.ended, row.cloud_id) for row in rows if row.cloud_id not in hidden]
        more = len(rows) == at_once
        if more:
            after, at_once = (rows[-1].ended, rows[-1].cloud_id), 4 * at_once
    return places, total


def _page_by_standing(
    session: Session, wanted: CloudFilter, after: Key | None, now: datetime, size: int
) -> Page[Cloud]:
    program = wanted.target or ANY_PROGRAM
    by = Filter(wanted.guideline_id, wanted.qualifies, wanted.mark)
    approved = approvals_beside(session, program, by, now=now)
    places: list[Place] = []
    total = 0
    if wanted.mark is None:
        places, total = _places_of_runs(session, wanted, after, approved.hidden, size + 1)
    following = (one for one in approved.places if after is None or one < after)
    places = sorted([*places, *islice(following, size + 1)], reverse=True)
    if total < paging.MOST_COUNTED:  # else there are more than anybody counts
        total += len(approved.places) - len(approved.hidden)
        total = min(total, paging.MOST_COUNTED)
    page = paging.page_of(places, total, size, after, lambda place: place)
    ids = [cloud_id for _, cloud_id in page.rows]
    clouds = {cloud.id: cloud for cloud in session.scalars(_clouds(), {"clouds": ids})}
    return Page(tuple(clouds[one] for one in ids), total, page.next, page.begins)
