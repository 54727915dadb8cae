"""The tutorial's blocks are what one sees."""

import re
from pathlib import Path

import pytest

from tests.conftest import CLOUD

pytestmark = pytest.mark.journey
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def blocks():
    return re.findall(r"^```text\n(.*?)^```", TUTORIAL.read_text(), re.MULTILINE | re.DOTALL)


def as_pattern(block):
    """A block as a pattern: a lone `…` line stands for any lines, `…` in a line for any words."""
    lines = [
        r"(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in block.splitlines()
    ]
    return "".join(lines)


def test_the_demo_shows_what_the_tutorial_says(refcheck, refcloud):
    ended = refcheck("demo", "--no-serve", "--cloud", CLOUD, timeout=900)
    assert ended.code == 0, ended.told
    position = 0
    for block in blocks():
        found = re.compile(as_pattern(block), re.MULTILINE).search(ended.out, position)
        assert found, f"not seen:\n{block}\nin:\n{ended.out[position:]}"
        position = found.end()
    assert refcloud.is_up, "the demo stopped a cloud that it did not start"
