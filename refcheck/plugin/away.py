"""Workers on other machines, where the run's folder is not.

Such a worker has a folder of its own there, with its own ledger and leases; workers of one machine
share it. After each test it tells the controlling process, over pytest-xdist's channel, what has
come to its ledger and what has gone. That process keeps it in the run's own ledger, from which
everything is removed in the end: nothing is forgotten with the machine.
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from refcheck.cloud.ledger import Entry, Ledger, Undo
from refcheck.errors import FolderFault
from refcheck.plugin import suite

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_LEDGER = "ledger.sqlite"
NEWS = "ledger"
"""Under which the news travel, in a report or in what a worker says at its end."""


def machine() -> str:
    """Names this machine; a container is one of its own."""
    boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""
    return f"{platform.node()} {boot}".strip()


def folder_here(folder: Path, controller: str) -> Path:
    """The run's folder if this is the controller's machine, else one that stands for it here.

    A folder that two machines see is of no use to both: SQLite and process ids are for one.

    Raises:
        FolderFault: somebody else has put something in its place.
    """
    if machine() == controller and folder.is_dir():
        return folder
    here = Path(tempfile.gettempdir()) / f"refcheck-{folder.name}"
    here.mkdir(mode=0o700, exist_ok=True)
    if here.is_symlink() or here.stat().st_uid != os.getuid():
        raise FolderFault(
            "is somebody else's", where=str(here), next_step="Name another one with TMPDIR there."
        )
    return here


class News:
    """In a worker away: what has changed in its ledger since it was last told."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: dict[int, Entry] = {}

    def take(self) -> dict[str, Any]:
        """Plain values that say it, for `Remote.take`."""
        file = self._folder / _LEDGER
        entries = Ledger(file).open_entries() if file.exists() else ()
        now = {entry.number: entry for entry in entries}
        fresh = [entry for number, entry in now.items() if self._told.get(number) != entry]
        gone = [number for number in self._told if number not in now]
        self._told = now
        return {"machine": machine(), "open": [_plain(entry) for entry in fresh], "gone": gone}


class Teller:
    """In a worker away: sends the news after each test, and leaves nothing behind.

    Args:
        alone: whether no other process of this machine uses the folder any more.
    """

    def __init__(self, config: pytest.Config, folder: Path, alone: Callable[[], bool]) -> None:
        self._config = config
        self._folder = folder
        self._alone = alone
        self._news = News(folder)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.when == "teardown":
            report.refcheck[NEWS] = self._news.take()
        return report

    def pytest_sessionfinish(self) -> None:
        self._config.workeroutput[NEWS] = self._news.take()  # type: ignore[attr-defined]

    def pytest_unconfigure(self) -> None:
        if self._alone():
            shutil.rmtree(self._folder, ignore_errors=True)


class Remote:
    """In the controlling process: keeps what workers away have created in the run's ledger."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _LEDGER
        self._numbers: dict[tuple[str, int], int] = {}

    def take(self, news: Mapping[str, Any] | None) -> None:
        """Enter what `News.take` said; nothing when there is none."""
        if not news:
            return
        ledger = Ledger(self._file)
        for plain in news["open"]:
            there, kind, name, undo, leaving = plain
            place = (news["machine"], there)
            if place not in self._numbers:
                self._numbers[place] = ledger.meant(kind, name)
            if undo:
                ledger.made(self._numbers[place], Undo(*undo))
            if leaving:
                ledger.leaving(self._numbers[place])
        for there in news["gone"]:
            number = self._numbers.pop((news["machine"], there), None)
            if number is not None:
                ledger.gone(number)


class SameNames:
    """Makes the names of tests the same in all workers, wherever each of them has the suite."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            # As pytest-xdist itself does for its groups; there is no other way.
            item._nodeid = suite.place(item.nodeid)  # type: ignore[attr-defined]  # noqa: SLF001


def _plain(entry: Entry) -> tuple[Any, ...]:
    undo = astuple(entry.undo) if entry.undo else None
    return entry.number, entry.kind, entry.name, undo, entry.leaving
