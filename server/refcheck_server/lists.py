"""Lists: what each can be asked for is declared once, and its page, CSV and JSON come from that.

A list is narrowed by its `filters`, sorted by its `sorts` in either direction, and read in pages by
keyset (`refcheck_server.paging`). One whose rows are few and worked out, rather than kept, is one
page: its sorts and filters name what is told of a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any, TypeVar

from flask import Blueprint, Response, request, url_for
from sqlalchemy import ColumnElement, Select, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from refcheck_server import tables
from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.addresses import for_machines
from refcheck_server.arguments import BadArgument
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.paging import Key, Order, Page, PagedList, place_of

MOST_ROWS = 1000
"""Of a file, which goes on where its header `X-Next` says."""
Row = TypeVar("Row")
Column = ColumnElement[Any] | InstrumentedAttribute[Any]
Read = Callable[..., "Listed[Any]"]
_LONGEST_CURSOR = 2500
_DIRECTIONS = ("asc", "desc")


@dataclass(frozen=True, slots=True)
class Sort:
    """What to sort by, and whether downwards if nobody says; that can depend on the filters.

    It is a column, or of rows that are in memory the path of something that is told of each.
    """

    by: Column | str
    descending: bool | Callable[[Mapping[str, str]], bool] = False


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list; an empty value takes all.

    Attributes:
        label: its name in forms.
        about: what it is, for programs.
        where: the condition for a value; of rows in memory the path of what must be that value, or
            have it as a part if it is free text. None where the list is read in its own way.
        choices: its values, or how they are found; without any it is free text.
        longest: so many characters of text.
    """

    label: str
    about: str
    where: Callable[[str], ColumnElement[bool]] | str | None = None
    choices: Iterable[str] | Callable[[], Iterable[str]] = ()
    longest: int = 100

    @property
    def words(self) -> tuple[str, ...]:
        """Its values, at present."""
        return tuple(self.choices if isinstance(self.choices, Iterable) else self.choices())

    @property
    def schema(self) -> dict[str, Any]:
        """It as a parameter; values that depend on the registry are left open."""
        if isinstance(self.choices, Iterable) and self.words:
            return {"description": self.about, "enum": [str(one) for one in self.words]}
        return {"description": self.about, "type": "string", "maxLength": self.longest}

    def read(self, name: str, text: str) -> str:
        """The value that a text stands for.

        Raises:
            BadArgument: none.
        """
        value, words = text.strip(), self.words
        if len(value) > self.longest or not value.isprintable():
            step = f"Give plain text of {self.longest} characters at most."
            raise BadArgument("is no text to look for", where=name, next_step=step)
        return value if not words else one_of(words, name, value)

    def takes(self, told: Mapping[str, Any], value: str) -> bool:
        """Whether a row that is in memory is left by a value."""
        seen = str(tables.at(told, str(self.where)))
        return seen == value if self.words else value.lower() in seen.lower()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of a list.

    Attributes:
        values: of the filters, by name, without those that take all.
        sort, descending: by which of its sorts, and how.
        sorting: the arguments that said so.
        after: the cursor of the page.
    """

    values: Mapping[str, str]
    sort: str
    descending: bool
    sorting: Mapping[str, str]
    after: str | None

    def chose(self, name: str) -> bool:
        """Whether something was said of this filter, or of the `sort` or the `order`."""
        return name in self.values or name in self.sorting


@dataclass(frozen=True, slots=True)
class Listed(Page[Row]):
    """A page of a list and what was asked, for templates; `here` names whose list it is."""

    listing: Listing
    asked: Asked
    here: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be there either if nothing was asked."""
        return not self.rows and self.begins and not self.asked.values

    @property
    def whole(self) -> str:
        """The address of this list as it is if nobody asks anything of it."""
        return url_for(self.listing.page, _anchor=self.listing.anchor, **self.here)

    def address(self, **more: Any) -> str:
        """Its address as it is narrowed and sorted."""
        return self._way(
            self.listing.page, _anchor=self.listing.anchor, **self.listing.called, **more
        )

    @property
    def csv(self) -> str:
        """The address of the same as a file."""
        return self._way(self.listing.csv)

    @property
    def json(self) -> str:
        """The address of the same for programs."""
        return self._way(self.listing.json)

    def _way(self, endpoint: str, **more: Any) -> str:
        return url_for(endpoint, **{**self.here, **self.asked.values, **self.asked.sorting, **more})

    def sorted_by(self, sort: str) -> str:
        """The address of it sorted so: the other way round, if it is already."""
        descending = self.listing.descends(sort, self.asked.values)
        if sort == self.asked.sort:
            descending = not self.asked.descending
        return self.address(sort=sort, order=_DIRECTIONS[descending])

    def of(self, rows: Iterable[Any]) -> Listed[Any]:
        """The same page with what was made of its rows."""
        return replace(self, rows=tuple(rows))


