"""The order in which the registry can be read names files that there are, as long as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "registry.md").read_text()
SERVER = ROOT / "server" / "refcheck_server"
STEPS = re.findall(r"^\| \d+ \| (.+?) \| ([\d,]+) \|", PAGE, re.MULTILINE)


def lines(files: list[Path]) -> int:
    return sum(len(file.read_text().splitlines()) for file in files)


def number(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.parametrize(("named", "told"), STEPS)
def test_each_step_is_as_long_as_it_says(named, told):
    files = [SERVER / name for name in re.findall(r"`([^`]+)`", named)]
    assert lines(files) == pytest.approx(number(told), rel=0.15)


def test_the_whole_is_as_long_as_it_says():
    whole, spine = re.findall(r"([\d,]{5,}) lines", PAGE)[:2]
    assert lines(list(SERVER.rglob("*.py"))) == pytest.approx(number(whole), rel=0.15)
    assert sum(number(told) for _, told in STEPS) == pytest.approx(number(spine), rel=0.05)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z_/]+(?:\.py|/|\.html))`", PAGE))))
def test_every_file_that_is_named_is_there(name):
    assert (ROOT / name).exists() or any(SERVER.rglob(name.rstrip("/")))
