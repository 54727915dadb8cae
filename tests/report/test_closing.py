"""The end of a run: verdict and report beside the journal, and what is told."""

from io import StringIO

from rich.console import Console

from refcheck.guideline import library
from refcheck.report.closing import close
from refcheck.result.events import LeftBehind
from refcheck.result.outcome import Outcome
from tests.report import samples


def closed(stream, tmp_path):
    folder = samples.folder_of(stream, tmp_path)
    console = Console(file=StringIO(), width=200)
    result, verdict = close(folder, library.load("2020.06"), console)
    return folder, result, verdict, console.file.getvalue()


def test_verdict_and_report_are_kept_and_told(tmp_path):
    stream = samples.stream_of(Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, reason="quota: none")
    folder, result, verdict, told = closed(stream, tmp_path)
    assert (folder / "verdict.json").read_bytes() == verdict.canonical()
    assert b"</html>" in (folder / "report.html").read_bytes()
    assert "for 2020.06 OpenStack Powered Platform" in told
    assert f"report   {folder / 'report.html'}" in told
    assert "quota 1, cloud 1" in told or "cloud 1, quota 1" in told
    assert len(result.outcomes) == len(samples.SMALL)
    assert "interrupted or cut short" in told


def test_what_is_left_behind_is_told_with_the_way_to_remove_it(tmp_path):
    stream = samples.stream_of(Outcome.PASSED)
    leak = LeftBehind(samples.at(2), "server rc-1\x1b[2J")
    folder, _, _, told = closed((*stream[:-1], leak, stream[-1]), tmp_path)
    assert "left behind: server rc-1\N{REPLACEMENT CHARACTER}[2J" in told
    assert f"refcheck cleanup {folder}" in told
