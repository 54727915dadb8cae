"""Guidelines from an address, and files, pinned by the digest of their bytes."""

from __future__ import annotations

import hashlib

import pytest
from pytest_httpserver import HTTPServer

from refcheck.errors import BadGuideline, ExitCode, WrongUse
from refcheck.guideline import library
from refcheck.guideline.parse import SIZE_LIMIT
from tests.guideline.documents import TEXT_OF_SOUND

DIGEST = hashlib.sha256(TEXT_OF_SOUND.encode()).hexdigest()


def test_an_address_with_the_right_digest_is_read(httpserver: HTTPServer):
    httpserver.expect_request("/own.json").respond_with_data(TEXT_OF_SOUND)
    address = httpserver.url_for("/own.json")
    one = library.load(f"{address}#sha256={DIGEST.upper()}")
    assert (one.id, one.sha256) == ("2030.01", DIGEST)


def test_an_address_without_digest_is_not_even_asked(httpserver: HTTPServer):
    with pytest.raises(WrongUse, match="needs the digest"):
        library.load(httpserver.url_for("/own.json"))
    assert httpserver.log == []


def test_other_bytes_than_those_meant_are_refused(httpserver: HTTPServer):
    httpserver.expect_request("/own.json").respond_with_data(TEXT_OF_SOUND)
    address = httpserver.url_for("/own.json")
    with pytest.raises(BadGuideline, match=f"has the digest {DIGEST}, not 0000") as caught:
        library.load(f"{address}#sha256={'0' * 64}")
    assert caught.value.where == address
    assert caught.value.exit_code is ExitCode.WRONG_USE


def test_an_address_that_does_not_answer_is_told(httpserver: HTTPServer):
    httpserver.expect_request("/own.json").respond_with_data("gone", status=404)
    with pytest.raises(BadGuideline, match="cannot be fetched"):
        library.load(httpserver.url_for("/own.json") + f"#sha256={DIGEST}")
    with pytest.raises(BadGuideline, match="cannot be fetched"):
        library.load(f"http://127.0.0.1:1/own.json#sha256={DIGEST}")


def test_an_answer_without_end_is_not_read_to_its_end(httpserver: HTTPServer):
    huge = b"x" * (SIZE_LIMIT + 100)
    httpserver.expect_request("/own.json").respond_with_data(huge)
    with pytest.raises(BadGuideline, match="has the digest"):
        library.load(httpserver.url_for("/own.json") + f"#sha256={DIGEST}")


def test_a_file_can_be_pinned_as_well(tmp_path):
    file = tmp_path / "own.json"
    file.write_text(TEXT_OF_SOUND)
    assert library.load(f"{file}#sha256={DIGEST}").sha256 == DIGEST
    with pytest.raises(BadGuideline, match="has the digest"):
        library.load(f"{file}#sha256={'0' * 64}")


def test_a_file_of_200_mb_is_refused_without_being_read_whole(tmp_path):
    file = tmp_path / "huge.json"
    with file.open("wb") as opened:
        opened.truncate(200 * 1024 * 1024)
    with pytest.raises(BadGuideline, match="bytes large; at most"):
        library.load(str(file))
