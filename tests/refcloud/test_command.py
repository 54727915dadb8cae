"""The command line, on a toy cloud."""

import json
import os
import signal
import threading

import pytest
import yaml
from click.testing import CliRunner

from refcheck.cli.refcloud import refcloud
from refcheck.errors import ExitCode, Interrupted, RefcloudFault
from refcheck.refcloud import WHAT_IT_IS


def run(*arguments):
    return CliRunner().invoke(refcloud, [*arguments, "--name", "toy"])


def words(text):
    return " ".join(text.split())


def test_help_and_up_say_plainly_what_it_is(toy_cloud):
    shown = CliRunner().invoke(refcloud, ["--help"]).output
    assert WHAT_IT_IS in words(shown)
    said = run("up")
    assert said.exit_code == 0
    assert WHAT_IT_IS in words(said.output)
    assert "keystone answers" in said.output
    assert toy_cloud.settings().identity_url in said.output


def test_status_is_a_table_and_json(toy_cloud):
    toy_cloud.up()
    toy_cloud.service("cinder").stop()
    table = run("status").output
    assert "cinder" in table
    told = json.loads(run("status", "--json").output)
    assert told["up"] is False
    up = {service["service"]: service["up"] for service in told["services"]}
    assert [name for name, answers in up.items() if not answers] == ["cinder"]
    nova = next(service for service in told["services"] if service["service"] == "nova")
    assert nova["port"] == toy_cloud.settings().ports["nova"]
    assert nova["rss_mib"] > 0


def test_down_and_reset_say_what_they_did(toy_cloud):
    toy_cloud.up()
    assert "pristine" in run("reset").output
    assert "is down" in run("down").output
    assert not toy_cloud.is_up


def test_env_prints_writes_and_merges(toy_cloud, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    toy_cloud.up()
    entries = toy_cloud.clouds_yaml()
    assert yaml.safe_load(run("env").output) == entries
    run("env", "--write", str(tmp_path / "a.yaml"))
    run("env", "--merge", str(tmp_path / "b.yaml"))
    run("env", "--merge")
    for file in ("a.yaml", "b.yaml", ".config/openstack/clouds.yaml"):
        assert yaml.safe_load((tmp_path / file).read_text()) == entries


def test_env_refuses_two_ways_at_once(toy_cloud):
    assert run("env", "--merge", "a", "--write", "b").exit_code == ExitCode.WRONG_USE


def test_env_of_a_cloud_nobody_built_says_so(cache):
    assert isinstance(run("env").exception, RefcloudFault)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_up_ends_what_it_started(toy_cloud, number):
    toy_cloud.home.path.mkdir(parents=True)
    (toy_cloud.home.path / "toy.json").write_text(json.dumps({"slow": "cinder"}))
    threading.Timer(2, os.kill, (os.getpid(), number)).start()
    stopped = run("up").exception
    assert isinstance(stopped, Interrupted)
    assert stopped.exit_code == ExitCode.UNDECIDED
    assert not any(status.pid for status in toy_cloud.status())
