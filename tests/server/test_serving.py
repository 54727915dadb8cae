"""The registry as a process: started, stopped, and used over HTTP."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import sqlite3
import subprocess
import tempfile
import termios
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from refcheck_server.serving import NoFolder, shared_folder

from refcheck.result.signing import load_signer
from tests.server import live, postgres, samples


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Options that say where the registry keeps things, on either database."""
    if request.param == "sqlite":
        yield ["--data", str(tmp_path / "data")]
    else:
        with postgres.database(request.getfixturevalue("postgres_server")) as address:
            yield ["--database", address]


def test_a_new_registry_takes_a_result_over_http_and_shows_it(place, tmp_path):
    with live.serving(*place) as registry:
        key, token = live.new_account("example", tmp_path, *place)
        body = samples.envelope(samples.result(), load_signer(key))
        answer = requests.post(
            f"{registry.url}/api/v1/results",
            data=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        assert answer.status_code == 201, answer.text
        assert requests.get(answer.json()["url"], timeout=30).status_code == 200
        assert requests.get(answer.json()["badge_url"], timeout=30).text.startswith("<svg")
        revoked = live.administer("token", "revoke", "_".join(token.split("_")[:2]), *place)
        assert revoked.returncode == 0, revoked.stderr
        again = requests.post(
            answer.url, data=body, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        assert again.status_code == 403
        assert registry.stop() == 0


def test_uploads_that_arrive_together_are_all_kept_and_none_twice(place, tmp_path):
    with live.serving(*place) as registry:
        key, token = live.new_account("example", tmp_path, *place)
        signer = load_signer(key)
        bodies = [
            samples.envelope(samples.result(run_id=f"run {number % 8}"), signer)
            for number in range(16)
        ]

        def send(body: bytes) -> int:
            return requests.post(
                f"{registry.url}/api/v1/results",
                data=body,
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            ).status_code

        with ThreadPoolExecutor(8) as senders:
            answers = sorted(senders.map(send, bodies))
        assert answers == [201] * 8 + [409] * 8
        cloud = requests.get(f"{registry.url}/api/v1/clouds/{samples.CLOUD}", timeout=30).json()
        assert cloud["total"] == 8
        assert len(cloud["standing"]) == 3


def test_fifty_megabytes_are_refused_over_a_real_connection(tmp_path):
    place = ["--data", str(tmp_path / "data")]
    with live.serving(*place) as registry:
        _, token = live.new_account("example", tmp_path, *place)
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{registry.url}/api/v1/results"
        whole = requests.post(address, data=bytes(50 * 1024 * 1024), headers=headers, timeout=60)
        assert whole.status_code == 413
        chunks = (bytes(1024 * 1024) for _ in range(50))
        in_pieces = requests.post(address, data=chunks, headers=headers, timeout=60)
        assert in_pieces.status_code == 413
        assert "20,971,520" in in_pieces.json()["error"]["fault"]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly_and_leaves_no_process(tmp_path, sign):
    with live.serving("--data", str(tmp_path)) as registry:
        assert registry.stop(sign) == 0
        with pytest.raises(requests.ConnectionError):
            requests.get(registry.url, timeout=5)
        assert "Traceback" not in "".join(registry.log)
    with pytest.raises(ProcessLookupError):
        os.kill(registry.process.pid, 0)


def test_a_machine_without_a_place_for_temporary_files_is_told_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(NoFolder) as told, shared_folder():
        pass
    assert "TMPDIR" in told.value.next_step


def test_a_closed_terminal_ends_it_and_every_worker_cleanly(tmp_path):
    """The kernel signals the whole foreground group, and what is printed goes nowhere."""
    master, terminal = os.openpty()
    process = subprocess.Popen(
        live.command("serve", "--port", "0", "--data", str(tmp_path)),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(terminal)
    try:
        url = address_on(master)
        live.wait_until_healthy(url)
    finally:
        os.close(master)
    assert process.wait(timeout=60) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def address_on(terminal: int) -> str:
    shown = b""
    while not (found := re.search(rb"registry +(http://\S+)/\s", shown)):
        shown += os.read(terminal, 1024)
    return found.group(1).decode()


def test_a_registry_that_was_started_to_outlive_its_terminal_does(tmp_path):
    with live.serving("--data", str(tmp_path), under=("nohup",)) as registry:
        registry.process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            registry.process.wait(timeout=3)
        assert requests.get(f"{registry.url}/api/v1/health", timeout=10).status_code == 200
        assert registry.stop() == 0


def test_a_taken_port_is_told_with_the_next_step(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = live.administer("serve", "--port", str(port), "--data", str(tmp_path))
    assert ended.returncode == 2
    assert f"127.0.0.1:{port}: the port is taken" in ended.stderr
    assert "--port" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_host_that_is_not_ours_is_told(tmp_path):
    ended = live.administer("serve", "--host", "192.0.2.1", "--port", "0", "--data", str(tmp_path))
    assert ended.returncode == 2
    assert "--host" in ended.stderr


@pytest.mark.parametrize(
    ("database", "told"),
    [
        ("mysql://localhost/x", "use SQLite"),
        ("not a url", "--database: is not a database address"),
        ("postgresql://me@localhost:port/x", "--database: is not a database address"),
        ("", "--database: is not a database address"),
        ("sqlite://", "would forget every result"),
        ("sqlite:////proc/nowhere/registry.db", "cannot make the folder"),
        ("postgresql://nobody@127.0.0.1:1/nothing", "cannot use the database"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(database, told):
    ended = live.administer("serve", "--port", "0", "--database", database)
    assert ended.returncode == 2, ended.stderr
    assert told.lower() in ended.stderr.lower()
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path):
    file = tmp_path / "registry.db"
    file.write_bytes(b"something else " * 100)
    ended = live.administer("account", "list", "--data", str(tmp_path))
    assert ended.returncode == 2
    assert "file is not a database" in ended.stderr
    assert file.read_bytes() == b"something else " * 100


def test_a_password_in_the_database_address_is_not_printed():
    ended = live.administer(
        "serve", "--port", "0", "--database", "postgresql://me:s3cret@127.0.0.1:1/nothing"
    )
    assert ended.returncode == 2
    assert "s3cret" not in ended.stderr + ended.stdout


def test_bad_settings_are_named(tmp_path):
    for name, value in (
        ("DATABASE", "nonsense"),
        ("PUBLIC_URL", "registry"),
        ("UPLOAD_LIMIT", "much"),
        ("UPLOAD_RATE", "often"),
        ("PROXIES", "-1"),
    ):
        variable = f"REFCHECK_REGISTRY_{name}"
        ended = live.administer("account", "list", "--data", str(tmp_path), **{variable: value})
        assert ended.returncode == 2
        assert variable in ended.stderr


def test_a_database_of_another_version_is_not_touched_by_commands(tmp_path):
    assert live.administer("account", "list", "--data", str(tmp_path)).returncode == 0
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    ended = live.administer("account", "list", "--data", str(tmp_path))
    assert ended.returncode == 2
    assert "9999" in ended.stderr


def test_accounts_tokens_and_keys_are_administered_by_command(tmp_path):
    place = ["--data", str(tmp_path)]
    key, token = live.new_account("example", tmp_path, *place)
    assert (tmp_path / "example.token").stat().st_mode & 0o777 == 0o600
    twice = live.administer("account", "add", "example", *place)
    assert twice.returncode == 2
    assert "already" in twice.stderr
    assert live.administer("account", "add", "No Such Name!", *place).returncode == 2
    assert live.administer("key", "add", "nobody", str(key), *place).returncode == 2
    taken = live.administer("account", "add", "other", "--key", f"{key}.pub", *place)
    assert taken.returncode == 2
    assert "other" not in live.administer("account", "list", *place).stdout
    new = live.administer("token", "new", "example", "--days", "30", *place)
    assert "rck_" in new.stdout
    listed = live.administer("account", "list", *place).stdout
    assert token not in listed
    assert "expires" in listed
    keyid = load_signer(key).public_key.keyid
    assert live.administer("key", "revoke", keyid, *place).returncode == 0
    again = live.administer("key", "add", "example", f"{key}.pub", *place)
    assert "was revoked" in again.stderr
