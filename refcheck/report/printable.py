"""Words of others on the terminal."""

from __future__ import annotations

from rich.text import Text


def printable(text: str, style: str = "") -> Text:
    """Text from a file: never markup, and what cannot be printed (terminal codes) is replaced."""
    return Text(plain(text), style=style)


def plain(text: str) -> str:
    """As `printable`, for what is written without rich."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def writable(text: str, encoding: str) -> str:
    """As `plain`, of what a terminal or file of this encoding can write; the rest is `?`."""
    return plain(text).encode(encoding, "replace").decode(encoding)
