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

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from refcheck_server.columns import Utc

PAGE_SIZE = 25
MOST_COUNTED = 1000
"""Rows that are counted; a list of more is said to have at least so many."""
_ID = re.compile(r"[0-9a-f]{1,64}")
Row = TypeVar("Row")
Key = tuple[str | datetime, int | str]
"""Sort value and id of a row."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by a column, then by the id; both are in one index."""

    column: InstrumentedAttribute[Any]
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


def page_of(
    session: Session,
    rows: Select[Row],
    order: Order,
    after: Key | None,
    key_of: Callable[[Row], Key],
    *,
    size: int | None = None,
) -> Page[Row]:
    """A page of what `rows` selects. Two statements, each bounded whatever the table holds.

    Args:
        rows: the list with its conditions, in no order.
        order: how it is sorted.
        after: the last row of the page before.
        key_of: the sort value and id of a row.
        size: rows of a page; `PAGE_SIZE` if it is not given.
    """
    most = size or PAGE_SIZE
    counted = select(func.count()).select_from(
        rows.with_only_columns(order.id, maintain_column_froms=True).limit(MOST_COUNTED).subquery()
    )
    total = session.scalar(counted) or 0
    page = rows
    if after is not None:
        here = tuple_(order.column, order.id)
        page = page.where(here < after if order.descending else here > after)
    columns = (order.column, order.id)
    page = page.order_by(*(one.desc() if order.descending else one for one in columns))
    found: Sequence[Row] = session.scalars(page.limit(most + 1)).unique().all()
    more = len(found) > most
    shown = tuple(found[:most])
    return Page(shown, total, cursor(key_of(shown[-1])) if more else None, after is None)


def cursor(key: Key) -> str:
    """A row's place, as it stands in addresses."""
    value, row_id = key
    spelled = value.isoformat() if isinstance(value, datetime) else value
    text = json.dumps([spelled, row_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(text: str, order: Order) -> Key | None:
    """The place that a cursor names in a list of that order; None when it is no cursor of it."""
    try:
        padded = text + "=" * (-len(text) % 4)
        value, row_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")).decode())
    except (ValueError, TypeError, RecursionError):
        return None
    if type(row_id) is not order.id.type.python_type or not isinstance(value, str):
        return None
    if not (0 <= row_id < 2**63 if isinstance(row_id, int) else _ID.fullmatch(row_id)):
        return None
    if isinstance(order.column.type, Utc):
        moment = _moment(value)
        return None if moment is None else (moment, row_id)
    return (value, row_id) if value.isprintable() else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    usual = moment.tzinfo is not None and 2000 < moment.year < 9000
    return moment.astimezone(UTC) if usual else None
