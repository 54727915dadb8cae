"""No webhook makes the registry ask what only it can reach."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest
from refcheck_server.notices import reaching
from refcheck_server.notices.reaching import Unreachable, is_public, post, target_of

PUBLIC = "93.184.215.14"
NOT_PUBLIC = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",  # noqa: S104
    "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "fec0::1", "5f00::1",
    "::ffff:0:127.0.0.1", "::ffff:0:a9fe:a9fe",
]  # fmt: skip
NUMBERS = [
    "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "0", "127.0.1",
    "2852039166", "0xa9fea9fe", "[::1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]", "127.0.0.1.",
]  # fmt: skip
NO_ADDRESSES = [
    "", "https://", "https:///path", "http://example.org/", "ftp://example.org/",
    "file:///etc/passwd", "gopher://example.org/", "javascript:alert(1)", "//example.org/",
    "https://user@example.org/", "https://example.org:secret@127.0.0.1/", "https://example.org@/",
    "https://exa mple.org/", "https://example.org/\r\nHost: other", "https://example.org/#x",
    "https://example.org:0x50/", "https://example.org:99999/", "https://example.org:0/", "https://[::1/", "https://é.org/",
]  # fmt: skip


@pytest.fixture
def no_connection(monkeypatch):
    def refuse(*_arguments, **_more):
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", refuse)


def resolving(monkeypatch, *answers):
    """Let names have these addresses, one answer after the other; how often it was asked."""
    asked = []

    def answer(host, port, **_more):
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_of_the_internet_is_none_however_it_is_wrapped(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "2606:4700::1111", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
)
def test_an_address_of_the_internet_is_one(address):
    assert is_public(address)


@pytest.mark.usefixtures("no_connection")
@pytest.mark.parametrize("host", NUMBERS)
def test_a_number_for_this_machine_is_seen_in_each_spelling_before_it_is_asked(host):
    with pytest.raises(Unreachable, match="no public address"):
        target_of(f"https://{host}/", anywhere=False)
    with pytest.raises(Unreachable):
        post(f"https://{host}/", b"", {}, anywhere=False)


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(Unreachable):
        target_of(url, anywhere=False)


@pytest.mark.usefixtures("no_connection")
@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_name_that_leads_inside_is_not_asked(monkeypatch, address):
    resolving(monkeypatch, [address])
    with pytest.raises(Unreachable, match="not public"):
        post("https://example.org/", b"", {}, anywhere=False)


@pytest.mark.usefixtures("no_connection")
def test_one_address_inside_is_enough_to_refuse_all(monkeypatch):
    resolving(monkeypatch, [PUBLIC, "10.0.0.1"])
    with pytest.raises(Unreachable, match="not public"):
        post("https://example.org/", b"", {}, anywhere=False)


def test_a_name_that_leads_elsewhere_a_moment_later_is_followed_to_where_it_led_first(monkeypatch):
    asked = resolving(monkeypatch, [PUBLIC], ["127.0.0.1"])
    reached = []

    def note(address, _timeout):
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", note)
    with pytest.raises(Unreachable, match="cannot be reached"):
        post("https://example.org:8443/", b"", {}, anywhere=False)
    assert (asked, reached) == (["example.org"], [(PUBLIC, 8443)])


def test_proxies_of_the_environment_are_not_asked(monkeypatch, receiver):
    hook, proxy = receiver(), receiver()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    assert post(hook.url, b"{}", {}, anywhere=True) == 204
    assert (len(hook.messages), len(proxy.messages)) == (1, 0)


def test_a_redirect_is_an_answer_and_not_a_way(receiver):
    inside, hook = receiver(), receiver()
    hook.answer = lambda _: (307, {"Location": inside.url, "Content-Length": "0"}, b"")
    assert post(hook.url, b"{}", {}, anywhere=True) == 307
    assert inside.messages == []


def test_an_endless_answer_is_read_a_little():
    given, piece = 0, b"x" * 65_536
    with socket.create_server(("127.0.0.1", 0)) as server:

        def pour():
            nonlocal given
            peer, _ = server.accept()
            with peer, suppress(OSError):
                peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while given < 64_000_000:
                    given += peer.send(piece)

        pouring = threading.Thread(target=pour, daemon=True)
        pouring.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert post(url, b"{}", {}, anywhere=True) == 200
        pouring.join(30)
    assert not pouring.is_alive()
    assert given < 32_000_000  # what the kernels hold between the two is a few megabytes


def test_who_answers_a_letter_at_a_time_is_cut_off(monkeypatch):
    monkeypatch.setattr(reaching, "TOTAL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            peer, _ = server.accept()
            with peer, suppress(OSError):
                while True:
                    peer.sendall(b"H")
                    threading.Event().wait(0.05)

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(Unreachable, match="in time"):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {}, anywhere=True)
