"""The whole line: a real cloud, its tests, a signed result, a registry, a published verdict."""

import json
import re

import pytest
import requests

from tests.journeys.conftest import serving

pytestmark = pytest.mark.journey


@pytest.fixture
def registry(refcheck, tmp_path):
    """A registry on SQLite with an account, its key and its token."""
    data = tmp_path / "registry"
    key, token = tmp_path / "key.pem", tmp_path / "token"
    assert refcheck("key", "new", "--out", str(key)).code == 0
    added = refcheck(
        "registry", "account", "add", "vendor", "--key", f"{key}.pub", "--token-out", str(token),
        "--data", str(data),
    )  # fmt: skip
    assert added.code == 0, added.told
    with serving(tmp_path, "--data", str(data)) as address:
        yield address


def test_a_run_is_submitted_judged_again_and_published(registry, run, refcheck, tmp_path):
    ran = run("--key", str(tmp_path / "key.pem"))
    assert ran.outcomes() == {"passed"}, ran.ended.told
    # Every capability holds, yet nothing shows which code runs: honest, and not a pass.
    assert ran.ended.code == 1, ran.ended.told
    assert ran.verdict["capability_rule"] == "held"
    assert ran.verdict["designated_code_rule"] == "not shown"
    assert "<h1>refcloud</h1>" in (ran.folder / "report.html").read_text()

    again = refcheck("judge", str(ran.folder / "result.json"), "--json", "--guideline", "2020.06",
                     "--target", "platform")  # fmt: skip
    assert json.loads(again.out)["guideline"]["id"] == "2020.06"

    sent = refcheck("submit", str(ran.folder), "--registry", registry, "--token-file",
                    str(tmp_path / "token"))  # fmt: skip
    assert sent.code == 0, sent.told
    page = re.search(rf"{registry}/results/\S+", sent.out).group()
    shown = requests.get(page, timeout=10)
    assert shown.status_code == 200
    assert "compute-servers-delete" in shown.text
    cloud = json.loads(requests.get(f"{registry}/api/v1/clouds", timeout=10).text)
    assert len(cloud["clouds"]) == 1

    twice = refcheck("submit", str(ran.folder), "--registry", registry, "--token-file",
                     str(tmp_path / "token"))  # fmt: skip
    assert twice.code == 0, twice.told
    assert "already" in twice.out


def test_one_worker_and_two_see_the_same(run):
    assert run("-n", "1").outcomes() == run("-n", "2").outcomes() == {"passed"}


def test_the_plugin_alone_writes_the_same_result(small, clouds_yaml, tmp_path):
    import os
    import subprocess
    import sys

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "--refcheck", "--os-cloud", "refcloud", "--guideline",
         str(small), "--target", "compute", "-p", "no:cacheprovider", "-n", "2"],
        cwd=tmp_path,
        env={**os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds_yaml),
             "REFCHECK_KEY": str(tmp_path / "key")},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"refcheck: 11 tests selected: 11 passed", ended.stdout), ended.stdout
    (result,) = tmp_path.glob("refcheck-runs/*/result.json")
    assert json.loads(result.read_text())["payloadType"] == "application/vnd.in-toto+json"


def test_nothing_is_left_in_the_cloud(run, refcloud, clouds_yaml, monkeypatch):
    ran = run()
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    assert left_in(ran.folder.name.rpartition("-")[2]) == []


def left_in(token):
    """Names of this run's things in any service, seen by the administrator and the member."""
    from refcheck.cloud.connection import connect

    admin, member = connect("refcloud-admin"), connect("refcloud")
    everything = {"all_tenants": "1"}
    listings = [
        (admin, "compute", "/servers", everything, "servers"),
        (admin, "block-storage", "/volumes", everything, "volumes"),
        (admin, "block-storage", "/snapshots", everything, "snapshots"),
        (admin, "image", "/images", {"limit": "1000"}, "images"),
        (admin, "network", "/networks", {}, "networks"),
        (admin, "network", "/subnets", {}, "subnets"),
        (admin, "network", "/ports", {}, "ports"),
        (admin, "network", "/routers", {}, "routers"),
        (admin, "network", "/security-groups", {}, "security_groups"),
    ]
    names = [
        entry["name"]
        for cloud, service, path, params, key in listings
        for entry in cloud.service(service).get(path, params=params)[key]
    ]
    names += [
        k["keypair"]["name"] for k in member.service("compute").get("/os-keypairs")["keypairs"]
    ]
    containers = member.service("object-store").get("", params={"format": "json"})
    names += [container["name"] for container in containers.json]
    return [name for name in names if token in name]
