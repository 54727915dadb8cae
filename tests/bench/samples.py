"""What is measured on: the largest guideline and results of about 300 tests."""

from __future__ import annotations

from pathlib import Path

from refcheck.guideline.library import folder, load
from refcheck.guideline.model import Guideline
from refcheck.result.document import Result, to_statement
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.result.signing import load_signer, new_key, sign

LARGEST = max(folder().glob("*.yaml"), key=lambda path: path.stat().st_size).stem
CURRENT = "2020.06"


def guideline() -> Guideline:
    return load(CURRENT)


def outcomes(one: Guideline) -> tuple[TestOutcome, ...]:
    """An outcome for each test; every tenth failed."""
    tests = {(t.id, t.name) for c in one.capabilities.values() for t in c.tests}
    return tuple(
        TestOutcome(test_id, name, Outcome.FAILED, "POST /servers answered 500, expected 202")
        if number % 10 == 0
        else TestOutcome(test_id, name, Outcome.PASSED, duration=1.25)
        for number, (test_id, name) in enumerate(sorted(tests))
    )


def write_results(place: Path, number: int) -> list[Path]:
    """Signed results, each of its own cloud."""
    new_key(place / "key.pem")
    signer = load_signer(place / "key.pem")
    one = guideline()
    seen = outcomes(one)
    files = []
    for index in range(number):
        result = Result(
            run_id=f"run-{index}",
            cloud=f"{index:064x}",
            deployment="1" * 64,
            guideline_id=one.id,
            guideline_sha256=one.sha256,
            target="platform",
            started="2026-11-20T12:00:00Z",
            ended="2026-11-20T12:01:00Z",
            complete=True,
            tool_version="0",
            suite_sha256="3" * 64,
            outcomes=seen,
        )
        files.append(place / f"{index}.json")
        files[-1].write_bytes(sign(to_statement(result), signer))
    return files
