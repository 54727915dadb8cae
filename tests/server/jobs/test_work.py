"""`refcheck registry work` and the worker inside `serve`, as processes."""

from __future__ import annotations

import signal
import subprocess

import requests

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
