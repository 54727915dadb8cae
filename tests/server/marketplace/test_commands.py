"""From a registry by command to a claim that anyone checks by command, and back again."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from refcheck_server.command import registry as command

from refcheck.cli import _exit_code
from refcheck.errors import RefcheckError
from refcheck.result.signing import new_key
from tests.server import samples


@pytest.fixture
def administer(registry, tmp_path, monkeypatch):
    """`refcheck registry …` on a registry with one result and a key; text, or the error."""
    new_key(tmp_path / "registry.pem")
    monkeypatch.setenv("REFCHECK_REGISTRY_SIGNING_KEY", str(tmp_path / "registry.pem"))
    monkeypatch.setenv("REFCHECK_REGISTRY_KEY", str(tmp_path / "registry.pem.pub"))
    monkeypatch.setattr("refcheck_server.marketplace.commands.utc_now", registry.clock)
    assert registry.submit(samples.result()).status_code == 201

    def run(*arguments) -> str:
        where = ["--database", registry.settings.database_url]
        ended = CliRunner().invoke(command, [*map(str, arguments), *where])
        if ended.exception is not None:
            raise ended.exception
        return ended.output

    return run


def test_a_claim_is_published_checked_taken_back_and_refused(administer, tmp_path, capsys):
    folder = tmp_path / "market"
    said = administer("publish", folder, "--address", "https://marks.example.org/")
    assert "1 clouds with 3 claims" in said
    own = folder / "clouds" / samples.CLOUD
    given = [
        "--at",
        "2026-11-20T13:00:00Z",
        "--revocations",
        str(folder / "revocations.json"),
        "--cloud",
        samples.CLOUD[:8],
    ]
    for name in ("platform.claim.json", "compute.badge.svg", "badge.svg"):
        assert _exit_code(["verify-claim", str(own / name), *given]) == 0, capsys.readouterr()
    assert _exit_code(["verify-tree", str(folder)]) == 0
    kept = tmp_path / "kept.json"
    kept.write_bytes((own / "compute.claim.json").read_bytes())
    assert "revoked" in administer(
        "claim", "revoke", samples.CLOUD[:8], "--target", "compute", "--reason", "not so"
    )
    administer("publish", folder, "--address", "https://marks.example.org/")
    capsys.readouterr()
    assert _exit_code(["verify-claim", str(kept), *given, "--json"]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert [one["reason"] for one in faults] == ["revoked"]
    assert faults[0]["fault"].endswith(": not so")
    assert _exit_code(["verify-claim", str(own / "platform.claim.json"), *given]) == 0
    assert "sound" in administer("audit", "verify")


def test_wrong_use_is_told_with_a_next_step(administer, tmp_path, monkeypatch):
    for arguments, fault in (
        (["publish", tmp_path / "x", "--address", "nowhere"], "not an address"),
        (["publish", tmp_path], "is not empty"),
        (["claim", "revoke", samples.CLOUD, "--reason", "x"], "no claim of the cloud"),
        (["claim", "revoke", "0" * 8, "--reason", "x"], "no cloud with the digest"),
    ):
        with pytest.raises(RefcheckError, match=fault) as ended:
            administer(*arguments)
        assert ended.value.next_step
        assert ended.value.exit_code == 2
    administer("publish", tmp_path / "market")
    with pytest.raises(RefcheckError, match="cannot be published as a reason"):
        administer("claim", "revoke", samples.CLOUD, "--reason", "two\nlines")
    monkeypatch.setenv("REFCHECK_REGISTRY_SIGNING_KEY", str(tmp_path / "none.pem"))
    with pytest.raises(RefcheckError, match="no such key"):
        administer("publish", tmp_path / "market")
