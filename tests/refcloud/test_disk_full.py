import errno
from typing import NamedTuple

import pytest

from refcheck.errors import ExitCode, RefcloudFault
from refcheck.refcloud import configuration, faults, install, settings
from refcheck.refcloud.folders import LOCK
from refcheck.refcloud.progress import Silent


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device", "/cache/some/file")


def test_too_little_space_is_said_before_anything_is_installed(cache, monkeypatch):
    monkeypatch.setattr(faults.shutil, "disk_usage", lambda _: Usage(1, 1, 100 << 20))
    with pytest.raises(RefcloudFault, match=r"1\.5 GiB are needed, 0\.1 GiB are free") as caught:
        install.ensure(LOCK, "services", Silent())
    assert "REFCHECK_CACHE" in caught.value.next_step
    assert caught.value.exit_code == ExitCode.TARGET_UNREACHABLE
    assert not install.environment(LOCK, "services").path.exists()


def test_too_little_space_is_said_before_anything_is_built(toy_cloud, monkeypatch):
    monkeypatch.setattr(faults.shutil, "disk_usage", lambda _: Usage(1, 1, 100 << 20))
    with pytest.raises(RefcloudFault, match="the disk is full"):
        toy_cloud.up()
    assert not toy_cloud.is_built


@pytest.mark.parametrize(("module", "step"), [(configuration, "write"), (settings, "save")])
def test_a_disk_that_runs_full_on_the_way_is_said_plainly(toy_cloud, monkeypatch, module, step):
    monkeypatch.setattr(module, step, full)
    with pytest.raises(RefcloudFault, match="the disk is full") as caught:
        toy_cloud.up()
    assert caught.value.where == "/cache/some/file"
    assert not toy_cloud.is_up


def test_a_tool_that_ran_into_a_full_disk_is_recognised_by_its_words(tmp_path):
    log = tmp_path / "uv.log"
    log.write_text("error: failed to write\n  Caused by: No space left on device (os error 28)\n")
    fault = faults.program_failed("installing", log, "try again")
    assert fault.fault == "the disk is full"
    assert "REFCHECK_CACHE" in fault.next_step


def test_a_cache_that_may_not_be_written_is_said_plainly(toy_cloud, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied", "/cache/refcloud")

    monkeypatch.setattr(configuration, "write", refuse)
    with pytest.raises(RefcloudFault, match="cannot write there") as caught:
        toy_cloud.up()
    assert caught.value.where == "/cache/refcloud"


def test_another_fault_of_the_system_is_not_hidden(toy_cloud, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(configuration, "write", refuse)
    with pytest.raises(OSError, match="Input/output"):
        toy_cloud.up()
