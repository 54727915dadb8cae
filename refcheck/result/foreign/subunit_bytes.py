"""Subunit version 2: the binary stream of stestr and Tempest.

The stream knows no `error`: runners write `fail` for it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from subunit import ByteStreamToStreamResult
from testtools import StreamResult

from refcheck.result.foreign.unittest_runs import Collected, last_line
from refcheck.result.outcome import Outcome

PACKET_LIMIT = 1_000_000
"""Packets, and bytes between packets that belong to none; a Tempest run has some 10,000."""
_DETAIL_LIMIT = 64 * 1024
_BETWEEN = "what others printed into the stream"
_PARSER = "subunit.parser"
"""The name by which the library tells a packet that it could not read."""

_OUTCOMES = {
    "success": Outcome.PASSED,
    "fail": Outcome.FAILED,
    "xfail": Outcome.FAILED,
    "uxsuccess": Outcome.FAILED,
    "skip": Outcome.UNDECIDED,
}
_UNEXPECTED = {"xfail": "failed, as was expected", "uxsuccess": "passed, but was to fail"}


def read_subunit_bytes(data: bytes, *, where: str) -> Collected:
    """The tests of a stream, in the order in which they ended.

    Raises:
        BadResult: when the stream is damaged, holds no test, or too many packets.
    """
    reader = _Reader(Collected(where))
    try:
        ByteStreamToStreamResult(BytesIO(data), non_subunit_name=_BETWEEN).run(reader)
    except (ValueError, IndexError, OverflowError, struct.error) as error:
        raise reader.collected.fault(f"is no whole subunit stream ({error})") from error
    return reader.finish()


@dataclass(slots=True)
class _Running:
    """A test that has not ended yet."""

    began: datetime | None = None
    reason: bytes = b""
    traceback: bytes = b""


class _Reader(StreamResult):
    """Takes the packets in."""

    def __init__(self, collected: Collected) -> None:
        super().__init__()
        self.collected = collected
        self._running: dict[str, _Running] = {}
        self._packets = 0

    def status(  # one packet; the arguments are the library's
        self,
        test_id: str | None = None,
        test_status: str | None = None,
        test_tags: set[str] | None = None,  # noqa: ARG002
        runnable: bool = True,  # noqa: ARG002, FBT001, FBT002
        file_name: str | None = None,
        file_bytes: bytes | None = None,
        eof: bool = False,  # noqa: ARG002, FBT001, FBT002
        mime_type: str | None = None,  # noqa: ARG002
        route_code: str | None = None,  # noqa: ARG002
        timestamp: datetime | None = None,
    ) -> None:
        self._packets += 1
        if self._packets > PACKET_LIMIT:
            raise self.collected.fault(f"holds more than {PACKET_LIMIT:,} packets")
        if test_id == _PARSER:
            raise self.collected.fault("is no whole subunit stream: a packet is damaged or cut off")
        if test_id is None or test_status == "exists":
            return
        running = self._running.setdefault(test_id, _Running())
        if file_bytes:
            _keep(running, file_name, bytes(file_bytes))
        if test_status == "inprogress":
            running.began = timestamp
        elif test_status is not None:
            self._end(test_id, test_status, self._running.pop(test_id), timestamp)

    def _end(self, name: str, status: str, test: _Running, ended: datetime | None) -> None:
        reason = _text(test.reason) or last_line(_text(test.traceback))
        seconds = (ended - test.began).total_seconds() if ended and test.began else 0.0
        self.collected.add(name, _OUTCOMES[status], _UNEXPECTED.get(status, reason), seconds)

    def finish(self) -> Collected:
        """Everything; a test that began and never ended is undecided."""
        for name, test in self._running.items():
            if test.began:
                self.collected.add(name, Outcome.UNDECIDED, "began, but did not end")
        if not self.collected.outcomes and not self.collected.notices:
            raise self.collected.fault("is a subunit stream without any test")
        return self.collected


def _keep(test: _Running, file_name: str | None, content: bytes) -> None:
    if file_name == "reason":
        test.reason = (test.reason + content)[:_DETAIL_LIMIT]
    elif file_name is not None and file_name.startswith("traceback"):
        test.traceback = (test.traceback + content)[-_DETAIL_LIMIT:]


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").strip()
