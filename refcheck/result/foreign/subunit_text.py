"""Subunit version 1: the line protocol of old runners, and of `subunit-2to1`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from subunit import DiscardStream, TestProtocolServer

from refcheck.result.foreign.unittest_runs import Collected, last_line
from refcheck.result.outcome import Outcome

_BEGINNING = re.compile(r"^(?:test|testing|time|progress|tags): ?\S", re.MULTILINE)
_SEARCHED = 2000
"""Characters at the beginning in which the first directive must be."""


def is_subunit_text(text: str) -> bool:
    """Whether a text looks like such a stream; a plain list of tests never does."""
    return _BEGINNING.search(text, 0, _SEARCHED) is not None


def read_subunit_text(data: bytes, *, where: str) -> Collected:
    """The tests of a stream, in the order in which they ended.

    Raises:
        BadResult: when the stream is damaged or holds no test.
    """
    collected = Collected(where)
    server = TestProtocolServer(_Tests(collected), stream=DiscardStream())
    try:
        for line in _lines(data):
            server.lineReceived(line)
        server.lostConnection()
    except (ValueError, TypeError, LookupError, AssertionError) as error:
        raise collected.fault(f"is no whole subunit stream ({error})") from error
    if not collected.outcomes and not collected.notices:
        raise collected.fault("is a subunit stream without any test")
    return collected


def _lines(data: bytes) -> Iterator[bytes]:
    """Lines with their ends; only a line feed ends one, as the protocol has it."""
    start = 0
    while (end := data.find(b"\n", start) + 1) > 0:
        yield data[start:end]
        start = end
    if start < len(data):
        yield data[start:] + b"\n"


class _Tests:
    """The test result that the library reports to; its methods' names are unittest's."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._now: datetime | None = None
        self._began: datetime | None = None

    def time(self, now: datetime) -> None:
        self._now = now

    def startTest(self, test: Any) -> None:  # noqa: ARG002, N802
        self._began = self._now

    def stopTest(self, test: Any) -> None:  # noqa: N802
        """The outcome has been told before."""

    def addSuccess(self, test: Any, details: Any = None) -> None:  # noqa: ARG002, N802
        self._add(test, Outcome.PASSED, "")

    def addFailure(self, test: Any, err: Any = None, details: Any = None) -> None:  # noqa: N802
        self._add(test, Outcome.FAILED, _why(err, details))

    def addError(self, test: Any, err: Any = None, details: Any = None) -> None:  # noqa: N802
        self._add(test, Outcome.ERROR, _why(err, details))

    def addSkip(self, test: Any, reason: Any = None, details: Any = None) -> None:  # noqa: N802
        self._add(test, Outcome.UNDECIDED, reason or _why(None, details))

    def addExpectedFailure(  # noqa: N802
        self,
        test: Any,
        err: Any = None,  # noqa: ARG002
        details: Any = None,  # noqa: ARG002
    ) -> None:
        self._add(test, Outcome.FAILED, "failed, as was expected")

    def addUnexpectedSuccess(self, test: Any, details: Any = None) -> None:  # noqa: ARG002, N802
        self._add(test, Outcome.FAILED, "passed, but was to fail")

    def _add(self, test: Any, outcome: Outcome, reason: str) -> None:
        now, began = self._now, self._began
        seconds = (now - began).total_seconds() if now and began else 0.0
        self._collected.add(test.id(), outcome, reason, seconds)


def _why(err: Any, details: Any) -> str:
    """One line from what came with an outcome: the reason, or the traceback's last line."""
    for name in ("reason", "message", "traceback"):
        if details and name in details:
            text: str = details[name].as_text()
            return " ".join(text.split()) if name == "reason" else last_line(text)
    return last_line(str(err[1])) if err else ""
