"""Prometheus is told what all workers do, and nobody else is."""

from __future__ import annotations

import re

import requests
from refcheck_server.app import create_app
from refcheck_server.settings import from_environment

from tests.server import live

TOKEN = "correct-horse-battery-staple"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


def client_of(database_url):
    environ = {"REFCHECK_REGISTRY_METRICS_TOKEN": TOKEN}
    return create_app(from_environment(environ, database=database_url)).test_client()


def test_requests_are_counted_by_view_method_and_status(database_url):
    client = client_of(database_url)
    for _ in range(3):
        client.get("/api/v1/clouds")
    client.post("/api/v1/results")
    told = client.get("/metrics", headers=AUTHORIZED).text
    name = "refcheck_registry_requests_total"
    assert f'{name}{{method="GET",status="200",view="api.clouds"}} 3.0' in told
    assert f'{name}{{method="POST",status="401",view="api.upload"}} 1.0' in told
    assert 'refcheck_registry_request_seconds_count{view="api.clouds"} 3.0' in told


def test_addresses_that_are_nobody_s_are_one_name(database_url):
    client = client_of(database_url)
    for number in range(5):
        client.get(f"/nothing/{number}")
    told = client.get("/metrics", headers=AUTHORIZED).text
    assert 'requests_total{method="any",status="404",view="none"} 5.0' in told
    assert "nothing" not in told


def test_nobody_else_is_told(database_url):
    client = client_of(database_url)
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer é"}).status_code == 404


def test_without_a_token_there_is_no_such_page(registry):
    assert registry.client.get("/metrics", headers=AUTHORIZED).status_code == 404


def test_whichever_worker_is_asked_tells_of_all(tmp_path):
    environ = {"REFCHECK_REGISTRY_METRICS_TOKEN": TOKEN}
    with live.serving("--data", str(tmp_path), "--workers", "3", **environ) as registry:
        for _ in range(30):
            requests.get(f"{registry.url}/api/v1/clouds", timeout=10)
        told = {
            re.search(r'requests_total\{.*view="api\.clouds"\} (\S+)', text)[1]
            for text in (
                requests.get(f"{registry.url}/metrics", headers=AUTHORIZED, timeout=10).text
                for _ in range(8)
            )
        }
    assert told == {"30.0"}


def test_a_token_that_is_easy_to_guess_is_refused(tmp_path):
    ended = live.administer(
        "account", "list", "--data", str(tmp_path), REFCHECK_REGISTRY_METRICS_TOKEN="short"
    )
    assert ended.returncode == 2
    assert "REFCHECK_REGISTRY_METRICS_TOKEN" in ended.stderr
    assert "short" not in ended.stderr.replace("easy to guess", "")
