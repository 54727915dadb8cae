"""Proxies of the environment are heeded, and looked up once; `~/.netrc` is nobody's credentials."""

import base64

import pytest
import requests

from refcheck.cloud.surroundings import SettledSession


@pytest.fixture
def session():
    with SettledSession() as session:
        yield session


def test_a_proxy_of_the_environment_is_used(session, httpserver, monkeypatch):
    httpserver.expect_request("/thing").respond_with_data("by the proxy")
    monkeypatch.setenv("http_proxy", httpserver.url_for(""))
    assert session.get("http://cloud.invalid/thing").text == "by the proxy"


def test_a_host_that_needs_no_proxy_is_reached_directly(session, httpserver, monkeypatch):
    httpserver.expect_request("/thing").respond_with_data("directly")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    assert session.get(httpserver.url_for("/thing")).text == "directly"


def test_the_environment_is_asked_once_per_host(session, httpserver, monkeypatch):
    httpserver.expect_request("/thing").respond_with_data("")
    asked = []
    look = requests.Session.merge_environment_settings
    monkeypatch.setattr(
        requests.Session,
        "merge_environment_settings",
        lambda *args: asked.append(args[1]) or look(*args),
    )
    for _ in range(3):
        session.get(httpserver.url_for("/thing"))
    assert len(asked) == 1
    session.get(httpserver.url_for("/thing"), verify=False)
    assert len(asked) == 2, "what is asked for by the request is part of what is remembered"


@pytest.mark.parametrize("session_of", [SettledSession, requests.Session])
def test_no_credentials_are_taken_from_netrc(session_of, httpserver, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text(f"machine {httpserver.host} login somebody password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    httpserver.expect_request("/thing").respond_with_data("")
    with session_of() as session:
        session.get(httpserver.url_for("/thing"))
    sent = httpserver.log[-1][0].headers.get("Authorization")
    basic = f"Basic {base64.b64encode(b'somebody:secret').decode()}"
    assert sent == (None if session_of is SettledSession else basic)
