"""Removing secrets by their value, in whatever form a cloud or a library repeats them."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

REMOVED = "[removed]"
_SHORTEST_SECRET = 6
"""Characters; shorter ones are too common to be told from words."""
_SHORTEST_LINE = 16
"""Characters from which on a line of a longer secret is one itself."""
_LONG, _END = 16, 8
"""A secret of so many characters is also known by so many at its ends: messages are cut."""
_FERNET = re.compile(r"gAAAA[\w=-]{20,}")
_RUN = r"[\w+/=.~%-]*"


class Scrubber:
    """Removes secrets by their value, wherever a cloud puts them: in messages, bodies, headers."""

    def __init__(self) -> None:
        # The forms are worked out when someone asks: most tests pass and nobody ever does.
        self._known: dict[str, tuple[str, ...] | None] = {}

    def know(self, secret: object) -> None:
        """Remove this value from now on, and each line of it."""
        if not isinstance(secret, str):
            return
        if len(secret) >= _SHORTEST_SECRET:
            self._known.setdefault(secret)
        if "\n" in secret:
            for line in secret.splitlines():
                if len(line) >= _SHORTEST_LINE:
                    self._known.setdefault(line)

    def scrub(self, text: str) -> str:
        """The text without any secret."""
        # The longest first: one secret may be part of another.
        for secret in sorted(self._known, key=len, reverse=True):
            forms = self._known[secret]
            if forms is None:
                forms = self._known[secret] = _forms(secret)
            for form in forms:
                text = text.replace(form, REMOVED)
            if len(secret) >= _LONG:
                text = _without_pieces(secret, text)
        return _FERNET.sub(REMOVED, text)


def _forms(secret: str) -> tuple[str, ...]:
    """The secret itself, and as other formats write it; each once, the longest first."""
    data = secret.encode("utf-8", "surrogatepass")
    escaped = json.dumps(secret)[1:-1]
    forms = {
        secret,
        quote(secret, safe="", errors="surrogatepass"),
        quote(secret, errors="surrogatepass"),
        quote_plus(secret, errors="surrogatepass"),
        escaped,
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(escaped)[1:-1],  # JSON in JSON
        repr(secret)[1:-1],
        html.escape(secret),
        data.hex(),
        " ".join(secret.split()),  # a message made one line
        *_base64(data),
    }
    return tuple(sorted((f for f in forms if len(f) >= _SHORTEST_SECRET), key=len, reverse=True))


def _base64(data: bytes) -> Iterator[str]:
    """As base64 by itself, and what of it shows in the base64 of something it is part of."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(data).decode()
        for before in range(3):
            after = -(before + len(data)) % 3
            # The first and the last group depend on the neighbours too.
            whole = encode(b"\0" * before + data + b"\0" * after).decode()
            core = whole[4 * bool(before) : len(whole) - 4 * bool(after)]
            if len(core) >= _LONG:
                yield core


def _without_pieces(secret: str, text: str) -> str:
    """The text without what a cut has left of a long secret, if that is long enough to be told."""
    start, end = secret[:_END], secret[-_END:]
    if start in text:
        text = re.sub(re.escape(start) + _RUN, REMOVED, text)
    if end in text:
        text = re.sub(_RUN + re.escape(end), REMOVED, text)
    return text
