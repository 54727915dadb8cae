"""`refcheck verify-claim` and `verify-tree`: exit codes, words and JSON, offline and by address."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from refcheck.claim.badge import draw_claim
from refcheck.claim.claim import read_claim, sign_claim
from refcheck.claim.revocations import sign_revocations
from refcheck.claim.tree import Tree, sign_tree
from refcheck.cli import _exit_code
from refcheck.cli.verify_claim import verify_claim
from refcheck.result.signing import load_signer, new_key
from tests.claim import samples
from tests.claim.samples import NOW

AT = ["--at", "2026-11-29T12:00:00Z"]


@pytest.fixture
def place(tmp_path):
    """A folder with the key of a registry, a claim, its badge, and a list."""
    new_key(tmp_path / "registry.pem")
    new_key(tmp_path / "other.pem")
    write(tmp_path, "claim.json", samples.claim())
    signer = load_signer(tmp_path / "registry.pem")
    one = read_claim((tmp_path / "claim.json").read_bytes(), [signer.public_key], where="claim")
    (tmp_path / "badge.svg").write_bytes(draw_claim(one))
    for name, revoked in (("list.json", []), ("revoking.json", [one.sha256])):
        (tmp_path / name).write_bytes(sign_revocations(samples.revocations(*revoked), signer))
    return tmp_path


def write(place, name, claim, key="registry.pem"):
    (place / name).write_bytes(sign_claim(claim, load_signer(place / key)))


def verify(place, source, *arguments: str) -> int:
    key = ["--registry-key", str(place / "registry.pem.pub")]
    named = source if "://" in str(source) else str(place / source)
    return _exit_code(["verify-claim", named, *key, *AT, *arguments])


def test_a_claim_and_its_badge_hold_offline(place, capsys):
    for name in ("claim.json", "badge.svg"):
        assert verify(place, name, "--revocations", str(place / "list.json")) == 0
        said = capsys.readouterr().out
        assert "the claim holds" in said
        assert "OpenStack Powered Compute, shown under guideline 2020.06." in said
        assert "no, by list 5 of 2026-11-29" in said
    assert verify(place, "claim.json") == 0
    assert "not checked: --revocations" in capsys.readouterr().out


def test_json_says_the_same_to_programs(place, capsys):
    given = ["--json", "--revocations", str(place / "revoking.json")]
    assert verify(place, "claim.json", *given) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["holds"] is False
    assert [one["reason"] for one in said["faults"]] == ["revoked"]
    assert said["claim"]["cloud"] == samples.CLOUD
    assert said["revocations"]["number"] == 5


def test_a_claim_that_does_not_hold_ends_with_one(place, capsys):
    write(place, "foreign.json", samples.claim(), "other.pem")
    write(place, "expired.json", samples.claim(expires=NOW))
    changed = (place / "badge.svg").read_text().replace("Compute,", "Platform,")
    (place / "changed.svg").write_text(changed)
    foreign_list = sign_revocations(samples.revocations(), load_signer(place / "other.pem"))
    (place / "foreign-list.json").write_bytes(foreign_list)
    for name, arguments, word in (
        ("foreign.json", [], "not known here"),
        ("expired.json", [], "it expired on 2026-11-29"),
        ("changed.svg", [], "not the one that its claim makes"),
        ("claim.json", ["--cloud", "0" * 8], "it is about the cloud"),
        ("claim.json", ["--revocations", str(place / "revoking.json")], "it was revoked"),
        ("claim.json", ["--revocations", str(place / "foreign-list.json")], "not known here"),
    ):
        assert verify(place, name, *arguments) == 1, (name, arguments)
        assert word in capsys.readouterr().out, (name, arguments)


def test_wrong_use_ends_with_two_and_what_is_unreachable_with_four(place, capsys, httpserver):
    (place / "list.txt").write_text("[" * 50_000)
    (place / "large.json").write_bytes(b" " * 200_000)
    for source, arguments in (
        ("nothing.json", []),
        ("list.txt", []),
        ("large.json", []),
        ("claim.json", ["--cloud", "xyz"]),
        ("claim.json", ["--at", "yesterday"]),
        ("claim.json", ["--registry-key", str(place / "claim.json")]),
        ("claim.json", ["--revocations", str(place / "claim.json")]),
    ):
        assert verify(place, source, *arguments) == 2, (source, arguments)
    assert _exit_code(["verify-claim", str(place / "claim.json")]) == 2
    for address in (httpserver.url_for("/gone.json"), "http://127.0.0.1:9/claim.json"):
        assert verify(place, address) == 4
    assert "next:" in capsys.readouterr().err


def test_a_claim_at_an_address_is_looked_for_in_the_list_that_it_names(place, httpserver, capsys):
    address = httpserver.url_for("")
    write(place, "claim.json", samples.claim(registry=address))
    httpserver.expect_request("/claim.json").respond_with_data((place / "claim.json").read_bytes())
    httpserver.expect_request("/large.svg").respond_with_data(b"<" * 10**6)
    assert verify(place, f"{address}/claim.json") == 4  # the list is not to be had
    served = httpserver.expect_request("/revocations.json")
    served.respond_with_data((place / "list.json").read_bytes())
    assert verify(place, f"{address}/claim.json") == 0
    assert "no, by list 5" in capsys.readouterr().out
    assert verify(place, f"{address}/large.svg") == 2
    httpserver.clear_log()
    assert verify(place, "claim.json") == 0
    assert httpserver.log == []  # a file is checked without the network


def test_nothing_that_a_claim_says_reaches_the_terminal_raw(place):
    write(place, "claim.json", samples.claim(name="\x1b[2Jgood\nthe claim holds"))
    ended = CliRunner().invoke(
        verify_claim,
        [str(place / "claim.json"), "--trust", str(place / "registry.pem.pub"), *AT,
         "--cloud", "0" * 8],
        standalone_mode=False,
    )  # fmt: skip
    assert ended.return_value == 1
    assert "\x1b" not in ended.output
    assert "\nthe claim holds" not in ended.output


def test_a_tree_is_whole_or_each_file_that_is_not_is_named(place, capsys):
    folder = place / "tree"
    (folder / "a").mkdir(parents=True)
    (folder / "index.html").write_text("front")
    (folder / "a" / "page.html").write_text("page")
    digests = {
        "index.html": "aa7a0d9cfa33c9eb5d9c8c1a1a4cd9eab1a7d8eb6d0de2dd3c0f0f0f0f0f0f0f",
        "a/page.html": "0" * 64,
    }
    import hashlib

    for name in digests:
        digests[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    signer = load_signer(place / "registry.pem")
    (folder / "tree.json").write_bytes(sign_tree(Tree(NOW, digests), signer))

    def looked(key="registry.pem.pub") -> tuple[int, str]:
        code = _exit_code(["verify-tree", str(folder), "--registry-key", str(place / key)])
        return code, capsys.readouterr().out

    assert looked() == (0, "whole: 2 files as published on 2026-11-29 12:00 UTC\n")
    assert looked("other.pem.pub")[0] == 1
    (folder / "a" / "page.html").write_text("pagE")
    (folder / "a" / "more.html").write_text("")
    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to("/etc/passwd")
    code, said = looked()
    assert code == 1
    assert said.splitlines() == [
        "foreign  a/more.html",
        "changed  a/page.html",
        "changed  index.html",
        "not as published: 3 files",
    ]
    (folder / "tree.json").unlink()
    assert looked()[0] == 2


def test_times_are_those_of_the_claim_to_the_second(place):
    write(place, "claim.json", samples.claim(expires=NOW + timedelta(seconds=1)))
    assert verify(place, "claim.json") == 0
    write(place, "claim.json", samples.claim(expires=NOW))
    assert verify(place, "claim.json") == 1
