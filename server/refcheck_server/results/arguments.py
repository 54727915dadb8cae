"""The query part of an address, checked."""

from __future__ import annotations

import re

from werkzeug.datastructures import MultiDict

from refcheck_server.errors import RegistryFault
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.results.models import TEXT
from refcheck_server.results.paging import Key, Order, place_of
from refcheck_server.results.queries import CloudFilter, CloudSort

_LONGEST_CURSOR = 1000
_TARGET = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_YES_NO = {"yes": True, "no": False}


class BadArgument(RegistryFault):
    """A value in the query part of the address is not one of those that mean something."""


def place_in(arguments: MultiDict[str, str], order: Order) -> Key | None:
    """Where the page that is asked for begins; None for the first one.

    Raises:
        BadArgument: `after` is no cursor of a list in that order.
    """
    text = arguments.get("after")
    if not text:
        return None
    place = place_of(text, order) if len(text) <= _LONGEST_CURSOR else None
    if place is None:
        raise BadArgument(
            "is no place in this list",
            where="after",
            next_step="Give the `next` of the page before, and the same filter with it.",
        )
    return place


def flag(arguments: MultiDict[str, str], name: str) -> bool:
    """Whether an argument says yes; absent is no.

    Raises:
        BadArgument: neither yes nor no.
    """
    return _yes_or_no(arguments, name) or False


def _yes_or_no(arguments: MultiDict[str, str], name: str) -> bool | None:
    value = arguments.get(name) or None
    if value is not None and value not in _YES_NO:
        raise BadArgument("is not yes or no", where=name, next_step="Give yes or no.")
    return None if value is None else _YES_NO[value]


def cloud_filter(arguments: MultiDict[str, str], guidelines: GuidelineShelf) -> CloudFilter:
    """Which clouds are asked for; an empty value means all.

    Raises:
        BadArgument: a guideline that is not known, or not yes or no.
    """
    guideline_id = arguments.get("guideline") or None
    if guideline_id is not None and guideline_id not in guidelines.ids():
        raise BadArgument(
            "is no guideline known here",
            where="guideline",
            next_step=f"Known are: {', '.join(guidelines.ids())}.",
        )
    qualifies = _yes_or_no(arguments, "qualifies")
    target = arguments.get("target") or None
    if target is not None and not _TARGET.fullmatch(target):
        raise BadArgument("is no program", where="target", next_step="Give one like platform.")
    search = (arguments.get("search") or "").strip().lower() or None
    if search is not None and (len(search) > TEXT or not search.isprintable()):
        raise BadArgument(
            "is no name",
            where="search",
            next_step=f"Give the beginning of a name or digest, {TEXT} characters at most.",
        )
    sort = _sort(arguments.get("sort") or CloudSort.LATEST)
    chosen = CloudFilter(target, guideline_id, qualifies, search, sort)
    if chosen.by_standing and (search is not None or sort is not CloudSort.LATEST):
        raise BadArgument(
            "does not go together with target, guideline or qualifies",
            where="search" if search is not None else "sort",
            next_step="Give one or the other.",
        )
    return chosen


def _sort(value: str) -> CloudSort:
    try:
        return CloudSort(value)
    except ValueError as error:
        raise BadArgument(
            "is no order of this list", where="sort", next_step=f"Give {', '.join(CloudSort)}."
        ) from error
