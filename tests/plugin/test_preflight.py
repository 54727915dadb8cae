"""A run starts only where its folder can hold it."""

from types import SimpleNamespace

import pytest

from refcheck.errors import CloudConfigFault, FolderFault
from refcheck.plugin import preflight


def test_a_disk_that_is_nearly_full_is_told_before_the_run_and_left_as_it_was(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(
        preflight.shutil, "disk_usage", lambda _: SimpleNamespace(free=preflight.ROOM - 1)
    )
    with pytest.raises(FolderFault, match="31 MiB are free"):
        preflight._make(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_room_enough_is_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(
        preflight.shutil, "disk_usage", lambda _: SimpleNamespace(free=preflight.ROOM)
    )
    preflight._make(tmp_path / "runs" / "run")
    assert (tmp_path / "runs" / "run").is_dir()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CloudConfigFault, match="cannot be made"):
        preflight._make(tmp_path / "file" / "run")
