"""How a moment is spelled for programs."""

from __future__ import annotations

from datetime import datetime
from typing import overload


@overload
def spelled(moment: datetime) -> str: ...
@overload
def spelled(moment: datetime | None) -> str | None: ...
def spelled(moment: datetime | None) -> str | None:
    """A moment in UTC as ISO 8601, to the second; None stays None."""
    if moment is None:
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
