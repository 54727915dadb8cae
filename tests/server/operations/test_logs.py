"""The log is one JSON object a line, and holds no secret."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing

import requests

from tests.server import live

JSON = {"REFCHECK_REGISTRY_LOG": "json"}


def requests_in(log):
    lines = [json.loads(line) for line in log if line.startswith("{")]
    return [line for line in lines if line["event"] == "request"]


def served(tmp_path, count, *asked, **environ):
    """The lines about `count` requests; `asked` are (method, path, options)."""
    with live.serving("--data", str(tmp_path), **JSON, **environ) as registry:
        answers = [
            requests.request(method, registry.url + path, timeout=10, **options)
            for method, path, options in asked
        ]
        deadline = time.monotonic() + 20
        while len(requests_in(registry.log)) <= count and time.monotonic() < deadline:
            time.sleep(0.05)
        return answers, registry.log


def test_each_request_is_a_line_with_the_id_that_its_answer_names(tmp_path):
    answers, log = served(tmp_path, 1, ("GET", "/api/v1/clouds", {}))
    line = next(one for one in requests_in(log) if one["path"] == "/api/v1/clouds")
    assert line["request_id"] == answers[0].headers["X-Request-Id"]
    assert (line["method"], line["status"], line["client"]) == ("GET", 200, "127.0.0.1")
    assert line["milliseconds"] > 0
    assert line["timestamp"].endswith("Z")


def test_an_id_that_a_proxy_gave_is_kept_unless_it_is_none(tmp_path):
    given = [{"X-Request-Id": value} for value in ("from-the-proxy", "a b", "x" * 65)]
    answers, _ = served(tmp_path, 3, *(("GET", "/healthz", {"headers": one}) for one in given))
    ids = [one.headers["X-Request-Id"] for one in answers]
    assert ids[0] == "from-the-proxy"
    assert [len(one) for one in ids[1:]] == [16, 16]


def test_neither_tokens_nor_what_follows_a_question_mark_are_logged(tmp_path):
    secret = "rck_hunter2hunter2"
    headers = {"Authorization": f"Bearer {secret}"}
    _, log = served(
        tmp_path,
        3,
        ("POST", f"/api/v1/results?token={secret}", {"headers": headers, "data": b"{}"}),
        ("POST", "/sign-in", {"data": {"name": secret}}),  # typed into the wrong field
        ("GET", f"/?code={secret}", {"headers": headers}),
    )
    assert secret not in "".join(log)
    assert {"/", "/api/v1/results"} <= {one["path"] for one in requests_in(log)}


def test_a_fault_is_a_line_with_its_traceback_and_without_values(tmp_path):
    with live.serving("--data", str(tmp_path), **JSON) as registry:
        with closing(sqlite3.connect(tmp_path / "registry.db")) as database:
            database.execute("DROP TABLE clouds")
        token = "rck_hunter2hunter2"
        answer = requests.get(
            f"{registry.url}/api/v1/clouds", headers={"Authorization": token}, timeout=10
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            faults = [
                json.loads(one)
                for one in registry.log
                if '"exception"' in one and '"request_id"' in one  # others come of background jobs
            ]
            if faults:
                break
            time.sleep(0.05)
    assert answer.status_code >= 500
    assert faults[0]["level"] == "error"
    assert faults[0]["request_id"] == answer.headers["X-Request-Id"]
    assert "Traceback" in faults[0]["exception"]
    assert token not in "".join(registry.log)
    assert all(line.startswith(("{", "registry ", "database ", "Ctrl-C")) for line in registry.log)


def test_what_the_log_is_like_is_checked(tmp_path):
    ended = live.administer("account", "list", "--data", str(tmp_path), REFCHECK_REGISTRY_LOG="xml")
    assert ended.returncode == 2
    assert "REFCHECK_REGISTRY_LOG: is 'xml'" in ended.stderr
