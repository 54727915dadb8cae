"""The folder of a run: which one is meant, and what is in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from refcheck.errors import BadResult, UnknownGuideline, WrongUse
from refcheck.guideline import library
from refcheck.guideline.model import Guideline
from refcheck.guideline.pinned import split_pin
from refcheck.report.story import Story, story_of
from refcheck.result.events import RunStarted
from refcheck.result.journal import read_journal

JOURNAL = "journal.sqlite"
LATEST = "latest"


def find_run(named: str, runs: Path) -> Path:
    """The folder of a run that was named by its path, by its name in `runs`, or as `latest`.

    Raises:
        WrongUse: there is no such folder, or no run at all.
        BadResult: the folder is not that of a run.
    """
    if named == LATEST:
        return _latest(runs)
    folder = next((one for one in (Path(named), runs / named) if one.is_dir()), None)
    if folder is None:
        raise WrongUse(
            "there is no such run folder",
            where=named,
            next_step="Give a folder that `refcheck run` made, or `latest`; --runs says where"
            f" runs are kept (now {runs}).",
        )
    if not (folder / JOURNAL).is_file():
        raise BadResult(
            "is not the folder of a run: it holds no journal",
            where=str(folder),
            next_step="Give a folder that `refcheck run` made, or `latest`.",
        )
    return folder


def _latest(runs: Path) -> Path:
    journals = list(runs.glob(f"*/{JOURNAL}"))
    if not journals:
        raise WrongUse(
            "holds no run",
            where=str(runs),
            next_step="Start one with `refcheck run`, or name where runs are kept with --runs.",
        )
    # Names begin with the time of the start, to the second.
    newest = max(journals, key=lambda one: (one.parent.name[:16], one.stat().st_mtime_ns))
    return newest.parent


def read_story(folder: Path, guideline: str | None, at: datetime) -> Story:
    """The story of the run in a folder, against its own guideline or another that is named.

    Args:
        guideline: id, file or pinned address; None for the one that the run was started with.
        at: the time of judging.

    Raises:
        RefcheckError: whatever is wrong with the journal or the guideline.
    """
    journal = folder / JOURNAL
    events = tuple(read_journal(journal))
    started = next((event for event in events if isinstance(event, RunStarted)), None)
    if started is None:
        raise BadResult(
            "the journal holds no start of a run",
            where=str(journal),
            next_step="The run was stopped before it began: start it again.",
        )
    rules = library.load(guideline) if guideline else _own_guideline(started)
    return story_of(events, rules, at, _signed(folder / "result.json"))


def _signed(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadResult(
            f"cannot be read ({error.strerror})", where=str(file), next_step="Check the file."
        ) from error


def _own_guideline(started: RunStarted) -> Guideline:
    """The run's guideline: a built-in one by its id, else the file that it was read from.

    An address is not asked again: a report needs no network.
    """
    if started.guideline_id in library.ids():
        built_in = library.builtin(started.guideline_id)
        if built_in.sha256 == started.guideline_sha256:
            return built_in
    source = split_pin(started.guideline_source)[0]
    if source and Path(source).is_file():
        found = library.load(source)
        if found.sha256 == started.guideline_sha256:
            return found
    raise UnknownGuideline(
        f"the run's guideline {started.guideline_id} (digest {started.guideline_sha256[:12]}) is"
        " not at hand any more",
        where=started.guideline_source or None,
        next_step="Give it with --guideline ID|FILE; another edition is judged by, and said to be.",
    )
