"""What workers on other machines create is known here, and where they keep it is their own."""

import os
from pathlib import Path

import pytest

from refcheck.cloud.ledger import Ledger, Undo
from refcheck.errors import FolderFault
from refcheck.plugin import away

DELETION = Undo("network", "DELETE", "/networks/1")


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def there(tmp_path):
    folder = tmp_path / "there"
    folder.mkdir()
    return folder


@pytest.fixture
def here(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def kept(folder):
    entries = Ledger(folder / "ledger.sqlite").open_entries()
    return {(entry.kind, entry.name, entry.undo, entry.leaving) for entry in entries}


def test_on_the_machine_of_the_run_its_folder_is_used(here):
    assert away.folder_here(here, away.machine()) == here


def test_another_machine_has_a_folder_of_its_own_even_if_it_sees_that_of_the_run(here, temporary):
    folder = away.folder_here(here, "another machine")
    assert folder == temporary / "refcheck-here"
    assert folder.stat().st_mode & 0o077 == 0


def test_workers_of_one_machine_share_it(here):
    assert away.folder_here(here, "another") == away.folder_here(here, "another")


def test_a_folder_that_is_not_there_is_replaced_too(tmp_path):
    assert away.folder_here(tmp_path / "none", away.machine()).is_dir()


def test_a_link_that_somebody_has_put_there_is_refused(here, temporary, tmp_path):
    (temporary / "refcheck-here").symlink_to(tmp_path)
    with pytest.raises(FolderFault):
        away.folder_here(here, "another machine")


def test_a_folder_of_somebody_else_is_refused(here, monkeypatch):
    away.folder_here(here, "another machine")
    somebody = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: somebody)
    with pytest.raises(FolderFault):
        away.folder_here(here, "another machine")


def test_what_is_created_there_and_not_gone_is_in_the_ledger_here(here, there):
    ledger, news, remote = Ledger(there / "ledger.sqlite"), away.News(there), away.Remote(here)
    meant = ledger.meant("server", "rc-1-server")
    made = ledger.meant("network", "rc-1-network")
    ledger.made(made, DELETION)
    remote.take(news.take())
    assert kept(here) == {
        ("server", "rc-1-server", None, False), ("network", "rc-1-network", DELETION, False)
    }  # fmt: skip
    ledger.leaving(made)
    ledger.gone(meant)
    remote.take(news.take())
    assert kept(here) == {("network", "rc-1-network", DELETION, True)}
    ledger.gone(made)
    remote.take(news.take())
    assert kept(here) == set()


def test_what_was_told_is_not_told_again(there):
    ledger, news = Ledger(there / "ledger.sqlite"), away.News(there)
    ledger.meant("server", "rc-1-server")
    assert len(news.take()["open"]) == 1
    assert news.take()["open"] == []


def test_two_workers_of_a_machine_that_tell_the_same_tell_of_one_thing(here, there):
    ledger, remote = Ledger(there / "ledger.sqlite"), away.Remote(here)
    ledger.made(ledger.meant("network", "rc-1-network"), DELETION)
    for news in (away.News(there), away.News(there)):
        remote.take(news.take())
    assert len(Ledger(here / "ledger.sqlite").open_entries()) == 1


def test_machines_whose_numbers_are_the_same_are_told_apart(here, there, tmp_path, monkeypatch):
    remote, second = away.Remote(here), tmp_path / "second"
    second.mkdir()
    for folder, name in ((there, "one"), (second, "other")):
        Ledger(folder / "ledger.sqlite").meant("server", f"rc-1-{name}")
        monkeypatch.setattr(away, "machine", lambda name=name: name)
        remote.take(away.News(folder).take())
    assert {name for _, name, _, _ in kept(here)} == {"rc-1-one", "rc-1-other"}


def test_no_news_changes_nothing(here):
    away.Remote(here).take(None)
    away.Remote(here).take(away.News(Path("/no/such/folder")).take())
    assert kept(here) == set()