@dataclass(frozen=True, eq=False)
class Listing:
    """A list.

    Attributes:
        name: of its rows, in JSON and for the file.
        page, csv, json: its endpoints.
        sorts: by name; the first one is for those who name none.
        row: a row for programs.
        columns: of the file, as paths into that.
        id: a column in which no two rows are alike; None where the rows are in memory.
        filters: by name.
        anchor: where on its page it is, if there is more.
        among: the names of all lists of its page, if there are several: `list` says there which one
            is asked, the first if it is not given.
    """

    name: str
    page: str
    csv: str
    json: str
    sorts: Mapping[str, Sort]
    row: Callable[[Any], dict[str, Any]]
    columns: tuple[str, ...]
    id: InstrumentedAttribute[Any] | None = None
    filters: Mapping[str, Filter] = field(default_factory=dict)
    anchor: str | None = None
    among: tuple[str, ...] = ()

    @property
    def called(self) -> dict[str, str]:
        """What its page must be told beside what is asked of it."""
        return {"list": self.name} if self.name in self.among[1:] else {}

    def operation(self, *, token: bool | None) -> Operation:
        """Its JSON, for the description; `token` as there."""
        asked = {name: one.schema for name, one in self.filters.items()}
        asked["sort"] = {"description": "What it is sorted by.", "enum": list(self.sorts)}
        asked["order"] = {"description": "In which direction.", "enum": list(_DIRECTIONS)}
        return Operation(query=self._paging, asked=asked, token=token)

    def asked(self) -> Asked:
        """What the request being served asks.

        Raises:
            BadArgument: what this list cannot be asked; for programs also what it does not know.
        """
        given: Mapping[str, str] = request.args
        known = [*self.filters, "sort", "order", *self._paging]
        if for_machines():
            for name in given:
                one_of(known, name, name, "is nothing that this list can be asked")
        elif self.among and request.endpoint != self.csv:
            wanted = one_of(self.among, "list", given.get("list") or self.among[0])
            given = given if wanted == self.name else {}
        said = {name: one for name, one in self.filters.items() if given.get(name)}
        values = {name: one.read(name, given[name]) for name, one in said.items()}
        values = {name: value for name, value in values.items() if value}
        sorting = {name: given[name] for name in ("sort", "order") if given.get(name)}
        sort = one_of(self.sorts, "sort", sorting.get("sort") or next(iter(self.sorts)))
        order = sorting.get("order") or _DIRECTIONS[self.descends(sort, values)]
        descending = one_of(_DIRECTIONS, "order", order) == "desc"
        return Asked(values, sort, descending, sorting, given.get("after"))

    def descends(self, sort: str, values: Mapping[str, str]) -> bool:
        """Whether it is sorted downwards by this if nobody says."""
        usual = self.sorts[sort].descending
        return usual(values) if callable(usual) else usual

    def read(
        self,
        rows: Select[*tuple[Any, ...]],
        *,
        size: int | None = None,
        here: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> Listed[Any]:
        """The page of these rows that the request being served asks for. One statement.

        Args:
            rows: all that whoever asks may see; keep it where many ask.
            size: how many at most, if not as many as a page has.
            here: what its address says of whose list it is.
            values: what conditions of `rows` name.
        """
        asked = self.asked()
        for name, value in asked.values.items():
            where = self.filters[name].where
            rows = rows.where(where(value)) if callable(where) else rows
        paged = _paged(self, rows, asked.sort, asked.descending)
        after = place(asked.after, paged.order)
        return self.shown(paged.page(current_session(), after, size=size, **values), asked, here)

    def take(self, rows: Iterable[Any], *, here: Mapping[str, Any] | None = None) -> Listed[Any]:
        """The same of rows that are in memory: all that are left are one page."""
        asked = self.asked()
        pairs = [(self.row(one), one) for one in rows]
        for name, value in asked.values.items():
            pairs = [pair for pair in pairs if self.filters[name].takes(pair[0], value)]
        pairs.sort(key=partial(_rank, str(self.sorts[asked.sort].by)))
        left = tuple(one for _, one in (reversed(pairs) if asked.descending else pairs))
        return self.shown(Page(left, len(left), None, begins=True), asked, here)

    def shown(
        self, page: Page[Any], asked: Asked, here: Mapping[str, Any] | None = None
    ) -> Listed[Any]:
        """A page that was read in another way than by `read`."""
        return Listed(page.rows, page.total, page.next, page.begins, self, asked, here or {})

    def told(self, page: Listed[Any]) -> dict[str, Any]:
        """A page for programs: `next` is the `after` of the page that follows."""
        rows = [self.row(one) for one in page.rows]
        return {self.name: rows, "total": page.total, "counted": page.counted, "next": page.next}

    def offer_csv(self, blueprint: Blueprint, rule: str, action: Action, read: Read) -> None:
        """Offer what `read` reads as a file; with `size` if paged, by what the address names."""

        def file(**names: Any) -> Response:
            most = {} if self.id is None else {"size": MOST_ROWS}
            page = read(**most, **names)
            rows = [self.row(one) for one in page.rows]
            return tables.as_csv(self.name, self.columns, rows, next_place=page.next)

        blueprint.add_url_rule(f"{rule}.csv", _own(self.csv), needs(action)(file))

    def offer_json(
        self, blueprint: Blueprint, rule: str, action: Action, read: Read, *, token: bool | None
    ) -> None:
        """Offer the same to programs, with its docstring."""

        def document(**names: Any) -> dict[str, Any]:
            return self.told(read(**names))

        document.__doc__ = read.__doc__
        view = needs(action)(describe(self.operation(token=token))(document))
        blueprint.add_url_rule(rule, _own(self.json), view)

    @property
    def _paging(self) -> tuple[str, ...]:
        return () if self.id is None else ("after",)


def place(after: str | None, order: Order) -> Key | None:
    """Where a page begins; None for the first one.

    Raises:
        BadArgument: `after` is no cursor of a list in that order.
    """
    if not after:
        return None
    found = place_of(after, order) if len(after) <= _LONGEST_CURSOR else None
    if found is None:
        raise BadArgument(
            "is no place in this list",
            where="after",
            next_step="Give the `next` of the page before, and the same filter with it.",
        )
    return found


def one_of(
    words: Iterable[str], name: str, value: str, fault: str = "is none of its values"
) -> str:
    """A value that must be one of these; an empty one is, too.

    Raises:
        BadArgument: it is none.
    """
    if value and value not in words:
        raise BadArgument(fault, where=name, next_step=f"There is {', '.join(words)}.")
    return value


def has_words(words: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether these words are in one of the columns, whatever the capitals."""
    return or_(*(func.lower(one).contains(words.lower(), autoescape=True) for one in columns))


@lru_cache(maxsize=256)
def _paged(listing: Listing, rows: Select[Any], sort: str, descending: bool) -> PagedList[Any]:  # noqa: FBT001
    """Put together once for lists whose rows are kept, and that nobody narrows."""
    column, id_column = listing.sorts[sort].by, listing.id
    assert id_column is not None  # noqa: S101 - nor is the column a path: the rows are stored
    assert not isinstance(column, str)  # noqa: S101
    return PagedList(rows, Order(column, id_column, descending))


def _rank(path: str, pair: tuple[Mapping[str, Any], Any]) -> tuple[bool, Any]:
    """By what a row is sorted in memory: what is not there comes first, capitals do not count."""
    value = tables.at(pair[0], path)
    return value is not None, value.lower() if isinstance(value, str) else value or 0


def _own(endpoint: str) -> str:
    return endpoint.partition(".")[2]
