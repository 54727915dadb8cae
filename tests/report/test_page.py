"""The report page is self-contained, says what happened, and lets no markup through."""

import re

import pytest

from refcheck.guideline import library
from refcheck.report.closing import close
from refcheck.result.journal import Journal, RunFinished, RunStarted, Selected, TestFinished
from refcheck.result.outcome import Outcome, TestOutcome

NASTY = "<script>alert('x')</script>\x1b[31m"


@pytest.fixture
def guideline():
    return library.load("2020.06")


@pytest.fixture
def folder(tmp_path, guideline):
    """The folder of a run in which one test passed and one failed with a nasty message."""
    tests = guideline.capabilities["compute-flavors-list"].tests
    selected = tuple(Selected(test.id, test.name, "compute", implemented=True) for test in tests)
    journal = Journal(tmp_path / "journal.sqlite")
    journal.append(
        RunStarted("2026-11-20T12:00:00Z", "run-1", NASTY, "a" * 64, "b" * 64, "2020.06", "c" * 64,
                   "compute", "0.1.0", "d" * 64, selected, {"image": NASTY})
    )  # fmt: skip
    exchange = {"curl": "curl 'http://x'", "status": 500, "seconds": 0.1, "request_id": "req-7",
                "answer_body": NASTY}  # fmt: skip
    passed, failed = tests
    journal.append(TestFinished("t", TestOutcome(passed.id, passed.name, Outcome.PASSED)))
    outcome = TestOutcome(failed.id, failed.name, Outcome.FAILED, NASTY)
    journal.append(TestFinished("t", outcome, "expected 200", (exchange,)))
    journal.append(RunFinished("2026-11-20T12:01:00Z", complete=True))
    journal.close()
    return tmp_path


@pytest.fixture
def console():
    from io import StringIO

    from rich.console import Console

    return Console(file=StringIO(), width=200)


@pytest.fixture
def page(folder, guideline, console):
    close(folder, guideline, console)
    return (folder / "report.html").read_text()


def test_it_needs_nothing_from_elsewhere(page):
    assert not re.search(r"(src|href)=|@import|url\(", page)


def test_no_markup_of_the_cloud_gets_through(page):
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_it_tells_verdict_failure_evidence_and_provenance(page):
    for words in (
        "Does not qualify for 2020.06 OpenStack Powered Compute",
        "compute-flavors-list",
        "expected 200",
        "curl &#39;http://x&#39;",
        "req-7",
        "d" * 64,
    ):
        assert words in page, words


def test_every_table_has_a_caption_and_every_header_a_scope(page):
    assert page.count("<table") == page.count("<caption")
    assert not re.search(r"<th(?! scope)[> ]", page)


def test_the_verdict_is_kept_beside_it(folder, guideline, console):
    verdict = close(folder, guideline, console)
    assert (folder / "verdict.json").read_bytes() == verdict.canonical()
    told = console.file.getvalue()
    assert "1 of 228 required tests passed" in told
    assert "report.html" in told
