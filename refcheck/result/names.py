"""Test names and ids as the tools of the field write them."""

from __future__ import annotations

import re

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ID = re.compile(rf"(?:id-)?({_UUID})")
_SUFFIX = re.compile(
    rf"^(.+?)\[((?:[^\[\],]+,)*id-({_UUID})(?:,[^\[\],]+)*)\]((?:\(.*\))?)$", re.DOTALL
)


def bare_id(text: str) -> str:
    """An idempotent id as a bare lower-case UUID; "" when the text is none."""
    match = _ID.fullmatch(text.strip())
    return match.group(1).lower() if match else ""


def split_name(name: str) -> tuple[str, str]:
    """`(name, id)` of a name that may end in `[id-...,smoke]`; the id is "" without it.

    A scenario in round brackets after it stays part of the name.
    """
    match = _SUFFIX.match(name) if "[" in name else None
    if match is None:
        return name, ""
    return match.group(1) + match.group(4), match.group(3).lower()
