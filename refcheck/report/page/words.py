"""Numbers and names as the page writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds(time: float) -> str:
    """A duration for people: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min`."""
    if time < 9.95:
        return f"{time:.1f} s"
    whole = round(time)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def number(count: int, one: str, several: str = "") -> str:
    """`1 test`, `3 tests`; the plural is with an s unless it is given."""
    return f"{count} {one}" if count == 1 else f"{count} {several or one + 's'}"


def day(time: datetime) -> str:
    """A moment to the minute, UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def cut(text: str, limit: int) -> str:
    """A text, shortened with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 2] + " …"


def anchor(place: int) -> str:
    """The name of a test's details on the page."""
    return f"test-{place}"
