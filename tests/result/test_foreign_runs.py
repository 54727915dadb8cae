"""Files of other test runners: real ones of stestr and pytest, and damaged ones.

The samples in `data` were written by stestr 4.2 and pytest from six tests that end in the six ways
a test can, and from two classes whose setUpClass skips and breaks.
"""

from __future__ import annotations

import io
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from subunit import StreamResultToBytes

from refcheck.errors import BadResult
from refcheck.result.foreign import subunit_bytes, unittest_runs
from refcheck.result.load import Form, Loaded, load, load_file
from refcheck.result.outcome import Outcome, TestOutcome

DATA = Path(__file__).parent / "data"
ID = "4a4735a7-f22f-49b6-b0d9-66e1ef7453eb"
ENDED = {
    "test_create": Outcome.PASSED,
    "test_delete": Outcome.FAILED,
    "test_error": Outcome.FAILED,  # subunit 2 knows no error
    "test_expected": Outcome.FAILED,
    "test_skip": Outcome.UNDECIDED,
    "test_unexpected": Outcome.FAILED,
}


def read(data: bytes | str) -> Loaded:
    return load(data.encode() if isinstance(data, str) else data, where="file")


def refused(data: bytes | str) -> str:
    start = time.monotonic()
    with pytest.raises(BadResult) as caught:
        read(data)
    assert time.monotonic() - start < 20
    assert caught.value.where == "file"
    assert caught.value.next_step
    return caught.value.fault


def by_method(loaded: Loaded) -> dict[str, TestOutcome]:
    return {one.name.rpartition(".")[2]: one for one in loaded.outcomes}


@pytest.mark.parametrize("name", ["stestr.subunit", "stestr.subunit1"])
def test_a_stream_of_stestr_holds_every_test_with_its_outcome_and_reason(name):
    loaded = load_file(DATA / name)
    assert loaded.form is Form.SUBUNIT
    tests = by_method(loaded)
    assert {method: one.outcome for method, one in tests.items()} == ENDED
    assert tests["test_create"].name == "cloudtests.test_sample.Volumes.test_create"
    assert tests["test_create"].id == "00000000-0000-4000-8000-000000000001"
    assert tests["test_create"].reason == ""
    assert tests["test_delete"].reason.endswith(
        "MismatchError: 204 != 500: DELETE /volumes answered"
    )
    assert tests["test_error"].reason == "RuntimeError: no route to host"
    assert tests["test_skip"].reason == "no volume service here"
    assert tests["test_expected"].reason == "failed, as was expected"
    assert tests["test_unexpected"].reason == "passed, but was to fail"
    assert 0 < tests["test_delete"].duration < 1


@pytest.mark.parametrize("name", ["stestr.subunit", "stestr.subunit1", "subunit2junitxml.xml"])
def test_class_fixtures_that_skip_or_break_are_told(name):
    fixture = "setUpClass of cloudtests.test_sample"
    assert load_file(DATA / name).notices == (
        f"{fixture}.Broken broke, so its tests may be missing: RuntimeError: quota exceeded",
        f"{fixture}.Skipped was skipped, so its tests may be missing: no shared file systems",
    )


def test_a_class_fixture_that_passes_is_not_told():
    assert read("test: setUpClass (a.B)\nsuccess: setUpClass (a.B)\ntest: a.b\nsuccess: a.b\n") == (
        Loaded(Form.SUBUNIT, (TestOutcome("", "a.b", Outcome.PASSED),))
    )


def test_a_junit_report_of_pytest_tells_error_skip_and_expected_failure_apart():
    loaded = load_file(DATA / "pytest.xml")
    assert loaded.form is Form.JUNIT
    named = {one.name.removeprefix("cloudtests.test_sample."): one for one in loaded.outcomes}
    assert {name: one.outcome for name, one in named.items()} == {
        **{f"Volumes.{method}": outcome for method, outcome in ENDED.items()},
        "Skipped.test_never": Outcome.UNDECIDED,
        "Broken.test_never": Outcome.ERROR,
    }
    assert named["Skipped.test_never"].reason == "no shared file systems"


def test_version_1_tells_errors_and_what_was_cut_off():
    stream = (
        "time: 2026-01-01 00:00:00Z\ntest: a.b\ntime: 2026-01-01 00:00:02Z\n"
        f"error: a.b [\nTraceback:\n  x\nOSError: no\n]\ntest: a.c[id-{ID}]\n"
    )
    error, cut = read(stream).outcomes
    assert error == TestOutcome("", "a.b", Outcome.ERROR, "OSError: no", 2.0)
    assert (cut.id, cut.name, cut.outcome) == (ID, "a.c", Outcome.ERROR)
    assert "lost connection" in cut.reason


def stream(*packets: dict) -> bytes:
    out = io.BytesIO()
    writer = StreamResultToBytes(out)
    for packet in packets:
        writer.status(**packet)
    return out.getvalue()


