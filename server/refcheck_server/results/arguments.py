"""The query part of an address, checked."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from refcheck_server.errors import RegistryFault
from refcheck_server.results.paging import Key, Order, place_of

_LONGEST_CURSOR = 1000
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
    return yes_or_no(arguments, name) or False


def yes_or_no(arguments: MultiDict[str, str], name: str) -> bool | None:
    """What an argument says; None when it is absent.

    Raises:
        BadArgument: neither yes nor no.
    """
    value = arguments.get(name) or None
    if value is not None and value not in _YES_NO:
        raise BadArgument("is not yes or no", where=name, next_step="Give yes or no.")
    return None if value is None else _YES_NO[value]
