"""The commands: sign, look, prove, and check a proof away from the registry."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from refcheck_server.command import registry as command
from sqlalchemy import text

from refcheck.errors import BadClaim, BadInput, BadSignature, KeyFault, RefcheckError
from refcheck.result.signing import new_key


@pytest.fixture
def audit(told, tmp_path, monkeypatch):
    """`refcheck registry audit …` on that registry, with its key; text, or the error."""
    key = tmp_path / "registry.pem"
    new_key(key)
    monkeypatch.setenv("REFCHECK_REGISTRY_SIGNING_KEY", str(key))

    def run(*arguments: str, place: bool = True) -> str:
        where = ["--database", told.settings.database_url] if place else []
        ended = CliRunner().invoke(command, ["audit", *map(str, arguments), *where])
        if ended.exception is not None:
            raise ended.exception
        return ended.output

    return run


def test_a_proof_is_checked_with_nothing_but_a_checkpoint_and_the_key(audit, told, tmp_path):
    old, new, key = tmp_path / "old.json", tmp_path / "new.json", tmp_path / "registry.pem.pub"
    assert "7 events, root " in audit("checkpoint", "--out", old)
    told.join("newcomer")
    assert "covered  7 of them" in audit("verify")
    audit("checkpoint", "--out", new)
    assert "covered  10 of them" in audit("verify", "--checkpoint", old, "--checkpoint", new)
    included, grown = tmp_path / "included.json", tmp_path / "grown.json"
    audit("prove-inclusion", "6", "--size", "7", "--out", included)
    audit("prove-consistency", "7", "--out", grown)
    given = ["--registry-key", key, "--checkpoint", old]
    assert '"action":"key.revoked"' in audit("check-proof", included, *given, place=False)
    shown = audit("check-proof", grown, *given, "--checkpoint", new, place=False)
    assert shown == "holds  the log of 10 events begins with that of 7\n"
    with pytest.raises(RefcheckError, match="none of these checkpoints"):
        audit("check-proof", grown, *given, place=False)
    document = json.loads(included.read_text())
    included.write_text(json.dumps({**document, "event": document["event"].replace("r", "R")}))
    with pytest.raises(RefcheckError, match="does not hold"):
        audit("check-proof", included, *given, place=False)
    for wrong in ("[" * 100_000, json.dumps({**document, "number": 6.0}), "\udcff", ""):
        included.write_bytes(wrong.encode(errors="surrogateescape"))
        with pytest.raises(BadInput, match="is no proof"):
            audit("check-proof", included, *given, place=False)


def test_the_list_tells_all_or_what_is_about_one_thing(audit, told):
    assert len(audit("list").splitlines()) == 7
    about = audit("list", "--about", f"token:{told.example.prefix}", "--json").splitlines()
    assert [json.loads(line)["action"] for line in about] == ["token.made", "token.revoked"]


def test_what_was_tampered_with_ends_with_one(audit, told):
    with told.session() as session, session.begin():
        session.execute(text("UPDATE audit_head SET size = 8"))
    with pytest.raises(RefcheckError, match="should have 8 events") as ended:
        audit("verify")
    assert ended.value.exit_code == 1


def test_wrong_use_is_told(audit, tmp_path, monkeypatch):
    for arguments, kind in (
        (["prove-inclusion", "7"], "no event 7"),
        (["prove-inclusion", "0", "--size", "9"], "not yet 9"),
        (["prove-consistency", "8"], "cannot begin with 8"),
        (["verify", "--checkpoint", tmp_path / "none.json"], "cannot be read"),
    ):
        with pytest.raises(RefcheckError, match=kind) as ended:
            audit(*arguments)
        assert ended.value.exit_code == 2
    for arguments in (["prove-inclusion", 10**30], ["prove-consistency", "0", "--size", 10**30]):
        with pytest.raises(SystemExit) as ended:  # no database counts so far
            audit(*arguments)
        assert ended.value.code == 2
    audit("checkpoint", "--out", tmp_path / "signed.json")
    new_key(tmp_path / "other.pem")
    with pytest.raises(BadSignature, match="not known here"):
        audit("verify", "--checkpoint", tmp_path / "signed.json", "--registry-key",
              tmp_path / "other.pem")  # fmt: skip
    (tmp_path / "signed.json").write_text("{}")
    with pytest.raises(BadClaim):
        audit("verify", "--checkpoint", tmp_path / "signed.json")
    monkeypatch.setenv("REFCHECK_REGISTRY_SIGNING_KEY", str(tmp_path / "nothing.pem"))
    with pytest.raises(KeyFault, match="no such key"):
        audit("checkpoint")
    assert "were not looked at" in audit("verify")
