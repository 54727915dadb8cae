"""A guideline as one page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from refcheck.errors import WrongUse
from refcheck.guideline import library
from refcheck.report.guideline_page import write_guideline_page
from tests.guideline.documents import load, sound


class Page(HTMLParser):
    """Collects the text, and every address that the page would load something from."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page_of(guideline, tmp_path) -> Page:
    write_guideline_page(tmp_path / "page.html", guideline)
    return Page((tmp_path / "page.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("guideline_id", ["2015.03", "2020.06", "2022.11", "dns.next", "scs-0128"])
def test_the_page_tells_every_capability_and_test_and_needs_nothing_else(guideline_id, tmp_path):
    one = library.load(guideline_id)
    page = page_of(one, tmp_path)
    text = "".join(page.words)
    for component in one.components.values():
        for names in component.capabilities.values():
            for name in names:
                assert name in text
                for test in one.capabilities[name].tests:
                    assert test.name in text
    assert one.sha256 in text
    assert page.sources == []
    assert "script" not in page.tags


def test_what_is_not_official_says_so_at_the_top(tmp_path):
    warning = "no mark can be claimed under it"
    for guideline_id in ("2022.11", "next", "scs-0128"):
        assert warning in "".join(page_of(library.load(guideline_id), tmp_path).words)
    assert warning not in "".join(page_of(library.load("2020.06"), tmp_path).words)


def test_words_of_a_strange_guideline_cannot_become_markup(tmp_path):
    tree = sound("capabilities/boot/description", "<script>alert(1)</script>")
    tree["metadata"]["id"] = "<b>x</b>"
    page = page_of(load(tree), tmp_path)
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert "<script>alert(1)</script>" in "".join(page.words)


def test_an_undefined_capability_is_shown_as_such(tmp_path):
    tree = sound("components/os_powered_compute/capabilities/required", ["boot", "dream"])
    assert "Not defined." in "".join(page_of(load(tree), tmp_path).words)


def test_a_page_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(WrongUse, match="cannot be written"):
        write_guideline_page(tmp_path / "no" / "page.html", library.load("dns.next"))
