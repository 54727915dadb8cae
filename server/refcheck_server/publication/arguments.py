"""Which clouds the query part of an address asks for."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.publication.listing import CloudFilter, CloudSort
from refcheck_server.publication.marks import MarkState
from refcheck_server.results.arguments import BadArgument, yes_or_no
from refcheck_server.results.models import TEXT

FILTERS = ("target", "guideline", "qualifies", "mark", "search", "sort")
_TARGET = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
Word = TypeVar("Word", bound=StrEnum)


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
    qualifies = yes_or_no(arguments, "qualifies")
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
    sort = _word(CloudSort, arguments.get("sort"), "sort") or CloudSort.LATEST
    mark = _word(MarkState, arguments.get("mark"), "mark")
    chosen = CloudFilter(target, guideline_id, qualifies, mark, search, sort)
    if chosen.by_standing and (search is not None or sort is not CloudSort.LATEST):
        raise BadArgument(
            "does not go together with target, guideline, qualifies or mark",
            where="search" if search is not None else "sort",
            next_step="Give one or the other.",
        )
    return chosen


def _word(words: type[Word], value: str | None, name: str) -> Word | None:
    try:
        return words(value) if value else None
    except ValueError as error:
        raise BadArgument(
            "is not one of its values", where=name, next_step=f"Give {', '.join(words)}."
        ) from error
