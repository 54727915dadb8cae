"""Requests that two servers in a row would cut at different places, byte for byte to gunicorn."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.server import live

HEAD = b"POST /v1/results HTTP/1.1\r\nHost: localhost\r\n"
NEXT = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
AMBIGUOUS = {
    "both lengths": HEAD
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + NEXT,
    "chunked in another case, with a length": HEAD
    + b"Content-Length: 5\r\nTransfer-Encoding: cHuNkEd\r\n\r\n0\r\n\r\n"
    + NEXT,
    "a space before the colon": HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + NEXT,
    "a tab in front of the value": HEAD
    + b"Content-Length: 5\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n"
    + NEXT,
    "an encoding nobody knows": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + NEXT,
    "two encodings": HEAD
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
    + NEXT,
    "two lengths": HEAD + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + NEXT,
    "two lengths in one": HEAD + b"Content-Length: 0, 44\r\n\r\n" + NEXT,
    "a length with a sign": HEAD + b"Content-Length: +0\r\n\r\n" + NEXT,
    "a length below zero": HEAD + b"Content-Length: -1\r\n\r\n" + NEXT,
    "a length in hex": HEAD + b"Content-Length: 0x10\r\n\r\n" + NEXT,
    "a length with an underscore": HEAD + b"Content-Length: 1_0\r\n\r\n" + NEXT,
    "a folded header": HEAD + b"X: y\r\n Transfer-Encoding: chunked\r\n\r\n" + NEXT,
    "a bare line end": HEAD + b"X: y\nContent-Length: 44\r\n\r\n" + NEXT,
    "a bare CR": HEAD + b"X: y\rContent-Length: 44\r\n\r\n" + NEXT,
    "NUL in a header": HEAD + b"X: \0\r\nContent-Length: 0\r\n\r\n" + NEXT,
    "a chunk of bad size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + NEXT,
    "a chunk of size -1": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + NEXT,
    "a chunk ended by a bare line end": HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\n\n" + NEXT,
    "a header without a name": HEAD + b": chunked\r\nContent-Length: 0\r\n\r\n" + NEXT,
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n" + NEXT,
    "a version of its own": b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n" + NEXT,
    "no version": b"GET /\r\n\r\n",
    "a header of 100 KB": HEAD + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
    "10,000 headers": HEAD + b"X: y\r\n" * 10_000 + b"\r\n",
}


@pytest.fixture(scope="module")
def where(tmp_path_factory) -> Iterator[tuple[str, int]]:
    with live.serving("--data", str(tmp_path_factory.mktemp("wire"))) as served:
        parts = urlsplit(served.url)
        yield parts.hostname, parts.port
        assert served.process.poll() is None


def say(where: tuple[str, int], data: bytes) -> bytes:
    """All that is answered until the server ends the connection."""
    heard = b""
    with socket.create_connection(where, timeout=30) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while more := connection.recv(65536):
                heard += more
        except (ConnectionResetError, BrokenPipeError):
            pass  # cut off before all was said
    return heard


@pytest.mark.parametrize("what", AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_answered_once_and_the_connection_ends(where, what):
    heard = say(where, AMBIGUOUS[what])
    assert heard.count(b"HTTP/1.1 ") <= 1, heard
    assert b"smuggled" not in heard
    assert b"evil.example" not in heard
    status = heard.split(b" ", 2)[1:2]
    assert status in ([], [b"400"], [b"431"], [b"501"], [b"505"]) or b"refused" in heard, heard


def test_an_address_that_looks_like_another_site_s_leads_nowhere(where):
    for path in (b"//evil.example/", b"//evil.example/account", b"/%2fevil.example", b"//x/..//evil.example/"):  # fmt: skip
        heard = say(where, b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")  # fmt: skip
        to = [line for line in heard.split(b"\r\n") if line.lower().startswith(b"location:")]
        assert not to or to[0].split(b" ", 1)[1].startswith((b"/evil", b"http://localhost/")), heard


def test_the_server_is_still_there(where):
    heard = say(where, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 200 ")


def test_a_header_of_a_program_is_no_header_of_a_proxy(where):
    """WSGI makes X_Forwarded_For and X-Forwarded-For one: the first is dropped on the way."""
    spoofed = b"X_Forwarded_Host: evil.example\r\nX_Signature: 00\r\nConnection: close\r\n\r\n"
    heard = say(where, b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n" + spoofed)
    assert b"evil.example" not in heard


def test_after_a_refusal_the_connection_is_good_for_the_next_request(where):
    """What was refused before its body was read must not cost whoever asks next on it."""
    body = b"x" * 1_000_000
    head = b"POST /api/v1/results HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
    refused = head % len(body) + body
    asked = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    heard = say(where, refused * 3 + asked)
    assert re.findall(rb"HTTP/1.1 (\d+) ", heard) == [b"401"] * 3 + [b"200"]
