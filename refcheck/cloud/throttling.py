"""Heeding a cloud that asks to be asked less often (RFC 6585, 429; RFC 9110, Retry-After).

A 429 says that the request was not carried out, and so does a 503 that tells when to come back:
sending either again is safe whatever the method. A 503 without that is the service's answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from itertools import count

import requests

from refcheck.cloud.hindrances import SECONDS_WAITED, THROTTLED, Hindrances
from refcheck.cloud.waiting import Clock

_RATE_LIMITED = frozenset({429, 498})
"""498 is what Swift's own rate limit answers."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0
"""Seconds, for a rate limit that does not say how long; doubled each time in between."""
_SHORTEST_PAUSE = 0.2


class Throttled(requests.RequestException):
    """The cloud still asks to come back later when patience is over."""


def heeding(
    send: Callable[[], requests.Response],
    patience: float,
    hindrances: Hindrances,
    clock: Clock = Clock(),  # noqa: B008
) -> requests.Response:
    """Send a request again as often, and as late, as the cloud asks.

    Args:
        patience: seconds of waiting in all.

    Raises:
        Throttled: the cloud asks for more.
    """
    waited = 0.0
    for attempt in count():
        response = send()
        pause = _pause(response, attempt)
        if pause is None:
            return response
        hindrances.note(THROTTLED)
        if waited + pause > patience:
            raise Throttled(
                f"it answered {response.status_code} and asks to wait {pause:.0f} s more, after"
                f" {waited:.0f} s of waiting"
            )
        hindrances.note(SECONDS_WAITED, math.ceil(pause))
        clock.sleep(pause)
        waited += pause
    raise AssertionError  # `count` has no end


def _pause(response: requests.Response, attempt: int) -> float | None:
    """Seconds to wait before the request is sent again, None when the answer stands."""
    limited = response.status_code in _RATE_LIMITED
    if not limited and response.status_code != 503:
        return None
    told = retry_after(response)
    if told is not None:
        return max(told, _SHORTEST_PAUSE)
    return min(_FIRST_PAUSE * 2.0**attempt, _LONGEST_PAUSE) if limited else None


def retry_after(response: requests.Response) -> float | None:
    """The header's seconds; None when it is missing or makes no sense.

    A date is read by the cloud's own clock, which the answer's `Date` shows.
    """
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text).timestamp()
        sent = parsedate_to_datetime(response.headers.get("Date", "")).timestamp()
    except ValueError:
        return None
    return max(until - sent, 0.0)
