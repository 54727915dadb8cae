"""No secret that went over the wire is in anything that a run leaves or says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from refcheck.result import signing
from tests.faults.faults import anything, every, repeating_everything
from tests.faults.secrets_seen import forms, secrets_seen

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def pristine_afterwards(refcloud):
    """A cloud that hides what it made keeps it: the next test gets one without."""
    yield
    refcloud.reset()


# Passwords of servers and of users, keys, tokens, credentials, signed addresses, user data.
TALKATIVE = (
    "identity/test_v3_tokens_create.py",
    "identity/test_v3_tokens_validate.py",
    "identity/test_v3_tokens_delete.py",
    "identity/test_v3_application_credentials.py",
    "compute/test_servers_create.py",
    "compute/test_servers_rebuild.py",
    "compute/test_keypairs_create.py",
    "object_storage/test_temp_url_get.py",
    "object_storage/test_temp_url_put.py",
    "object_storage/test_container_metadata.py",
)


def test_what_a_cloud_repeats_is_in_no_artefact(behind):
    with behind.proxy(started(every(3, anything, repeating_everything))) as proxy:
        ran = behind.run(behind.clouds(proxy), *TALKATIVE, guideline="2022.11")
    assert "failed" in ran.outcomes(), ran.ended.told
    files = {file.name: file.read_bytes() for file in ran.folder.rglob("*") if file.is_file()}
    files["payload"] = signing.open_envelope(files["result.json"]).payload
    files["terminal"] = f"{ran.ended.out}\n{ran.ended.err}".encode()
    assert {"journal.sqlite", "ledger.sqlite", "report.html", "verdict.json"} <= set(files)
    assert_none_of(secrets_seen(proxy.seen), files)


def test_what_a_cloud_repeats_is_in_no_report_of_pytest(behind, tmp_path):
    places = TALKATIVE[:1] + TALKATIVE[-3:-1]
    with behind.proxy(started(every(3, anything, repeating_everything))) as proxy:
        ended = subprocess.run(
            [
                sys.executable, "-m", "pytest", "--refcheck", "--os-cloud", "refcloud",
                "--guideline", str(behind.guideline(places)), "--target", "platform",
                "--refcheck-runs", str(tmp_path / "runs"), "--junitxml", str(tmp_path / "j.xml"),
                "-p", "no:cacheprovider", "-o", "junit_logging=all", "--log-level=DEBUG",
                "--showlocals", "-vv", "-rA",
            ],
            cwd=tmp_path,
            env={**os.environ, "OS_CLIENT_CONFIG_FILE": str(behind.clouds(proxy))},
            capture_output=True,
            timeout=300,
            check=False,
        )  # fmt: skip
    files = {"terminal": ended.stdout, "errors": ended.stderr}
    files["junit"] = (tmp_path / "j.xml").read_bytes()
    assert b"FAILURES" in files["terminal"], files["terminal"].decode()
    assert b"answered 500" in files["junit"]
    assert_none_of(secrets_seen(proxy.seen), files)


def started(fault):
    """The fault from the first create on: what comes before decides whether there is a run."""
    begun = []

    def later(request, forward):
        if begun:
            return fault(request, forward)
        if request.method in ("POST", "PUT") and not request.is_login:
            begun.append(request)
        return forward(request)

    return later


def assert_none_of(secrets, files):
    assert len(secrets) > 5, secrets
    found = {
        f"{secret[:12]}… in {name}"
        for secret in secrets
        for form in forms(secret)
        for name, content in files.items()
        if form in content
    }
    assert not found, found
