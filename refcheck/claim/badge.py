"""Badges: SVG images of two fields. One that shows a claim carries it, and shows nothing else.

The image follows from the claim alone, to the byte: so a badge that says more than its claim, or
holds a script, is found by drawing it again.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from html import escape

from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]

from refcheck.claim.claim import CLAIM, Signed, read_claim
from refcheck.errors import BadClaim

LIMIT = 96 * 1024
_NARROW, _WIDE = "fijlrtI.,:;|'!()[]- ", "mwMW@%"
_WIDTHS = {"narrow": 4.2, "normal": 6.6, "capital": 7.6, "wide": 10.2}
"""Pixels at 11 px of the usual sans-serif faces; the text is then fitted to the sum exactly."""
_PADDING = 8
_COLOURS = {"good": "#1a6b3c", "part": "#80540a", "open": "#4c5663", "bad": "#9c2429"}
"""White text on each has a contrast of at least 5:1."""
_CARRIED = re.compile(
    rb'<claim xmlns="' + CLAIM.name.encode() + rb'">([A-Za-z0-9+/]{1,90000}={0,2})</claim>'
)


def draw(label: str, text: str, tone: str, *, carried: bytes | None = None) -> str:
    """A badge.

    Args:
        label: its left field.
        text: its right field.
        tone: `good`, `part`, `open` or `bad`: the colour of the right one.
        carried: the envelope of a claim, to be checked by whoever gets the image.
    """
    left, right = (text_width(one) + 2 * _PADDING for one in (label, text))
    width, title = left + right, escape(f"{label}: {text}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" '
        f'viewBox="0 0 {width} 20" role="img" aria-label="{title}">\n'
        f"  <title>{title}</title>\n"
        f"{_metadata(carried)}"
        f'  <clipPath id="edge"><rect width="{width}" height="20" rx="3"/></clipPath>\n'
        '  <g clip-path="url(#edge)">\n'
        f'    <rect width="{left}" height="20" fill="#2b3440"/>\n'
        f'    <rect x="{left}" width="{right}" height="20" fill="{_COLOURS[tone]}"/>\n'
        "  </g>\n"
        '  <g fill="#fff" text-anchor="middle" '
        'font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">\n'
        f"{_text(label, 0, left)}{_text(text, left, right)}"
        "  </g>\n"
        "</svg>\n"
    )


def draw_claim(signed: Signed) -> bytes:
    """The badge of a claim: what it says, until when, and the claim itself."""
    badge = signed.claim.badge
    text = f"{badge.text}, until {signed.claim.expires:%Y-%m-%d}"
    return draw(badge.label, text, badge.tone, carried=signed.envelope).encode()


def carried_claim(svg: bytes, keys: Sequence[SSlibKey], *, where: str) -> tuple[Signed, bool]:
    """The claim that a badge carries, and whether the badge shows this claim and nothing else.

    Raises:
        BadClaim, BadSignature: it is too large, carries none, or one that nobody known signed.
    """
    found = _CARRIED.findall(svg[: LIMIT + 1])
    if len(svg) > LIMIT or len(found) != 1:
        fault = "is too large for a badge" if len(svg) > LIMIT else "carries no claim, or several"
        raise BadClaim(
            fault, where=where, next_step="Get the badge from the registry's page of the cloud."
        )
    try:
        envelope = base64.b64decode(found[0], validate=True)
    except ValueError as error:
        raise BadClaim(
            f"carries a damaged claim ({error})",
            where=where,
            next_step="Get the badge from the registry's page of the cloud.",
        ) from error
    signed = read_claim(envelope, keys, where=where)
    return signed, draw_claim(signed) == svg


def text_width(text: str) -> int:
    """Pixels that a text takes at 11 px."""
    return round(sum(_WIDTHS[_kind(letter)] for letter in text))


def _kind(letter: str) -> str:
    if letter in _NARROW:
        return "narrow"
    if letter in _WIDE:
        return "wide"
    return "capital" if letter.isupper() else "normal"


def _metadata(carried: bytes | None) -> str:
    if carried is None:
        return ""
    text = base64.b64encode(carried).decode()
    return f'  <metadata><claim xmlns="{CLAIM.name}">{text}</claim></metadata>\n'


def _text(text: str, x: int, width: int) -> str:
    return (
        f'    <text x="{x + width / 2}" y="14" textLength="{width - 2 * _PADDING}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(text)}</text>\n'
    )
