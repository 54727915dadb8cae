"""Lists in numbered pages: short ones, where people go back and forth.

Clouds and results have other ones, see `refcheck_server.results.paging`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

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


def page_number(arguments: MultiDict[str, str], *, most: int = _MOST_PAGES) -> int:
    """The page that is asked for, from 1 to `most`.

    Raises:
        BadArgument: not a page number.
    """
    value = arguments.get("page", "1")
    if value.isascii() and value.isdigit() and len(value) < 7 and 1 <= int(value) <= most:
        return int(value)
    raise BadArgument("is not a page number", where="page", next_step=f"Give 1 to {most}.")
