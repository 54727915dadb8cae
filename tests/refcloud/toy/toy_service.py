"""Stands in for a service of refcloud: detaches and listens as a real one, answers everything.

How it misbehaves is in `toy.json` of the cloud's folder: {"dies": NAME, "slow": NAME, "deaf": NAME}.
"""

import json
import signal
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parents[3] / "refcheck" / "refcloud" / "services"))

import refcloud_env
import refcloud_process


class Answer(BaseHTTPRequestHandler):
    """Says yes to everything, with a token and a project."""

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        body = json.dumps({"token": {"project": {"id": "p"}}}).encode()
        self.send_response(200)
        self.send_header("X-Subject-Token", "t")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - http.server's name

    def log_message(self, *_):
        pass


def run(name):
    refcloud_process.detach(refcloud_env.HOME / "run" / f"{name}.pid")
    with refcloud_process.exits_on_failure():
        mood_file = refcloud_env.HOME / "toy.json"
        mood = json.loads(mood_file.read_text()) if mood_file.exists() else {}
        if mood.get("dies") == name:
            raise RuntimeError(f"{name} is on strike")
        if mood.get("deaf") == name:
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        if mood.get("slow") == name:
            time.sleep(60)
        with sqlite3.connect(refcloud_env.HOME / "db" / f"{name}.sqlite") as database:
            database.execute("CREATE TABLE IF NOT EXISTS things (name TEXT)")
        ThreadingHTTPServer(("127.0.0.1", refcloud_env.PORTS[name]), Answer).serve_forever()
