"""`refcheck judge`, as a person runs it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from refcheck.errors import ExitCode
from refcheck.guideline.library import load
from refcheck.result.document import Result, to_statement
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.result.signing import load_signer, new_key, sign

GUIDELINE = load("2020.06")
TESTS = [(t.id, t.name) for c in GUIDELINE.capabilities.values() for t in c.tests if not t.flag]


def write_result(folder: Path, outcomes, **changes) -> Path:
    """A signed result of 2020.06 platform; the key is `key.pem` beside it."""
    key = folder / "key.pem"
    if not key.exists():
        new_key(key)
    fields = {
        "run_id": "run-1",
        "cloud": "0" * 64,
        "deployment": "1" * 64,
        "guideline_id": "2020.06",
        "guideline_sha256": GUIDELINE.sha256,
        "target": "platform",
        "started": "2026-11-20T12:00:00Z",
        "ended": "2026-11-20T12:01:00Z",
        "complete": True,
        "tool_version": "0",
        "suite_sha256": "3" * 64,
        "outcomes": tuple(outcomes),
    }
    file = folder / "result.json"
    file.write_bytes(sign(to_statement(Result(**{**fields, **changes})), load_signer(key)))
    return file


def passes() -> list[TestOutcome]:
    unique = dict.fromkeys(TESTS)
    return [TestOutcome(test_id, name, Outcome.PASSED) for test_id, name in unique]


def test_a_failure_is_a_no_with_its_capability_and_its_reason(refcheck: Callable, tmp_path):
    last = passes()[-1]
    failed = TestOutcome(last.id, last.name, Outcome.FAILED, "POST /volumes answered 500")
    write_result(tmp_path, [*passes()[:-1], failed])
    ended = refcheck("judge", "result.json")
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    assert "Does not qualify for 2020.06 OpenStack Powered Platform." in ended.out
    assert "  failed volumes-v3-upload: test_volume_upload\n      POST /volumes" in ended.out
    assert "not held: 274 of 286 required tests passed; 11 are flagged" in ended.out
    assert "  not shown 26 designated sections of cinder" in ended.out
    assert "signature not checked against a known key" in ended.out


def test_nothing_but_open_answers_is_undecided(refcheck, tmp_path):
    write_result(tmp_path, [])
    ended = refcheck("judge", "result.json")
    assert ended.code == ExitCode.UNDECIDED, ended.told
    assert "Undecided for 2020.06" in ended.out


def test_a_run_folder_stands_for_its_result(refcheck, tmp_path):
    write_result(tmp_path, [])
    assert refcheck("judge", ".").code == ExitCode.UNDECIDED


def test_json_is_one_canonical_verdict_a_line(refcheck, tmp_path):
    write_result(tmp_path, passes())
    ended = refcheck("judge", "result.json", "result.json", "--target", "object", "--json")
    lines = ended.out.splitlines()
    assert len(lines) == 2
    verdict = json.loads(lines[0])
    assert verdict["target"] == "object"
    assert verdict["capability_rule"] == "held"
    assert verdict["designated_code_rule"] == "not shown"
    assert verdict["counts"]["required"]["passed"] == 60
    assert "signature not checked" in ended.err


def test_with_the_right_key_the_signature_is_checked(refcheck, tmp_path):
    write_result(tmp_path, passes())
    ended = refcheck("judge", "result.json", "--key", "key.pem.pub")
    assert "signature good, by key" in ended.out


def test_with_another_key_it_is_refused(refcheck, tmp_path):
    write_result(tmp_path, passes())
    new_key(tmp_path / "other.pem")
    ended = refcheck("judge", "result.json", "--key", "other.pem.pub")
    assert ended.code == ExitCode.WRONG_USE
    assert "key that is not known here" in ended.err


def test_a_result_that_was_changed_is_found_out_with_the_key(refcheck, tmp_path):
    file = write_result(tmp_path, [TestOutcome(*TESTS[0], Outcome.FAILED, "no")])
    envelope = json.loads(file.read_text())
    statement = base64.b64decode(envelope["payload"]).replace(b'"failed"', b'"passed"')
    envelope["payload"] = base64.b64encode(statement).decode()
    file.write_text(json.dumps(envelope))
    ended = refcheck("judge", "result.json", "--key", "key.pem.pub")
    assert ended.code == ExitCode.WRONG_USE
    assert "changed after signing" in ended.err
    assert "cannot be told" in refcheck("judge", "result.json").out


def test_another_edition_of_the_guideline_is_told(refcheck, tmp_path):
    write_result(tmp_path, passes(), guideline_sha256="4" * 64)
    assert (
        "another edition of guideline 2020.06 (444444444444)"
        in refcheck("judge", "result.json").out
    )


def test_a_plain_list_needs_guideline_and_target(refcheck, tmp_path):
    (tmp_path / "list").write_text("\n".join(name for _, name in TESTS))
    ended = refcheck("judge", "list")
    assert ended.code == ExitCode.WRONG_USE
    assert "--guideline" in ended.err
    assert "--target" in refcheck("judge", "list", "--guideline", "2020.06").err
    judged = refcheck("judge", "list", "--guideline", "2020.06", "--target", "compute")
    assert "Every capability of 2020.06 OpenStack Powered Compute holds" in judged.out
    assert "not signed" in judged.out


def test_refstack_rules_give_refstack_s_answer(refcheck, tmp_path):
    names = [{"name": name, "uuid": test_id} for test_id, name in TESTS]
    (tmp_path / "refstack.json").write_text(json.dumps({"results": names}))
    arguments = ("judge", "refstack.json", "--guideline", "2020.06", "--target", "platform")
    ended = refcheck(*arguments, "--rules", "refstack")
    assert ended.code == ExitCode.DONE, ended.told
    assert "RefStack's arithmetic" in ended.out


def test_a_reconstructed_guideline_is_named_as_such(refcheck, tmp_path):
    write_result(tmp_path, passes())
    ended = refcheck("judge", "result.json", "--guideline", "2022.11")
    assert "(reconstructed guideline)" in ended.out
    assert "no mark can be claimed under it" in ended.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.json"], "cannot be read"),
        (["folder"], "folder/result.json: cannot be read"),
        (["result.json", "--guideline", "2020.6"], "the nearest is 2020.06"),
        (["result.json", "--target", "platfrom"], "the nearest is platform"),
        (["result.json", "--guideline", "dns.2020.06"], " or 2019.11 or 2020.06"),
        (["result.json", "--target", "dns"], " or dns.2020.06"),
        (["result.json", "--key", "missing.pub"], "cannot be read"),
        (["list", "--key", "key.pem.pub"], "is not signed, so --key cannot check it"),
        ([], "Missing argument"),
    ],
)
def test_wrong_use_is_told_with_the_next_step(refcheck, tmp_path, arguments, told):
    write_result(tmp_path, [])
    (tmp_path / "list").write_text("a.b\n")
    (tmp_path / "folder").mkdir()
    ended = refcheck("judge", *arguments)
    assert ended.code == ExitCode.WRONG_USE, ended.told
    assert told in ended.err
    assert "next:" in ended.err or "Usage:" in ended.err


def test_words_from_a_stranger_cannot_draw_on_the_terminal(refcheck, tmp_path):
    reason = "\x1b[2J\x1b]0;owned\x07[bold]not bold[/nothing]"
    write_result(tmp_path, [TestOutcome(*TESTS[0], Outcome.FAILED, reason)])
    ended = refcheck("judge", "result.json", FORCE_COLOR="1")
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    assert "[bold]not bold[/nothing]" in ended.out
    assert "\x1b[2J" not in ended.out
    assert "\x1b]0;" not in ended.out
