"""What the page about security names is there, and no item of the standard is left out."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/explanation/security.md").read_text()
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "5.1": 1, "5.2": 3,
    "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.8": 4, "7.1": 3, "7.2": 4,
    "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3,
    "9.2": 4, "10.1": 2, "10.2": 2, "10.5": 5, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4,
    "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2,
    "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1,
    "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
"""Items of levels 1 and 2 in each section of ASVS 5.0.0 that applies."""


def named() -> set[str]:
    """Every item that the page names, ranges written out."""
    found = set(re.findall(r"\b\d+\.\d+\.\d+\b", PAGE))
    for first, last in re.findall(r"\b(\d+\.\d+\.\d+) to (\d+\.\d+\.\d+)\b", PAGE):
        section, start = first.rsplit(".", 1)
        other, end = last.rsplit(".", 1)
        if section == other:
            found |= {f"{section}.{one}" for one in range(int(start), int(end) + 1)}
    return found


def test_every_item_is_answered():
    wanted = {f"{section}.{one + 1}" for section, count in SECTIONS.items() for one in range(count)}
    missing = wanted - named()
    assert missing == set()


def test_every_file_is_there():
    files = re.findall(r"`((?:tests|server|refcheck|docs|requirements)/[\w./-]+)`", PAGE)
    assert len(files) > 60
    assert [one for one in files if not (ROOT / one).exists()] == []
