"""Lists in numbered pages: short ones, where people go back and forth.

Clouds and results have other ones, see `refcheck_server.results.paging`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption
from werkzeug.datastructures import MultiDict

from refcheck_server.results.arguments import BadArgument

PAGE_SIZE = 25
_MOST_PAGES = 100_000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class NumberedPage(Generic[Row]):
    """One page of a list; `number` counts from 1."""

    rows: tuple[Row, ...]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // PAGE_SIZE))

    def told(self, name: str, row: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
        """The page for programs: its rows under this name, each as `row` tells it."""
        rows = [row(one) for one in self.rows]
        return {name: rows, "page": self.number, "pages": self.pages, "total": self.total}


def numbered(
    session: Session, query: Select[Row], page: int, *options: ExecutableOption
) -> NumberedPage[Row]:
    """That page of what a query finds, read with these options. Two statements."""
    count = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    rows = query.options(*options).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return NumberedPage(tuple(session.scalars(rows)), page, session.scalar(count) or 0)


def page_number(arguments: MultiDict[str, str], *, most: int = _MOST_PAGES) -> int:
    """The page that is asked for, from 1 to `most`.

    Raises:
        BadArgument: not a page number.
    """
    value = arguments.get("page", "1")
    if value.isascii() and value.isdigit() and len(value) < 7 and 1 <= int(value) <= most:
        return int(value)
    raise BadArgument("is not a page number", where="page", next_step=f"Give 1 to {most}.")
