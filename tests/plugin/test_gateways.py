"""Gateways that cannot run the tests are told before a run begins."""

import sys

import pytest

from refcheck.errors import WrongUse
from refcheck.plugin import gateways, suite


def test_a_number_before_a_spec_stands_for_so_many_workers():
    assert gateways.specs(["2*popen", "ssh=a*b"]) == ("popen", "popen", "ssh=a*b")


def test_a_process_here_has_what_it_takes():
    gateways.check(["2*popen"])


@pytest.mark.parametrize(
    "spec", ["nowhere", "popen//popen", "popen//python=/no/python", "popen//chdir=/no/folder/x",
             "via=nobody//popen"],
)  # fmt: skip
def test_a_gateway_that_does_not_open_is_told_by_its_spec(spec):
    with pytest.raises(WrongUse, match="no worker can be started there") as raised:
        gateways.check(["popen", spec])
    assert raised.value.where == f"--tx {spec}"


def test_a_python_without_refcheck_is_told_with_what_to_install(tmp_path):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S -I "$@"\n')
    bare.chmod(0o755)
    with pytest.raises(WrongUse, match="cannot run tests") as raised:
        gateways.check([f"popen//python={bare}"])
    assert "Install refcheck-interop" in raised.value.next_step


def test_other_tests_are_refused(monkeypatch):
    monkeypatch.setattr(suite, "digest", lambda _: "others")
    with pytest.raises(WrongUse, match="another suite of refcheck is there"):
        gateways.check(["popen"])
