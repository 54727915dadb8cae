"""All data of a registry goes into one file and comes back, from either database into either."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from refcheck_server.app import create_app
from refcheck_server.columns import Base
from refcheck_server.database import Database, DatabaseFault
from refcheck_server.operations import backup
from refcheck_server.operations.backup import BackupFault, back_up, restore
from refcheck_server.settings import from_environment
from sqlalchemy import select

from tests.server import live, samples
from tests.server.conftest import Clock, Registry


def rows(database):
    with database.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def empty(empty_database):
    made = Database(from_environment({}, database=empty_database).database_url)
    yield made
    made.engine.dispose()


@pytest.fixture
def filled(registry):
    for outcomes in (samples.mixed, samples.passed):
        assert registry.submit(samples.result(outcomes)).status_code == 201
    return registry


def test_what_comes_back_is_what_went_in(filled, empty, tmp_path):
    counts = back_up(filled.database, tmp_path / "backup.db")
    assert counts["results"] == 2
    before = (tmp_path / "backup.db").read_bytes()
    assert restore(tmp_path / "backup.db", empty) == counts
    assert rows(empty) == rows(filled.database)
    assert (tmp_path / "backup.db").read_bytes() == before


def test_a_restored_registry_goes_on(filled, empty, tmp_path):
    back_up(filled.database, tmp_path / "backup.db")
    restore(tmp_path / "backup.db", empty)
    app = create_app(from_environment({}, database=empty.url), now=Clock())
    again = Registry(filled.settings, empty, app.test_client(), Clock(), filled.members)
    # The same run is known, and another one gets numbers that nothing has.
    assert again.submit(samples.result(samples.mixed)).status_code == 409
    assert again.join("newcomer").name == "newcomer"
    other = samples.result(samples.mixed, run_id="20261121T000000Z-00000000")
    assert again.submit(other).status_code == 201
    app.extensions["refcheck_database"].engine.dispose()


def test_a_backup_is_one_moment_while_others_write(filled, tmp_path):
    def write():
        for number in range(20):
            run_id = f"20261122T0000{number:02}Z-00000000"
            filled.submit(samples.result(samples.mixed, run_id=run_id))

    writer = threading.Thread(target=write)
    writer.start()
    files = [tmp_path / f"{number}.db" for number in range(3)]
    for file in files:
        back_up(filled.database, file)
    writer.join()
    for file in files:
        with sqlite3.connect(file) as backup:
            assert backup.execute("PRAGMA foreign_key_check").fetchall() == []
            assert backup.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            results = backup.execute("SELECT count(*) FROM results").fetchone()[0]
            judged = backup.execute("SELECT count(*) FROM judgements").fetchone()[0]
            assert results == judged


def test_only_its_owner_may_read_it_and_nothing_else_is_left(filled, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(filled.database, folder / "backup.db")
    assert [one.name for one in folder.iterdir()] == ["backup.db"]
    assert (folder / "backup.db").stat().st_mode & 0o777 == 0o600


def test_of_a_backup_that_breaks_nothing_is_left(filled, tmp_path, monkeypatch):
    def broken(*_: object) -> None:
        raise OSError(28, "no space is left")

    monkeypatch.setattr(backup, "_copy", broken)
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(OSError, match="no space"):
        back_up(filled.database, folder / "backup.db")
    assert list(folder.iterdir()) == []


def test_nothing_is_overwritten(filled, tmp_path):
    file = tmp_path / "backup.db"
    back_up(filled.database, file)
    before = file.read_bytes()
    with pytest.raises(BackupFault, match="there is a file already"):
        back_up(filled.database, file)
    assert file.read_bytes() == before
    seen = rows(filled.database)
    with pytest.raises(BackupFault, match="is not empty"):
        restore(file, filled.database)
    assert rows(filled.database) == seen


@pytest.mark.parametrize("content", [b"", b"something else " * 100])
def test_what_is_no_backup_is_told(content, empty, tmp_path):
    file = tmp_path / "other.db"
    file.write_bytes(content)
    with pytest.raises(BackupFault, match="is no backup"):
        restore(file, empty)
    with pytest.raises(BackupFault, match="is no file"):
        restore(tmp_path / "nothing.db", empty)


@pytest.mark.parametrize("what", ["cut off", "a page of zeros"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("empty_database", ["sqlite"], indirect=True)
def test_a_damaged_backup_is_told_before_anything_is_restored(filled, empty, tmp_path, what):
    file = tmp_path / "backup.db"
    back_up(filled.database, file)
    data = file.read_bytes()
    half = len(data) // 2 // 4096 * 4096
    zeros = data[:half] + bytes(4096) + data[half + 4096 :]
    file.write_bytes(data[:half] if what == "cut off" else zeros)
    with pytest.raises(BackupFault, match="or damaged"):
        restore(file, empty)


def test_a_backup_of_a_newer_version_is_refused(registry, empty, tmp_path):
    file = tmp_path / "backup.db"
    back_up(registry.database, file)
    with sqlite3.connect(file) as backup:
        backup.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseFault, match="9999"):
        restore(file, empty)


def test_a_database_of_another_version_is_not_backed_up(registry, tmp_path):
    with registry.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(DatabaseFault, match="at revision 0000"):
        back_up(registry.database, tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()


def test_both_commands_tell_what_they_moved(tmp_path):
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "backup.db"
    live.new_account("example", tmp_path, "--data", str(old))
    written = live.administer("backup", str(file), "--data", str(old))
    assert written.returncode == 0, written.stderr
    read = live.administer("restore", str(file), "--data", str(new))
    assert read.returncode == 0, read.stderr
    assert "accounts" in read.stdout
    listed = [live.administer("account", "list", "--data", str(one)).stdout for one in (old, new)]
    assert listed[0] == listed[1] != ""
    nowhere = live.administer("backup", "/proc/nowhere/backup.db", "--data", str(old))
    assert nowhere.returncode == 2
    assert "cannot write there" in nowhere.stderr
