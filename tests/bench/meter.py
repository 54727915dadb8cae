"""What a run of tests costs the cloud: wall time, requests, processor time of its services."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from refcheck.refcloud.cloud import RefCloud

_TICKS = os.sysconf("SC_CLK_TCK")
_INTERNAL = (
    "nova",
    "neutron",
    "cinder",
    "glance",
    "keystonemiddleware",
    "python-neutron",
    "python-glance",
    "python-cinder",
    "python-keystone",
)
"""How the User-Agent of a service that asks another service begins."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run.

    Attributes:
        seconds: wall time.
        requests: that clients sent; what services ask each other is in `processor` alone.
        tokens: how many of these asked for a new token.
        processor: seconds of all services together.
        busiest: seconds of the service that had most to do.
    """

    seconds: float
    requests: int
    tokens: int
    processor: float
    busiest: float


class Bill:
    """Filled in when the measured block has ended."""

    cost: Cost


@contextmanager
def metered(cloud: RefCloud) -> Iterator[Bill]:
    """Measure what happens inside the block."""
    bill = Bill()
    services = cloud.status()
    logs = [Path(service.log).with_suffix(".access.log") for service in services]
    sizes = [log.stat().st_size for log in logs]
    before = [_processor(service.pid or 0) for service in services]
    began = time.monotonic()
    yield bill
    seconds = time.monotonic() - began
    spent = [_processor(s.pid or 0) - b for s, b in zip(services, before, strict=True)]
    asked = [line for log, size in zip(logs, sizes, strict=True) for line in _asked(log, size)]
    tokens = sum(method == "POST" and path.endswith("/auth/tokens") for method, path in asked)
    bill.cost = Cost(seconds, len(asked), tokens, sum(spent), max(spent))


def _asked(log: Path, size: int) -> Iterator[tuple[str, str]]:
    """Method and path of each client's request noted after that many bytes."""
    with log.open("rb") as lines:
        lines.seek(size)
        for line in lines:
            _, method, path, _, _, _, client = line.decode().split(" ")
            if not client.startswith(_INTERNAL):
                yield method, path


def _processor(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
