"""A ledger that is damaged, or of another version, is told from one that says nothing is left."""

import multiprocessing
import sqlite3

import pytest

from refcheck.cloud.ledger import Ledger, Undo
from refcheck.errors import BadInput


def test_what_is_written_is_there_for_another_process(tmp_path):
    ledger = Ledger(tmp_path / "l")
    ledger.made(ledger.meant("network", "n"), Undo("network", "DELETE", "/networks/1"))
    (entry,) = Ledger(tmp_path / "l").open_entries()
    assert entry.undo == Undo("network", "DELETE", "/networks/1")


def keep(path, together):
    """Note a few things, as a worker does that begins at the same moment as others."""
    together.wait()
    ledger = Ledger(path)
    for _ in range(20):
        ledger.gone(ledger.meant("network", "n"))
    return len(ledger.open_entries()) >= 0


def test_workers_that_begin_together_wait_for_each_other(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager, spawn.Pool(4) as workers:
        together = manager.Barrier(4)
        for attempt in range(10):
            arguments = [(tmp_path / f"l{attempt}", together)] * 4
            assert all(workers.starmap(keep, arguments, chunksize=1))


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "l").write_bytes(b"no ledger" * 1000)
    with pytest.raises(BadInput, match="the ledger cannot be read"):
        Ledger(tmp_path / "l").open_entries()


def test_a_ledger_without_what_we_look_for_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "l") as database:
        database.execute("CREATE TABLE entries (number INTEGER PRIMARY KEY, kind TEXT)")
    with pytest.raises(BadInput, match="no such column"):
        Ledger(tmp_path / "l").open_entries()


@pytest.mark.parametrize("undo", ["{", "[]", "5", "[1, 2, 3, 4, 5, 6, 7, 8]"])
def test_a_way_to_undo_that_is_none_is_refused(tmp_path, undo):
    ledger = Ledger(tmp_path / "l")
    ledger.meant("network", "n")
    with sqlite3.connect(tmp_path / "l") as database:
        database.execute("UPDATE entries SET undo=?", (undo,))
    with pytest.raises(BadInput, match="the ledger cannot be read"):
        ledger.open_entries()
