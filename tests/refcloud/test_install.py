"""How an environment comes to be, with a lock file that asks for no package at all."""

import shutil
import sys

import pytest

from refcheck.errors import RefcloudFault
from refcheck.refcloud import install
from refcheck.refcloud.folders import LOCK

UV = shutil.which("uv") or "uv"


@pytest.fixture
def empty_lock(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("# nothing\n")
    return lock


@pytest.fixture
def broken_uv(tmp_path):
    script = tmp_path / "uv"
    script.write_text("#!/bin/sh\necho no such index >&2\nexit 2\n")
    script.chmod(0o755)
    return str(script)


def test_every_package_of_the_services_is_pinned_with_a_hash_and_without_an_address():
    lines = [line for line in LOCK.read_text().splitlines() if line and not line.startswith("#")]
    pins = [n for n, line in enumerate(lines) if line[0].isalnum()]
    assert len(pins) > 150
    for n in pins:
        assert "==" in lines[n]
        assert lines[n + 1].strip().startswith("--hash=sha256:")
    assert "://" not in LOCK.read_text()


@pytest.mark.skipif(not install._uv(), reason="uv is not installed")
def test_an_environment_is_installed_once(empty_lock, cache, heard):
    made = install.ensure(empty_lock, "toy", heard)
    assert made.installed
    said = list(heard.lines)
    assert said
    assert install.ensure(empty_lock, "toy", heard) == made
    assert heard.lines == said


def test_pip_takes_over_when_uv_fails(empty_lock, cache, heard, broken_uv, monkeypatch):
    monkeypatch.setattr(install, "_uv", lambda: [broken_uv])
    assert install.ensure(empty_lock, "toy", heard).installed
    assert any("trying pip" in line for line in heard.lines)


def test_a_half_made_environment_is_made_again(empty_lock, cache, heard, monkeypatch):
    monkeypatch.setattr(install, "_uv", list)
    half = install.environment(empty_lock, "toy")
    (half.path / "bin").mkdir(parents=True)
    (half.path / "bin" / "python").symlink_to(sys.executable)
    (half.path / "left-over").touch()
    assert not half.installed
    assert install.ensure(empty_lock, "toy", heard).installed
    assert not (half.path / "left-over").exists()


def test_an_environment_whose_python_went_away_does_not_count(empty_lock, cache):
    gone = install.environment(empty_lock, "toy")
    (gone.path / "bin").mkdir(parents=True)
    (gone.path / "bin" / "python").symlink_to("/nowhere/python")
    gone.marker.touch()
    assert not gone.installed


def test_another_lock_makes_another_environment(empty_lock, tmp_path, cache):
    other = tmp_path / "other.lock"
    other.write_text("# nothing else\n")
    assert install.environment(empty_lock, "toy") != install.environment(other, "toy")


def test_when_nothing_can_install_the_log_is_quoted(tmp_path, cache, heard, broken_uv, monkeypatch):
    lock = tmp_path / "requirements.lock"
    lock.write_text("no-such-package==0 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setattr(install, "_uv", lambda: [broken_uv])
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(RefcloudFault, match="no-such-package") as caught:
        install.ensure(lock, "toy", heard)
    assert caught.value.where.endswith(".log")
    assert not install.environment(lock, "toy").installed
