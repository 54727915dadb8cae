"""Where evidence is kept: a place that can be none is refused, and one that is away says why."""

from __future__ import annotations

import os
import subprocess
import threading

import pytest
from refcheck_server import work
from refcheck_server.counting import OWN_MEMORY
from refcheck_server.evidence.s3 import S3
from refcheck_server.evidence.stores import open_store
from refcheck_server.settings import S3_ADDRESSES, BadSetting, from_environment

from tests.server import live


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("HTTP error: error sending request for http://169.254.169.254/x", "no keys were given"),
        ("<Error><Code>AccessDenied</Code><Message>no</Message>", "AccessDenied"),
        ("Server returned non-2xx status code: 502 Bad Gateway: <html>", "502 Bad Gateway"),
        ("HTTP error: error sending request", "it does not answer"),
        ("something else", "OSError"),
    ],
)
def test_the_cause_is_what_a_store_said_in_a_word_or_two(monkeypatch, said, cause):
    def fails(*_):
        raise OSError(said)

    store = S3("s3://evidence")
    monkeypatch.setattr("obstore.list_with_delimiter", fails)
    assert store.fault() == cause


@pytest.mark.parametrize(
    ("place", "cause"),
    [
        ("s3://there-is-no-such-bucket/x", "NoSuchBucket"),
        ("/proc/no-folder", "No such file or directory"),
    ],
)
def test_a_place_that_cannot_be_used_is_logged_at_the_start(
    s3_server, migrated_file, monkeypatch, caplog, place, cause
):
    for name, value in {
        "AWS_ENDPOINT_URL": s3_server, "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "registry", "AWS_SECRET_ACCESS_KEY": "secret",
        "REFCHECK_REGISTRY_EVIDENCE": place,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    settings = from_environment(os.environ, database=f"sqlite:///{migrated_file}")
    monkeypatch.setattr(work, "work_beside", lambda _: None)
    app = work.app_that_works(settings, OWN_MEMORY)
    for thread in threading.enumerate():
        if thread.name == "refcheck-evidence":
            thread.join(timeout=30)
    assert f"the store of evidence {place} cannot be used: {cause}" in caplog.text
    app.extensions["refcheck_database"].engine.dispose()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(
            ("REFCHECK_REGISTRY_EVIDENCE", value)
            for value in (
                "s3://",
                "s3://B",
                "s3://a_b",
                "S3://evidence",
                "s3:/evidence",
                "s3:evidence",
                "s3://evidence/../x",
                "s3://evidence/.",
                "file:///x",
            )
        ),
        *(
            ("AWS_ENDPOINT_URL", value)
            for value in (
                "s3.example.org",
                "ftp://x",
                "http://x:99999",
                "http://a b",
                "http://[::1",
            )
        ),
        ("AWS_ENDPOINT_URL_S3", "::"),
        ("AWS_ENDPOINT", "http://a b"),
        ("AWS_REGION", "eu-north-1\r"),
        ("AWS_SECRET_ACCESS_KEY", "secret\n"),
        ("AWS_ACCESS_KEY_ID", ""),
        ("AWS_SECRET_ACCESS_KEY", ""),
    ],
)
def test_a_place_that_can_be_none_is_an_error_at_the_start(setting, value):
    good = {
        "REFCHECK_REGISTRY_EVIDENCE": "s3://evidence/x",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9000",
        "AWS_ACCESS_KEY_ID": "registry",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    assert from_environment(good).evidence == "s3://evidence/x"
    with pytest.raises(BadSetting, match=setting):
        from_environment({**good, setting: value})


@pytest.mark.parametrize("variable", S3_ADDRESSES)
def test_each_variable_of_its_address_may_lead_to_a_server_without_tls(
    s3_server, monkeypatch, variable
):
    for name, value in {
        variable: s3_server, "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "registry", "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert S3("s3://no-such-bucket").fault() == "NoSuchBucket"


def test_what_the_library_cannot_work_with_is_an_error_at_the_start(monkeypatch):
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "maybe")
    with pytest.raises(BadSetting, match=r'EVIDENCE: cannot be used .*"maybe"'):
        open_store(from_environment({"REFCHECK_REGISTRY_EVIDENCE": "s3://evidence/.x/..y"}))


def test_a_registry_that_is_served_says_so_without_a_traceback(tmp_path):
    given = {
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "maybe",
        "REFCHECK_REGISTRY_EVIDENCE": "s3://evidence",
    }
    ended = subprocess.run(
        live.command("serve", "--port", "0", "--data", str(tmp_path)),
        capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **given},
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: REFCHECK_REGISTRY_EVIDENCE: cannot be used")
    assert "Traceback" not in ended.stderr
