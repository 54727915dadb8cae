"""`refcheck judge` with waivers, code evidence and a time of judging."""

from __future__ import annotations

import json

import pytest

from refcheck.guideline import library

CODE = {"project": "swift", "state": "identical"}
AT = "2026-11-20T12:00:00Z"


@pytest.fixture
def guideline():
    return library.load("2020.06")


@pytest.fixture
def files(tmp_path, guideline):
    """All tests of `object` passed but one; evidence of every section; a waiver for that test."""
    tests = [
        test
        for component in guideline.programs["object"].components
        for names in guideline.components[component.name].capabilities.values()
        for name in names
        for test in guideline.capabilities[name].tests
    ]
    failed = next(test for test in tests if not test.flag and "copy_object_2d_way" in test.name)
    passed = "\n".join({test.id for test in tests} - {failed.id})
    (tmp_path / "passed.txt").write_text(passed)
    sections = [{**CODE, "project": one.project, "section": one.name} for one in guideline.sections]
    (tmp_path / "code.json").write_text(json.dumps({"code": sections}))
    waiver = {
        "guideline": "2020.06", "product": "Example", "test": failed.id, "reason": "known",
        "public": "COPY is being repaired.", "approver": "staff", "expires": "2027-01-01T00:00:00Z",
    }  # fmt: skip
    (tmp_path / "waivers.json").write_text(json.dumps({"waivers": [waiver]}))
    return tmp_path


@pytest.fixture
def judged(refcheck, files):
    def judged(*options):
        ended = refcheck(
            "judge", str(files / "passed.txt"), "--guideline", "2020.06", "--target", "object",
            "--json", *options,
        )  # fmt: skip
        return ended.code, json.loads(ended.out) if ended.out else ended.err

    return judged


def test_with_evidence_and_waiver_a_cloud_qualifies_and_the_verdict_lists_both(judged, files):
    options = ("--code", str(files / "code.json"), "--waivers", str(files / "waivers.json"))
    code, verdict = judged(*options, "--product", "Example", "--at", AT)
    assert (code, verdict["qualifies"]) == (0, True)
    assert verdict["mark"] == "OpenStack Powered Storage"
    assert [waived["waiver"] for waived in verdict["waived"]] == ["COPY is being repaired."]
    assert verdict["judged_at"] == AT


@pytest.mark.parametrize(
    "options",
    [("--product", "Other", "--at", AT), ("--product", "Example", "--at", "2027-06-01T00:00:00Z")],
)
def test_a_waiver_of_another_product_or_time_does_nothing(judged, files, options):
    both = ("--code", str(files / "code.json"), "--waivers", str(files / "waivers.json"))
    _, verdict = judged(*both, *options)
    assert (verdict["qualifies"], verdict["waived"]) == (False, [])


def test_without_evidence_the_code_is_not_shown(judged):
    assert judged()[1]["designated_code_rule"] == "not shown"


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ('{"code": [{"project": "swift"}]}', "$.code[0]"),
        ('{"code": [{"project": "swift", "section": "x", "state": "fine"}]}', "$.code[0].state"),
        ('{"kode": []}', "$"),
        ("[", "is not"),
    ],
)
def test_a_fault_of_the_evidence_is_named_with_its_path(judged, files, content, path):
    (files / "code.json").write_text(content)
    code, told = judged("--code", str(files / "code.json"))
    assert code == 2
    assert path in told


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--at", "yesterday"), "not a time"),
        (("--at", "2026-11-20T12:00:00"), "without its zone"),
        (("--waivers", "nowhere.yaml", "--product", "x"), "cannot be read"),
        (("--waivers", "nowhere.yaml"), "--product"),
        (("--rules", "refstack", "--code", "x"), "RefStack's arithmetic"),
    ],
)
def test_wrong_use_is_told(judged, options, words):
    code, told = judged(*options)
    assert (code, words in told) == (2, True), told
