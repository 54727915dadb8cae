"""The SVG badge: two fields, sized by the widths of their letters."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from refcheck_server.publication.wording import guideline_name, statement
from refcheck_server.results.models import StoredVerdict

_NARROW, _WIDE = "fijlrtI.,:;|'!()[]- ", "mwMW@%"
_WIDTHS = {"narrow": 4.2, "normal": 6.6, "capital": 7.6, "wide": 10.2}
"""Pixels at 11 px of the usual sans-serif faces; the text is then fitted to the sum exactly."""
_PADDING = 8
_COLOURS = {"good": "#1a6b3c", "part": "#80540a", "open": "#4c5663", "bad": "#9c2429"}
"""White text on each has a contrast of at least 5:1."""


@dataclass(frozen=True, slots=True)
class _Field:
    text: str
    x: int
    width: int

    @property
    def text_width(self) -> int:
        return self.width - 2 * _PADDING

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def render(verdict: StoredVerdict | None) -> str:
    """The badge for the verdict that says most about a cloud."""
    said = statement(verdict)
    label = "OpenStack"
    if verdict is not None:
        label += f" {guideline_name(verdict.guideline_id, verdict.guideline_status)}"
    left = _Field(label, 0, text_width(label) + 2 * _PADDING)
    right = _Field(said.short, left.width, text_width(said.short) + 2 * _PADDING)
    return render_template(
        "badge.svg",
        title=f"{label}: {said.short}",
        fields=(left, right),
        width=left.width + right.width,
        colour=_COLOURS[said.tone],
    )


def text_width(text: str) -> int:
    """Pixels that a text takes at 11 px."""
    return round(sum(_WIDTHS[_kind(letter)] for letter in text))


def _kind(letter: str) -> str:
    if letter in _NARROW:
        return "narrow"
    if letter in _WIDE:
        return "wide"
    return "capital" if letter.isupper() else "normal"
