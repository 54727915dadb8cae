"""`refcheck registry work` and the worker inside `serve`, as processes."""

from __future__ import annotations

import http.server
import json
import queue
import signal
import subprocess
import threading
from datetime import UTC, datetime

import requests
from refcheck_server.database import Database
from refcheck_server.notices import signatures
from refcheck_server.notices.models import Webhook
from refcheck_server.vendors.models import Vendor

from tests.server import live


def test_work_ends_at_once_when_nothing_is_due_and_by_a_signal(tmp_path):
    place = ["--data", str(tmp_path)]
    ended = live.administer("work", "--until-empty", *place)
    assert (ended.returncode, ended.stdout) == (0, "tried     0\n")
    process = subprocess.Popen(
        live.command("work", *place), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout.readline().startswith("works on")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def test_the_metrics_tell_of_the_queue(tmp_path):
    token = "correct-horse-battery-staple"
    with live.serving("--data", str(tmp_path), REFCHECK_REGISTRY_METRICS_TOKEN=token) as registry:
        told = requests.get(
            f"{registry.url}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=10
        ).text
    for name in ("jobs_waiting", "jobs_dead", "jobs_oldest_seconds"):
        assert f"refcheck_registry_{name} 0.0" in told


def test_serve_does_the_jobs_by_itself_with_sqlite(tmp_path):
    """From a decision by command to a message at a vendor's web server."""
    place, got = ["--data", str(tmp_path)], queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server,
        live.serving(*place, REFCHECK_REGISTRY_WEBHOOKS="anywhere"),
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        database = Database(f"sqlite:///{tmp_path / 'registry.db'}")
        with database.session() as session, session.begin():
            now = datetime.now(UTC)
            vendor = Vendor(
                slug="example", name="Example", website="", contact="", description="",
                state="pending", registered_at=now,
            )  # fmt: skip
            url = f"http://127.0.0.1:{server.server_address[1]}/"
            secret = signatures.new_secret()
            session.add(
                Webhook(vendor=vendor, url=url, topics="vendor", secret=secret, made_at=now)
            )
        database.engine.dispose()
        assert live.administer("vendor", "approve", "example", *place).returncode == 0
        assert got.get(timeout=60)["type"] == "vendor.approved"
        server.shutdown()
