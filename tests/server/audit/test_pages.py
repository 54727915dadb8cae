"""The log on its pages: for everyone that it is whole, for some what it says."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from refcheck_server.accounts.rights import Role
from refcheck_server.audit.checkpoints import read_checkpoint, sign_checkpoint
from refcheck_server.audit.proofs import check_proof, read_proof
from securesystemslib.signer import CryptoSigner

from tests.server import samples
from tests.server.visitor import signed_in

SIGNER = CryptoSigner.generate_ed25519()


@pytest.fixture
def auditor(registry):
    return signed_in(registry, "auditor", Role.AUDITOR)


def sign(registry) -> int:
    with registry.session() as session, session.begin():
        return sign_checkpoint(session, SIGNER, now=registry.clock()).size


def signed(answer):
    return read_checkpoint(answer.data, [SIGNER.public_key], where="downloaded")


def test_an_auditor_reads_all_of_it_in_parts_newest_first(registry, auditor, monkeypatch):
    for number in range(7):
        registry.join(f"someone-{number}")
    monkeypatch.setattr("refcheck_server.paging.PAGE_SIZE", 4)
    address, seen = "/audit", []
    while address:
        page = auditor.get(address).text
        seen += [int(one) for one in re.findall(r'href="/audit/(\d+)"', page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following and unescape(following[1])
    assert seen == list(range(seen[0], -1, -1))
    assert seen[0] > 15
    about = auditor.get("/audit?about=account:someone-3").text
    assert len(re.findall(r'href="/audit/\d+"', about)) == 1
    assert "account.added" in about


def test_nobody_else_reads_who_did_what(registry, auditor):
    registry.submit(samples.result())
    for reader in (registry.client, signed_in(registry, "curious"), signed_in(registry, "weak", Role.ADMINISTRATOR)):  # fmt: skip
        page = reader.get("/audit").text
        one = reader.get("/audit/0").text
        assert "example" not in re.sub(r"(?s)<pre.*?</pre>", "", page + one)
        assert "account.added" not in page + one
        assert len(re.findall(r"<code>[0-9a-f]{64}</code>", page)) > 2
        for path in ("/audit?about=account:example", "/audit?action=account.added", "/audit.csv", "/audit.jsonl", "/audit/0/proof.json"):  # fmt: skip
            assert reader.get(path).status_code in {303, 401, 403}, path
    assert "account.added" in auditor.get("/audit/0").text


def test_what_is_downloaded_is_checked_without_the_registry(registry, auditor):
    old = sign(registry)
    registry.submit(samples.result())
    new = sign(registry)
    client = registry.client
    checkpoints = [signed(client.get(f"/audit/checkpoints/{size}.json")) for size in (old, new)]
    assert [one.size for one in checkpoints] == [old, new]
    told = client.get(f"/audit/checkpoints/{old}/to/{new}.json")
    shown = check_proof(read_proof(told.data, where="downloaded"), checkpoints)
    assert shown == f"the log of {new} events begins with that of {old}"
    for number in (0, old - 1, old, new - 1):
        proof = read_proof(auditor.get(f"/audit/{number}/proof.json").data, where="downloaded")
        assert check_proof(proof, checkpoints).startswith(f"event {number} of ")


def test_the_page_of_an_event_leads_to_what_was_signed_over_it(registry, auditor):
    size = sign(registry)
    assert f"/audit/checkpoints/{size}.json" in auditor.get("/audit/0").text
    registry.join("later")
    assert "No checkpoint was signed since" in auditor.get(f"/audit/{size + 1}").text


def test_the_leaves_are_those_of_the_tree(registry, auditor):
    lines = auditor.get("/audit.jsonl").text.splitlines()
    assert [json.loads(one)["number"] for one in lines] == list(range(len(lines) - 1, -1, -1))
    assert auditor.get("/audit.csv").text.startswith("number,at,actor,action,subject,detail,root")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/audit/999999999", 404),
        ("/audit/01", 404),
        ("/audit/checkpoints/7.json", 404),
        ("/audit/checkpoints/0/to/1.json", 404),
        ("/audit/999999/proof.json", 404),
        ("/audit?after=x", 400),
        ("/audit?about=%00", 400),
    ],
)
def test_what_is_not_there_is_told(auditor, path, status):
    assert auditor.get(path).status_code == status
