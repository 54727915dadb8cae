"""Results as a run would write them, good and bad, for the tests of the registry."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from securesystemslib.signer import CryptoSigner

from refcheck.guideline.library import load
from refcheck.guideline.model import Test
from refcheck.result.document import Result, to_statement
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.result.signing import sign

GUIDELINE = "2020.06"
CLOUD = hashlib.sha256(b"the service catalogue of a cloud").hexdigest()
STARTED, ENDED = "2026-11-20T11:00:00Z", "2026-11-20T11:09:30Z"


def digest_of(name: str) -> str:
    """The digest of a cloud of its own for each name."""
    return hashlib.sha256(name.encode()).hexdigest()


def tests_of(guideline_id: str) -> tuple[Test, ...]:
    """Every test of a guideline once."""
    guideline = load(guideline_id)
    found = {
        test.id or test.name: test for one in guideline.capabilities.values() for test in one.tests
    }
    return tuple(found.values())


def passed(test: Test) -> TestOutcome:
    return TestOutcome(test.id, test.name, Outcome.PASSED, duration=1.25)


def mixed(test: Test) -> TestOutcome:
    """Most pass; each kind of outcome is there, with a reason as a run writes it."""
    number = int(hashlib.sha256(test.name.encode()).hexdigest(), 16) % 40
    kinds = {
        0: (Outcome.FAILED, "POST /servers answered 500, expected 202"),
        1: (Outcome.UNDECIDED, "no implementation of this test yet"),
        2: (Outcome.ABSENT, "the catalogue has no object-store service"),
        3: (Outcome.ERROR, "quota of volumes is 0"),
        4: (Outcome.FLAKY, "failed once: server went to ERROR; passed on a fresh one"),
        5: (Outcome.EXTRA, "$.server.vendor_field is not declared by the API"),
    }
    outcome, reason = kinds.get(number, (Outcome.PASSED, ""))
    return TestOutcome(test.id, test.name, outcome, reason, duration=number / 7)


def result(
    outcome: Callable[[Test], TestOutcome] = passed, *, guideline: str = GUIDELINE, **changes: Any
) -> Result:
    """A result of every test of a guideline; `changes` replace fields."""
    made = Result(
        run_id="20261120-110000-sample",
        cloud=CLOUD,
        deployment=hashlib.sha256(b"versions").hexdigest(),
        guideline_id=guideline,
        guideline_sha256=load(guideline).sha256,
        target="platform",
        started=STARTED,
        ended=ENDED,
        complete=True,
        tool_version="0.1.0",
        suite_sha256=hashlib.sha256(b"suite").hexdigest(),
        outcomes=tuple(outcome(test) for test in tests_of(guideline)),
        facts={
            "image": {"name": "cirros-0.6.3", "size": 21430272},
            "flavors": ["m1.nano", "m1.micro"],
            "versions": {"compute": "2.96", "identity": "3.14"},
            "region": "RegionOne",
        },
    )
    return replace(made, **changes)


def envelope(made: Result, signer: CryptoSigner) -> bytes:
    return sign(to_statement(made), signer)
