"""A new edition with a flag more or less, and nothing else changed."""

from __future__ import annotations

import copy
import json

import pytest

from refcheck.errors import BadGuideline, WrongUse
from refcheck.guideline import library
from refcheck.guideline.facts import Change, changes, facts
from refcheck.guideline.flagging import flagged, unflagged, write_edition
from refcheck.guideline.model import Flag
from refcheck.guideline.reader import read
from tests.guideline.documents import ID, SOUND, sound
from tests.guideline.old_documents import V12, V15

FLAG = Flag("[D402] The code breaks.", "Wait for the repair.", "2030-02-28")
PLAIN = sound("capabilities/boot/tests/suite.boot/flagged")


def data(tree: dict) -> bytes:
    return json.dumps(tree).encode()


@pytest.mark.parametrize(
    "test", ["suite.boot", ID, f"id-{ID}", ID.upper(), "old.boot", f"suite.boot[id-{ID},smoke]"]
)
def test_a_test_is_named_by_name_id_or_alias(test):
    tree = flagged(data(PLAIN), where="x", test=test, flag=FLAG)
    expected = copy.deepcopy(SOUND)
    expected["capabilities"]["boot"]["tests"]["suite.boot"]["flagged"] = {
        "reason": FLAG.reason,
        "action": FLAG.action,
        "date": FLAG.date,
    }
    assert tree == expected


def test_flag_and_unflag_give_the_document_back():
    tree = flagged(data(PLAIN), where="x", test=ID, flag=FLAG)
    assert unflagged(data(tree), where="x", test=ID) == PLAIN


def test_every_capability_that_lists_the_test_gets_the_flag():
    tree = copy.deepcopy(PLAIN)
    tree["capabilities"]["again"] = copy.deepcopy(tree["capabilities"]["boot"])
    new = flagged(data(tree), where="x", test=ID, flag=FLAG)
    assert [
        capability["tests"]["suite.boot"]["flagged"]["date"]
        for capability in new["capabilities"].values()
    ] == [FLAG.date, FLAG.date]


def test_old_schemas_with_ids_can_be_flagged():
    tree = flagged(data(V15), where="x", test="suite.boot", flag=FLAG)
    assert read(data(tree), where="x").capabilities["boot"].tests[0].flag == FLAG


def test_a_misspelt_flag_is_taken_off_as_well():
    body = {"idempotent_id": f"id-{ID}", "flag": {"reason": "D401 x"}}
    tree = sound("capabilities/boot/tests/suite.boot", body)
    new = unflagged(data(tree), where="x", test=ID)
    assert new["capabilities"]["boot"]["tests"]["suite.boot"] == {"idempotent_id": f"id-{ID}"}


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        (Flag("Bug.", "Wait.", "2030-01-01"), "does not begin with a code"),
        (Flag("D401", "Wait.", "2030-01-01"), "does not begin with a code"),
        (Flag("D499 bug", "Wait.", "2030-01-01"), "does not begin with a code"),
        (Flag("D4011 bug", "Wait.", "2030-01-01"), "does not begin with a code"),
        (Flag("D401 bug", " ", "2030-01-01"), "has no action"),
        (Flag("D401 bug", "Wait.", "2030-02-30"), "is not a date"),
        (Flag("D401 bug", "Wait.", ""), "is not a date"),
    ],
)
def test_a_flag_that_says_too_little_is_refused(flag, told):
    with pytest.raises(WrongUse, match=told):
        flagged(data(PLAIN), where="x", test=ID, flag=flag)


@pytest.mark.parametrize("reason", ["D400 x", "[D401] x", "D406: x"])
def test_codes_are_taken_with_and_without_brackets(reason):
    flagged(data(PLAIN), where="x", test=ID, flag=Flag(reason, "Wait.", "2030-01-01"))


def test_what_cannot_be_done_is_told():
    with pytest.raises(WrongUse, match="is flagged already"):
        flagged(data(SOUND), where="x", test=ID, flag=FLAG)
    with pytest.raises(WrongUse, match="is not flagged"):
        unflagged(data(PLAIN), where="x", test=ID)
    with pytest.raises(WrongUse, match=r"'suite\.gone' is not there"):
        unflagged(data(SOUND), where="x", test="suite.gone")
    with pytest.raises(BadGuideline, match=r"schema 1\.2"):
        flagged(data(V12), where="x", test="suite.boot", flag=FLAG)


def test_a_name_that_means_two_tests_is_refused():
    tree = copy.deepcopy(PLAIN)
    other = {"idempotent_id": "", "aliases": ["old.boot"]}
    tree["capabilities"]["boot"]["tests"]["suite.stop"] = other
    with pytest.raises(WrongUse, match=r"several tests: suite\.boot, suite\.stop"):
        flagged(data(tree), where="x", test="old.boot", flag=FLAG)


@pytest.mark.parametrize("name", ["new.yaml", "new.json"])
def test_a_new_edition_differs_by_the_flag_only(tmp_path, name):
    document = library.document("2020.06")
    test_id = "80c574cc-0925-44ba-8602-299028357dd9"
    tree = flagged(document, where="x", test=test_id, flag=FLAG)
    written = write_edition(tree, tmp_path / name, overwrite=False)
    edition = library.load(str(tmp_path / name))
    assert edition.sha256 == written.sha256
    (change,) = changes(facts(library.load("2020.06")), facts(edition))
    assert change == Change(change.path, "not flagged", "flagged D402 2030-02-28")
    assert change.path.endswith("test_list_servers_detailed_filter_by_flavor.flag")


def test_nothing_is_ever_overwritten_unasked(tmp_path):
    target = tmp_path / "there.json"
    target.write_text("mine")
    with pytest.raises(WrongUse, match="is there already"):
        write_edition(PLAIN, target, overwrite=False)
    assert target.read_text() == "mine"
    write_edition(PLAIN, target, overwrite=True)
    assert json.loads(target.read_text()) == PLAIN


def test_a_built_in_guideline_is_never_changed(tmp_path):
    target = library.folder() / ".." / library.folder().name / "2020.06.yaml"
    before = target.read_bytes()
    for overwrite in (True, False):
        with pytest.raises(WrongUse, match="never changed"):
            write_edition(PLAIN, target, overwrite=overwrite)
    assert target.read_bytes() == before
    link = tmp_path / "link.yaml"
    link.symlink_to(target.resolve())
    with pytest.raises(WrongUse, match="never changed"):
        write_edition(PLAIN, link, overwrite=True)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(WrongUse, match="cannot be written"):
        write_edition(PLAIN, tmp_path / "no" / "new.yaml", overwrite=False)


def test_what_is_no_guideline_is_not_written(tmp_path):
    with pytest.raises(BadGuideline):
        write_edition({"metadata": {}}, tmp_path / "new.yaml", overwrite=False)
    assert not (tmp_path / "new.yaml").exists()
