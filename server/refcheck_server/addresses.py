"""The forms that a part of an address may have; anything else is not found."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.routing import BaseConverter, Map


class Hex(BaseConverter):
    """Lower-case hex digits, exactly `length` of them."""

    def __init__(self, url_map: Map, length: int) -> None:
        super().__init__(url_map)
        self.regex = f"[0-9a-f]{{{length}}}"


class Word(BaseConverter):
    """A short name of a-z, 0-9, dot and dash."""

    regex = "[a-z0-9][a-z0-9.-]{0,63}"


class Number(BaseConverter):
    """The number of a row, as far as a database counts."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        """Address → view."""
        return int(value)

    def to_url(self, value: int) -> str:
        """View → address."""
        return str(value)


class Index(Number):
    """The place of something in a row, from 0."""

    regex = "(?:0|[1-9][0-9]{0,8})"


class TokenPrefix(BaseConverter):
    """The part of a token that may be shown."""

    regex = "rck_[0-9a-f]{8}"


def attach(app: Flask) -> None:
    """Let routes of `app` use `hex(length=…)`, `word`, `number`, `index` and `token_prefix`."""
    app.url_map.converters.update(
        hex=Hex, word=Word, number=Number, index=Index, token_prefix=TokenPrefix
    )


def for_machines() -> bool:
    """Whether this request is for the interface of programs: JSON, tokens, no forms."""
    return request.path.startswith(("/api/", "/v1/", "/healthz", "/readyz"))
