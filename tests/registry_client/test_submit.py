"""Sending a result: what arrives, and what a person is told when it does not."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from refcheck.errors import (
    BadResult,
    BadSignature,
    ExitCode,
    RegistryRefused,
    RegistryUnreachable,
    WrongUse,
)
from refcheck.registry_client.submit import submit

ACCEPTED = {
    "id": "0" * 32,
    "url": "http://registry/results/0",
    "api_url": "http://registry/api/v1/results/0",
    "cloud_url": "http://registry/clouds/0",
    "badge_url": "http://registry/clouds/0/badge.svg",
    "verdicts": [
        {
            "target": "platform",
            "title": "OpenStack Powered Platform",
            "qualifies": False,
            "capability_rule": "held",
            "designated_code_rule": "not shown",
            "mark": None,
        }
    ],
}


def answers(server: HTTPServer, status: int, body: object, **headers: str) -> str:
    server.expect_request("/api/v1/results").respond_with_json(body, status=status, headers=headers)
    return server.url_for("").rstrip("/")


def assert_tells_how_to_retry(error, folder, url):
    assert error.exit_code is ExitCode.REGISTRY_REFUSED
    assert f"The result is kept at {folder / 'result.json'}" in error.next_step
    assert f"refcheck submit '{folder / 'result.json'}' --registry {url}" in error.next_step


def test_the_bytes_arrive_as_they_are_with_the_token(httpserver, run_folder):
    seen: list[Request] = []

    def take(request: Request) -> Response:
        seen.append(request)
        return Response(json.dumps(ACCEPTED), status=201)

    httpserver.expect_request("/api/v1/results", method="POST").respond_with_handler(take)
    receipt = submit(run_folder, httpserver.url_for("/"), "a-token")
    assert seen[0].data == (run_folder / "result.json").read_bytes()
    assert seen[0].headers["Authorization"] == "Bearer a-token"
    assert receipt.url == ACCEPTED["url"]
    assert receipt.verdicts[0].capability_rule == "held"


def test_no_netrc_replaces_the_token(httpserver, run_folder, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine localhost login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    httpserver.expect_request(
        "/api/v1/results", headers={"Authorization": "Bearer a-token"}
    ).respond_with_json(ACCEPTED, status=201)
    assert submit(run_folder, httpserver.url_for(""), "a-token").id == ACCEPTED["id"]


def test_a_result_that_is_there_already_is_no_failure(httpserver, run_folder):
    body = {
        "error": {"fault": "here already", "path": None, "next_step": "-"},
        "id": "1" * 32,
        "url": "http://registry/results/1",
    }
    receipt = submit(run_folder, answers(httpserver, 409, body), "a-token")
    assert receipt.already_there
    assert receipt.url == "http://registry/results/1"


def refused(path: str | None = "$.predicate") -> dict[str, object]:
    return {"error": {"fault": "is wrong", "path": path, "next_step": "Mend it."}}


@pytest.mark.parametrize("status", [401, 403, 404, 429])
def test_a_refusal_is_told_with_path_and_next_step(httpserver, run_folder, status):
    url = answers(httpserver, status, refused())
    with pytest.raises(RegistryRefused) as caught:
        submit(run_folder, url, "a-token")
    assert f"({status}): $.predicate is wrong" in caught.value.fault
    assert caught.value.next_step.startswith("Mend it.")
    assert_tells_how_to_retry(caught.value, run_folder, url)


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_nobody_is_told_to_send_a_refused_document_again(httpserver, run_folder, status):
    with pytest.raises(RegistryRefused) as caught:
        submit(run_folder, answers(httpserver, status, refused()), "a-token")
    assert f"({status}): $.predicate is wrong" in caught.value.fault
    assert caught.value.next_step == "Mend it."


def test_an_upload_that_was_cut_is_told_to_be_sent_again(httpserver, run_folder):
    url = answers(httpserver, 400, refused(path=None))
    with pytest.raises(RegistryRefused) as caught:
        submit(run_folder, url, "a-token")
    assert_tells_how_to_retry(caught.value, run_folder, url)


def test_the_way_to_try_again_names_the_file_of_the_token(httpserver, run_folder, tmp_path):
    url = answers(httpserver, 503, {})
    token_file = tmp_path / "the token"
    with pytest.raises(RegistryUnreachable) as caught:
        submit(run_folder, url, "a-token", token_file=token_file)
    assert_tells_how_to_retry(caught.value, run_folder, url)
    assert f"--registry {url} --token-file '{token_file}'`" in caught.value.next_step
    assert "a-token" not in caught.value.next_step


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_broken_registry_is_told_to_be_tried_later(httpserver, run_folder, status):
    url = answers(httpserver, status, {"error": {"fault": "database away"}})
    with pytest.raises(RegistryUnreachable) as caught:
        submit(run_folder, url, "a-token")
    assert not isinstance(caught.value, RegistryRefused)
    assert "database away" in caught.value.fault
    assert_tells_how_to_retry(caught.value, run_folder, url)


def test_a_redirect_is_told_and_the_token_goes_nowhere_else(httpserver, run_folder):
    with HTTPServer() as elsewhere:
        asked: list[Request] = []
        elsewhere.expect_request("/").respond_with_handler(
            lambda request: asked.append(request) or Response("")
        )
        url = answers(httpserver, 307, {}, Location=elsewhere.url_for("/"))
        with pytest.raises(RegistryRefused) as caught:
            submit(run_folder, url, "a-token")
        assert elsewhere.url_for("/") in caught.value.fault
        assert asked == []
    assert_tells_how_to_retry(caught.value, run_folder, url)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (201, {}),
        (201, {**ACCEPTED, "verdicts": 7}),
        (201, []),
        (404, "<html>"),
        (200, ACCEPTED),
        (403, {"error": {"code": 403, "message": "You are not authorized.", "title": "Forbidden"}}),
        (403, {"error": {}}),
        (409, {"id": 7}),
    ],
)
def test_something_that_is_no_registry_is_told(httpserver, run_folder, status, body):
    url = answers(httpserver, status, body)
    with pytest.raises(RegistryRefused, match="does not look like a refcheck registry") as caught:
        submit(run_folder, url, "a-token")
    assert_tells_how_to_retry(caught.value, run_folder, url)


def test_control_characters_of_the_registry_do_not_reach_the_terminal(httpserver, run_folder):
    body = {"error": {"fault": "\x1b[2Jgone\x07", "path": None, "next_step": "\x1b[31mred"}}
    with pytest.raises(RegistryRefused) as caught:
        submit(run_folder, answers(httpserver, 400, body), "a-token")
    assert "\x1b" not in str(caught.value) + caught.value.next_step


def test_nobody_listening_is_told(run_folder):
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(RegistryUnreachable, match="connection refused") as caught:
        submit(run_folder, url, "a-token")
    assert_tells_how_to_retry(caught.value, run_folder, url)


def test_an_unknown_host_is_told(run_folder):
    url = "http://registry.invalid"
    with pytest.raises(RegistryUnreachable, match="no such host") as caught:
        submit(run_folder, url, "a-token")
    assert_tells_how_to_retry(caught.value, run_folder, url)


@contextmanager
def listening(behaviour) -> Iterator[str]:
    """A server that takes one connection and does with it what `behaviour` does."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def work() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                behaviour(connection)

        threading.Thread(target=work, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_registry_that_never_answers_is_left_in_time(run_folder):
    with listening(lambda _: time.sleep(30)) as url:
        begun = time.monotonic()
        with pytest.raises(RegistryUnreachable, match="did not answer") as caught:
            submit(run_folder, url, "a-token", total_seconds=0.5)
        assert time.monotonic() - begun < 20
    assert_tells_how_to_retry(caught.value, run_folder, url)


def test_a_registry_that_answers_byte_by_byte_is_left_in_time(run_folder):
    def drip(connection: socket.socket) -> None:
        for letter in b"HTTP/1.1 201 Created\r\nX-Slow: " + b"s" * 300:
            try:
                connection.send(bytes([letter]))
            except OSError:
                return
            time.sleep(0.1)

    with listening(drip) as url:
        begun = time.monotonic()
        with pytest.raises(RegistryUnreachable, match="did not answer within 1 s"):
            submit(run_folder, url, "a-token", total_seconds=1)
        assert time.monotonic() - begun < 20


def test_a_connection_that_is_cut_is_told(run_folder):
    with (
        listening(lambda connection: connection.sendall(b"HTTP/1.1 2")) as url,
        pytest.raises(RegistryUnreachable, match="cannot be reached") as caught,
    ):
        submit(run_folder, url, "a-token")
    assert_tells_how_to_retry(caught.value, run_folder, url)


def test_what_is_not_a_signed_result_is_not_sent(run_folder, tmp_path):
    good = (run_folder / "result.json").read_bytes()
    unsigned = json.dumps({**json.loads(good), "signatures": []}).encode()
    cases = {
        "missing": (None, BadResult),
        "truncated": (good[:-50], BadResult),
        "large": (b" " * (21 * 1024 * 1024), BadResult),
        "unsigned": (unsigned, BadSignature),
    }
    for name, (data, kind) in cases.items():
        file = tmp_path / name
        if data is not None:
            file.write_bytes(data)
        with pytest.raises(kind) as caught:
            submit(file, "http://registry.invalid", "a-token")
        assert caught.value.where == str(file)


@pytest.mark.parametrize(
    "address",
    ["", "registry", "ftp://registry", "http://", "http://[::1", "http://a:b@c", "http://a/?b"],
)
def test_an_address_that_is_none_is_told(run_folder, address):
    with pytest.raises(WrongUse, match="not the address"):
        submit(run_folder, address, "a-token")


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "é"])
def test_a_token_that_is_none_is_told(run_folder, token):
    with pytest.raises(WrongUse, match="the token"):
        submit(run_folder, "http://registry.invalid", token)
