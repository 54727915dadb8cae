"""Compressed uploads, and bombs."""

from __future__ import annotations

import gzip
import resource
import zlib
from functools import cache

import pytest
import zstandard

from tests.server import samples

MIB = 1024 * 1024
COMPRESS = {"zstd": zstandard.compress, "gzip": gzip.compress}


@pytest.mark.parametrize("encoding", COMPRESS)
def test_a_compressed_upload_is_the_same_as_a_plain_one(registry, encoding):
    body = samples.envelope(samples.result(), registry.example.signer)
    small = COMPRESS[encoding](body)
    assert len(small) < len(body) / 2
    answer = registry.send(small, **{"Content-Encoding": encoding})
    assert answer.status_code == 201, answer.text
    result_id = answer.get_json()["id"]
    assert registry.client.get(f"/api/v1/results/{result_id}/envelope").data == body


@cache
def bombs() -> dict[tuple[str, str], bytes]:
    """Bodies that are small and hold 256 MiB, or are not whole."""
    chunk = bytes(MIB)
    writer = zstandard.ZstdCompressor(level=1).compressobj()
    zstd = b"".join(writer.compress(chunk) for _ in range(256)) + writer.flush()
    packer = zlib.compressobj(1, wbits=31)
    packed = b"".join(packer.compress(chunk) for _ in range(256)) + packer.flush()
    window = zstandard.ZstdCompressionParameters(window_log=27)
    wide = zstandard.ZstdCompressor(compression_params=window).compressobj()
    return {
        ("zstd", "256 MiB"): zstd,
        ("gzip", "256 MiB"): packed,
        ("gzip", "a bomb in a bomb"): gzip.compress(packed),
        ("zstd", "a window of 128 MiB"): wide.compress(chunk) + wide.flush(),
        ("zstd", "no zstd"): b"{}",
        ("gzip", "no gzip"): b"{}",
        ("gzip", "cut off"): gzip.compress(b"{}" * 1000)[:-9],
        ("zstd", "cut off"): zstandard.compress(b"{}" * 100_000)[:-9],
        ("zstd", "nothing"): b"",
        ("gzip", "nothing"): b"",
    }


def test_a_bomb_is_refused_before_it_is_unpacked(registry):
    unexpected = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for (encoding, what), body in bombs().items():
        answer = registry.send(body, **{"Content-Encoding": encoding})
        error = answer.get_json()["error"]
        expected = {413} if what == "256 MiB" else {400}
        if answer.status_code not in expected or not error["next_step"]:
            unexpected.append((encoding, what, answer.status_code, error))
    assert not unexpected
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024  # KiB
    assert registry.stored() == 0
