"""The query part of an address, checked."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from refcheck_server.errors import RegistryFault

YES_NO = {"yes": True, "no": False}


class BadArgument(RegistryFault):
    """A value in the query part of the address is not one of those that mean something."""


def flag(arguments: MultiDict[str, str], name: str) -> bool:
    """Whether an argument says yes; absent is no.

    Raises:
        BadArgument: neither yes nor no.
    """
    value = arguments.get(name) or "no"
    if value not in YES_NO:
        raise BadArgument("is not yes or no", where=name, next_step="Give yes or no.")
    return YES_NO[value]


def page_number(arguments: MultiDict[str, str], *, most: int) -> int:
    """The page that is asked for, from 1 to `most`.

    Raises:
        BadArgument: not a page number.
    """
    value = arguments.get("page", "1")
    if value.isascii() and value.isdigit() and len(value) < 7 and 1 <= int(value) <= most:
        return int(value)
    raise BadArgument("is not a page number", where="page", next_step=f"Give 1 to {most}.")
