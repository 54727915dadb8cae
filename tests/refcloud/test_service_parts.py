"""Parts of the services that need no OpenStack to be tried."""

import hashlib
import importlib.util
import os
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.refcloud import folders

MIB = 1 << 20


def part(name):
    spec = importlib.util.spec_from_file_location(name, folders.PACKAGE / "services" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EMPTY = part("refcloud_empty")


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


PIECES = st.lists(st.sampled_from([bytes(MIB), b"x" * MIB, bytes(17), b"end"]), max_size=5)


@given(PIECES, st.sampled_from(["md5", "sha256", "sha512"]))
def test_a_digest_is_the_same_however_much_of_it_is_remembered(pieces, algorithm):
    hasher = EMPTY.Hasher(algorithm)
    for piece in pieces:
        hasher.update(piece)
    assert hasher.hexdigest() == hashlib.new(algorithm, b"".join(pieces)).hexdigest()


@pytest.mark.parametrize(
    ("piece", "is_something"), [(bytes(MIB), False), (b"", False), (bytes(9), False),
                                (bytes(MIB - 1) + b"x", True), (b"x" + bytes(9), True)],
)  # fmt: skip
def test_a_piece_of_nothing_but_zeros_is_empty(piece, is_something):
    assert EMPTY.has_content(piece) is is_something


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
