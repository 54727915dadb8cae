"""The query part of an address, checked."""

from __future__ import annotations

import re

from werkzeug.datastructures import MultiDict

from refcheck_server.errors import RegistryFault
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.results.queries import CloudFilter

_MOST_PAGES = 100_000
_TARGET = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_YES_NO = {"yes": True, "no": False}


class BadArgument(RegistryFault):
    """A value in the query part of the address is not one of those that mean something."""


def page_number(arguments: MultiDict[str, str]) -> int:
    """The page that is asked for, from 1.

    Raises:
        BadArgument: not a page number.
    """
    value = arguments.get("page", "1")
    if value.isascii() and value.isdigit() and len(value) < 7 and 1 <= int(value) <= _MOST_PAGES:
        return int(value)
    raise BadArgument("is not a page number", where="page", next_step=f"Give 1 to {_MOST_PAGES}.")


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
    qualifies = arguments.get("qualifies") or None
    if qualifies is not None and qualifies not in _YES_NO:
        raise BadArgument("is not yes or no", where="qualifies", next_step="Give yes or no.")
    target = arguments.get("target") or None
    if target is not None and not _TARGET.fullmatch(target):
        raise BadArgument("is no program", where="target", next_step="Give one like platform.")
    return CloudFilter(target, guideline_id, None if qualifies is None else _YES_NO[qualifies])
