"""What can be a job: a name, what it does, and how patiently it is tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from refcheck_server.database import Database
from refcheck_server.settings import Settings

PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""Between one attempt and the next: what is away for a day is not given up."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What tasks and routines work with; they open sessions of their own."""

    database: Database
    settings: Settings
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of job.

    Attributes:
        name: like `mail.send`; a job keeps it, so it never changes.
        run: does it. Raises `JobFailed` to be tried again, `JobHopeless` to be given up. It may be
            run twice for one job: when its worker dies between the end and the note of it.
        pauses: after each attempt that failed; one attempt more than these, then it is dead.
        longest: a worker that has said nothing for so long is taken for dead.
    """

    name: str
    run: Callable[[Tools, Mapping[str, Any]], None]
    pauses: tuple[timedelta, ...] = PAUSES
    longest: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Routine:
    """Something that each worker does again and again, also beside another one.

    Attributes:
        run: does it; cheap when there is nothing to do.
        every: at most so often.
    """

    name: str
    run: Callable[[Tools], None]
    every: timedelta
