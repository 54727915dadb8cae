"""Pages of lists by keyset: where a page begins is said by the last row of the one before.

So the thousandth page costs what the first one does, and rows that come in meanwhile move nothing.
A cursor is the sort value and the id of a row, written so that it can be checked when it comes
back; it is no secret and gives no right.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select, tuple_
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import InstrumentedAttribute, Session

from refcheck_server.columns import Utc

PAGE_SIZE = 25
MOST_COUNTED = 1000
"""Rows that are counted; a list of more is said to have at least so many."""
_ID = re.compile(r"[0-9a-f]{1,64}")
Row = TypeVar("Row")
Key = tuple[str | int | datetime, int | str]
"""Sort value and id of a row."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by a column that is never empty, then by the id.

    Where the list can be long, both are in one index.
    """

    column: ColumnElement[Any] | InstrumentedAttribute[Any]
    id: InstrumentedAttribute[Any]
    descending: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list.

    Attributes:
        total: how many rows the list has, counted up to `MOST_COUNTED`.
        next: cursor of the page after it; None at the end.
        begins: whether it is the first page.
    """

    rows: tuple[Row, ...]
    total: int
    next: str | None
    begins: bool

    @property
    def counted(self) -> bool:
        """Whether `total` is all of them."""
        return self.total < MOST_COUNTED


class PagedList(Generic[Row]):
    """A list that pages are read of; its statements are put together once, so keep it.

    Args:
        rows: the list with its conditions, in no order.
        order: how it is sorted.
    """

    def __init__(self, rows: Select[*tuple[Any, ...]], order: Order) -> None:
        self.order = order
        some = rows.with_only_columns(order.id, maintain_column_froms=True)
        bounded = some.limit(bindparam("most_counted")).subquery()
        self._counting: Select[int] = select(func.count()).select_from(bounded)
        place = {"value": order.column, "id": order.id}
        if order.column is order.id:
            del place["value"]
        columns = tuple(place.values())
        self._first = (
            rows.add_columns(
                order.column.label("place_value"),
                order.id.label("place_id"),
                self._counting.scalar_subquery(),
            )
            .order_by(*(one.desc() if order.descending else one.asc() for one in columns))
            .limit(bindparam("most"))
        )
        here = tuple_(*columns)
        last = tuple_(*(bindparam(f"after_{name}", type_=one.type) for name, one in place.items()))
        self._later = self._first.where(here < last if order.descending else here > last)

    def page(
        self, session: Session, after: Key | None, *, size: int | None = None, **values: Any
    ) -> Page[Row]:
        """A page of it: see `read`.

        Args:
            session: on the database.
            after: the last row of the page before.
            size: rows of a page; `PAGE_SIZE` if it is not given.
            values: what the conditions of the list name.
        """
        most = size or PAGE_SIZE
        found, total = self.read(session, after, most + 1, **values)
        page = page_of(found, total, most, after, lambda row: (row.place_value, row.place_id))
        return Page(tuple(row[0] for row in page.rows), page.total, page.next, page.begins)

    def read(
        self, session: Session, after: Key | None, most: int, **values: Any
    ) -> tuple[Sequence[SqlRow[*tuple[Any, ...]]], int]:
        """At most so many rows from a place on, and how many the list has, up to `MOST_COUNTED`.

        One statement, or two beyond the end; each bounded whatever the table holds.
        """
        given = {**values, "most": most, "most_counted": MOST_COUNTED}
        if after is None:
            found = session.execute(self._first, given).all()
        else:
            place = {"after_value": after[0], "after_id": after[1]}
            found = session.execute(self._later, {**given, **place}).all()
        if found or after is None:
            return found, found[0][-1] if found else 0
        return found, session.scalar(self._counting, given) or 0


def page_of(
    found: Sequence[Row], total: int, most: int, after: Key | None, key_of: Callable[[Row], Key]
) -> Page[Row]:
    """The page of these rows, of which there is one more than it holds if another one follows."""
    shown = tuple(found[:most])
    following = cursor(key_of(shown[-1])) if len(found) > most else None
    return Page(shown, total, following, after is None)


def cursor(key: Key) -> str:
    """A row's place, as it stands in addresses."""
    value, row_id = key
    spelled = value.isoformat() if isinstance(value, datetime) else value
    text = json.dumps([spelled, row_id], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(text: str, order: Order) -> Key | None:
    """The place that a cursor names in a list of that order; None when it is no cursor of it."""
    try:
        padded = text + "=" * (-len(text) % 4)
        value, row_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")).decode())
    except (ValueError, TypeError, RecursionError):
        return None
    if type(row_id) is not order.id.type.python_type:
        return None
    if not (0 <= row_id < 2**31 if isinstance(row_id, int) else _ID.fullmatch(row_id)):
        return None
    if isinstance(order.column.type, Utc):
        value = _moment(value)
    elif isinstance(order.column.type, Integer):
        value = value if type(value) is int and 0 <= value < 2**31 else None
    elif not isinstance(value, str) or not value.isprintable():
        value = None
    return None if value is None else (value, row_id)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    usual = moment.tzinfo is not None and 2000 < moment.year < 9000
    return moment.astimezone(UTC) if usual else None
