"""Whose fault it is that a test did not pass, read from how it ended and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from refcheck.result.events import TestFinished
from refcheck.result.outcome import Outcome, TestOutcome


class Blame(StrEnum):
    """The classes, each of which somebody else can do something about."""

    CONFIGURATION = "configuration"
    """What the run was told, or what is set up for the project: image, flavor, external network."""
    CREDENTIALS = "credentials"
    """They are refused, or they allow too little."""
    QUOTA = "quota"
    """A quota or a rate limit leaves no room."""
    NETWORK = "network"
    """A service cannot be reached, or does not answer."""
    HARNESS = "harness"
    """refcheck itself, the machine that it runs on, or whoever stopped it."""
    TEST = "test"
    """The code of the test."""
    CLOUD = "cloud"
    """The cloud does not do what the test asks."""


_CLASSED = re.compile(rf"({'|'.join(Blame)}): ")
_QUOTA_STATUSES = frozenset({403, 409, 413, 429, 498, 503})
_CREDENTIALS_STATUSES = frozenset({401, 403})


def blame_of(outcome: TestOutcome) -> Blame | None:
    """Who is to blame for an outcome; None for a pass.

    An outcome that shows something is the cloud's. What stood in the way of the others begins
    their reason (`network: …`); it is the harness's when it does not, as for a test that never ran.
    """
    if outcome.outcome is Outcome.PASSED:
        return None
    if outcome.outcome.is_definite_no:
        return Blame.CLOUD
    if outcome.left_out:
        return Blame.CONFIGURATION
    classed = _CLASSED.match(outcome.reason)
    return Blame(classed.group(1)) if classed else Blame.HARNESS


def evidence_of(finished: TestFinished) -> str:
    """What the record of an attempt holds to show its blame, one line.

    The exchange that tells, or the line of code; "" when there is no more than the reason.
    """
    match blame_of(finished.outcome):
        case Blame.CLOUD:
            return _exchange(finished.exchanges, None)
        case Blame.QUOTA:
            return _exchange(finished.exchanges, _QUOTA_STATUSES)
        case Blame.CREDENTIALS:
            return _exchange(finished.exchanges, _CREDENTIALS_STATUSES)
        case Blame.TEST | Blame.HARNESS:
            return next(filter(None, map(str.strip, reversed(finished.detail.splitlines()))), "")
        case _:
            return ""


def _exchange(exchanges: tuple[Mapping[str, Any], ...], statuses: frozenset[int] | None) -> str:
    """The last exchange that was answered so."""
    for one in reversed(exchanges):
        if statuses is None or one["status"] in statuses:
            told = f"{one['method']} {one['url']} answered {one['status']}"
            return f"{told} ({one['request_id']})" if one["request_id"] else told
    return ""
