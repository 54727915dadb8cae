"""Words of others on the terminal."""

from __future__ import annotations

from rich.text import Text


def printable(text: str, style: str = "") -> Text:
    """Text from a file: never markup, and what cannot be printed (terminal codes) is replaced."""
    return Text(plain(text), style=style)


def plain(text: str) -> str:
    """As `printable`, for what is written without rich."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
