"""The cloud's clock, as the `Date` of its answers shows it (RFC 9110, 6.6.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import time

import requests


def sent_at(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was sent, by the clock of whoever sent it; None when it does not say.

    Args:
        headers: names in lower case, or in a mapping that does not care.
    """
    try:
        return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return None


class Skew:
    """How far the cloud's clock is ahead of ours, in whole seconds; None until it shows.

    Args:
        now: our own clock, seconds since 1970.
    """

    def __init__(self, now: Callable[[], float] = time) -> None:
        self._now = now
        self.seconds: int | None = None

    def watch(self, session: requests.Session) -> None:
        """Read it off the first dated answer of this session."""
        session.hooks["response"].append(self._note)

    def _note(self, response: requests.Response, *_: object, **__: object) -> None:
        sent = sent_at(response.headers) if self.seconds is None else None
        if sent:
            # `Date` has no fractions: half a second is the better guess.
            self.seconds = round(sent.timestamp() + 0.5 - self._now())
