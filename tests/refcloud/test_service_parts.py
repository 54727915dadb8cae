"""Parts of the services that need no OpenStack to be tried."""

import importlib.util
import os
import sys
import time

import pytest

from refcheck.refcloud import folders

MIB = 1 << 20


def part(name):
    spec = importlib.util.spec_from_file_location(name, folders.PACKAGE / "services" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sparse_file(tmp_path):
    """Data, a large hole, data, a hole at the end."""
    file = tmp_path / "volume"
    with file.open("wb") as out:
        out.write(b"begin" * 1000)
        out.seek(64 * MIB)
        out.write(b"middle" * 1000)
        out.truncate(128 * MIB)
    return file


@pytest.mark.parametrize("missing", [(), ("copy_file_range",), ("SEEK_DATA",)])
def test_a_sparse_copy_is_equal_with_and_without_the_systems_help(
    sparse_file, tmp_path, monkeypatch, missing
):
    for name in missing:
        monkeypatch.delattr(os, name, raising=False)
    copy = tmp_path / "copy"
    part("refcloud_sparse").sparse_copy(sparse_file, copy, 130 * MIB)
    assert copy.stat().st_size == 130 * MIB
    with sparse_file.open("rb") as left, copy.open("rb") as right:
        while piece := left.read(MIB):
            assert right.read(MIB) == piece


@pytest.mark.skipif(sys.platform != "linux", reason="needs SEEK_DATA")
def test_a_sparse_copy_stays_sparse(sparse_file, tmp_path):
    copy = tmp_path / "copy"
    part("refcloud_sparse").sparse_copy(sparse_file, copy)
    assert copy.stat().st_blocks * 512 < 2 * MIB


def test_the_memory_cache_forgets_in_time_and_never_counts_below_zero():
    cache = part("refcloud_memory_cache").MemoryCache()
    cache.set("kept", 1)
    cache.set("short", 2, time=0.01)
    time.sleep(0.02)
    assert cache.get_multi(["kept", "short", "unknown"]) == [1, None, None]
    assert cache.incr("n", 3) == 3
    assert cache.decr("n", 5) == 0
    cache.delete("kept")
    assert cache.get("kept") is None
