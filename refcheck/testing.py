"""What a capability test may use: this module and the fixtures, nothing else of refcheck.

Example::

    @idempotent_id("f7ffdeda-e200-4a7a-bcbe-05716e86bf43")
    def test_a_network_is_listed_among_the_networks(network, create):
        made = expect(create("network"), 201)["network"]
        listed = expect(network.get("/networks"), 200)["networks"]
        assert made["id"] in [entry["id"] for entry in listed]
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from refcheck.cloud import clock
from refcheck.cloud.exchange import Answer, Body
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault, Undecided
from refcheck.cloud.waiting import wait_for

__all__ = [
    "Absent",
    "Answer",
    "Body",
    "CloudFault",
    "HarnessFault",
    "Undecided",
    "entries",
    "expect",
    "fixed_addresses",
    "headstart",
    "idempotent_id",
    "ids",
    "is_time",
    "is_uuid",
    "refused",
    "sent_at",
    "wait_for",
]

Test = TypeVar("Test", bound=Callable[..., Any])


def idempotent_id(test_id: str) -> Callable[[Test], Test]:
    """Mark a test with its permanent id, a bare lower-case UUID. One test per id."""
    mark: Callable[[Test], Test] = pytest.mark.idempotent_id(test_id)
    return mark


def headstart(what: str) -> Callable[[Test], Test]:
    """Mark a test that waits long for one thing: `shared.<what>` is begun before the first test.

    The test itself comes last, when the cloud has had its time.
    """
    mark: Callable[[Test], Test] = pytest.mark.headstart(what)
    return mark


def expect(answer: Answer, *statuses: int) -> Answer:
    """The answer, when it has one of these statuses.

    Raises:
        CloudFault: naming the request, what came and what was expected.
    """
    if answer.status in statuses:
        return answer
    wanted = " or ".join(str(status) for status in statuses)
    words = f": {answer.message}" if answer.status >= 400 and answer.message else ""
    raise CloudFault(f"{answer.call} answered {answer.status}, expected {wanted}{words}")


def refused(answer: Answer, *statuses: int) -> Answer:
    """The answer, when it refuses with one of these statuses and says why.

    Every service explains a refusal in its body (api-ref, "Faults"); a bare status is a fault.
    """
    expect(answer, *statuses)
    if not answer.message:
        raise CloudFault(f"{answer.call} answered {answer.status} without saying why")
    return answer


def sent_at(answer: Answer) -> datetime:
    """When the cloud sent an answer, by its own clock, in UTC.

    The only "now" to compare its times with. Without a `Date` header our clock must do.
    """
    return clock.sent_at(answer.headers) or datetime.now(UTC)


def fixed_addresses(server: Body) -> dict[str, list[Any]]:
    """Network → the addresses that a server has there for as long as it lives, as shown.

    Floating IPs come and go, and the compute service learns of that at times of its own.
    """
    return {
        network: [entry for entry in shown if entry["OS-EXT-IPS:type"] != "floating"]
        for network, shown in server["addresses"].items()
    }


def is_uuid(value: object) -> bool:
    """Whether a value is a UUID as text, with or without dashes."""
    try:
        return isinstance(value, str) and bool(uuid.UUID(value))
    except ValueError:
        return False


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?")


def is_time(value: object) -> bool:
    """Whether a value is a date and time in ISO 8601, as all services write them."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def entries(value: Any) -> list[Body]:
    """A list of JSON objects, made sure to be one.

    Raises:
        CloudFault: when it is anything else.
    """
    if isinstance(value, list) and all(isinstance(entry, Body) for entry in value):
        return value
    raise CloudFault(f"expected a list of objects, found {value!r:.200}")


def ids(value: Any) -> list[Any]:
    """The ids of a list of resources.

    Raises:
        CloudFault: when it is no list of resources, or one of them has no id.
    """
    return [entry["id"] for entry in entries(value)]