def test_a_test_that_never_ended_is_undecided_and_a_mere_listing_is_no_test():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    loaded = read(
        stream(
            {"test_id": "a.listed", "test_status": "exists"},
            {"test_id": "a.hung", "test_status": "inprogress", "timestamp": at},
        )
    )
    assert loaded.outcomes == (
        TestOutcome("", "a.hung", Outcome.UNDECIDED, "began, but did not end"),
    )


def test_logs_between_packets_are_passed_over():
    packet = stream({"test_id": "a.b", "test_status": "success"})
    assert len(read(packet + b"warning: \xff\n" + packet).outcomes) == 2


@pytest.mark.parametrize(
    ("xml", "outcomes"),
    [
        ('<testcase name="a.b"/>', [("a.b", "passed", "")]),
        ('<testcase classname="a" name="b" time="x"/>', [("a.b", "passed", "")]),
        ('<testcase classname="a.B" name="a.B.c"/>', [("a.B.c", "passed", "")]),
        (
            '<testcase name="a.b"><failure message="no&#10; way"/></testcase>',
            [("a.b", "failed", "no way")],
        ),
        ('<testcase name="a.b"><error>x\nE: y</error></testcase>', [("a.b", "error", "E: y")]),
        ('<testcase name="a.b"><error/><failure/></testcase>', [("a.b", "failed", "")]),
        ('<testcase name="a.b"><skipped/></testcase>', [("a.b", "undecided", "")]),
        (
            '<t:testcase xmlns:t="urn:t" name="a.b"><t:failure/></t:testcase>',
            [("a.b", "failed", "")],
        ),
    ],
)
def test_junit_cases(xml, outcomes):
    read_ones = read(f"<?xml version='1.0' encoding='utf-8'?><testsuite>{xml}</testsuite>").outcomes
    assert [(one.name, one.outcome, one.reason) for one in read_ones] == outcomes


BOMB = '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x><testcase name="&b;"/></x>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x><testcase name="&a;"/></x>'


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (BOMB, "has a document type declaration, which is refused"),
        (OUTSIDE, "has a document type declaration, which is refused"),
        ("<!DOCTYPE x><x/>", "has a document type declaration, which is refused"),
        ("<testsuite/>", "is XML without any <testcase>"),
        ("<testsuite>", "is not XML, perhaps truncated"),
        ("<" * 1000, "is not XML, perhaps truncated"),
        ("<a>" * 1000, "is nested deeper than 32"),
        ("<x><testcase/></x>", "names a test '', which is no test's name"),
        (f'<x><testcase name="{"n" * 3000}"/></x>', "which is no test's name"),
        ('<x><testcase name="a&#9;b"/></x>', "names a test 'a\\tb', which is no test's name"),
        ("<?xml version='1.0' encoding='nope'?><x/>", "is not XML, perhaps truncated"),
        (b"\xb3\x29\x00", "is no whole subunit stream"),
        (b"\xb3" * 100, "is no whole subunit stream"),
        ((DATA / "stestr.subunit").read_bytes()[:-3], "is no whole subunit stream"),
        ((DATA / "stestr.subunit").read_bytes().replace(b"test_skip", b"test_ship"), "damaged"),
        (stream({"file_name": "x", "file_bytes": b"y"}), "is a subunit stream without any test"),
        ("time: noon\n", "is no whole subunit stream"),
        ("progress: many\n", "is no whole subunit stream"),
        ("time: 2026-01-01 00:00:00Z\n", "is a subunit stream without any test"),
        ("test: a.b\nfailure: a.b [ multipart\nContent-Type: x\nn\n", "is no whole subunit stream"),
        ("test: a\x01b\nsuccess: a\x01b\n", "which is no test's name"),
    ],
    ids=range(21),
)
def test_what_is_damaged_or_hostile_is_refused(data, told):
    assert told in refused(data)


def test_the_number_of_tests_and_packets_is_limited(monkeypatch):
    sample = (DATA / "stestr.subunit").read_bytes()
    monkeypatch.setattr(unittest_runs, "TEST_LIMIT", 3)
    assert "holds more than 3 tests" in refused(sample)
    monkeypatch.setattr(subunit_bytes, "PACKET_LIMIT", 5)
    assert "holds more than 5 packets" in refused(sample)
    assert "holds more than 5 packets" in refused(stream({"test_id": "a.b"}) + b"noise " * 1000)


@given(st.binary(max_size=200))
def test_any_stream_is_read_or_refused_and_never_breaks_the_reader(noise):
    with suppress(BadResult):
        read(b"\xb3" + noise)
    with suppress(BadResult):
        read(b"test: a.b\n" + noise)
    with suppress(BadResult):
        read(b"<x>" + noise)


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=4))
def test_a_real_stream_with_a_fault_anywhere_is_read_or_refused(place, noise):
    for name in ("stestr.subunit", "stestr.subunit1", "pytest.xml"):
        data = (DATA / name).read_bytes()
        with suppress(BadResult):
            read(data[:place] + noise + data[place + len(noise) :])
