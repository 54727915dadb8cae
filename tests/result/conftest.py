"""Results and keys to try things with."""

from __future__ import annotations

from pathlib import Path

import pytest

from refcheck.result import signing
from refcheck.result.document import Result
from refcheck.result.outcome import Outcome, TestOutcome


@pytest.fixture
def result() -> Result:
    return Result(
        run_id="20261120T120000Z-0a1b2c3d",
        cloud="a" * 64,
        deployment="b" * 64,
        guideline_id="2020.06",
        guideline_sha256="c" * 64,
        target="platform",
        started="2026-11-20T12:00:00.000000Z",
        ended="2026-11-20T12:01:00.000000Z",
        complete=True,
        tool_version="0.1.0",
        suite_sha256="d" * 64,
        outcomes=(
            TestOutcome("11111111-1111-4111-8111-111111111111", "a.b.c", Outcome.PASSED, "", 0.25),
            TestOutcome("", "a.b.d", Outcome.FAILED, "GET /x answered 500, expected 200", 1.0, 2),
        ),
        facts={"image": {"name": "Ünïcode ✓"}},
    )


@pytest.fixture
def private_key(tmp_path: Path) -> Path:
    file = tmp_path / "keys" / "key.pem"
    signing.new_key(file)
    return file
