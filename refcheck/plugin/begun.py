"""Answers to what was begun before the first test, kept until the test that is about them."""

from __future__ import annotations

from typing import Any

from refcheck.testing import Answer, Body


class Begun:
    """Has what is begun before the first test, `NAME`, and can begin it anew, `_begin_NAME`."""

    _taken: frozenset[str] = frozenset()

    def take(self, what: str) -> Body:
        """Something that was begun, for one test alone.

        Whoever repeats the test gets another: a cloud that fails at times must fail then.
        """
        first = what not in self._taken
        self._taken |= {what}
        begun: Body = getattr(self, what) if first else getattr(self, f"_begin_{what}")()
        return begun


def packed(answer: Answer) -> Body:
    """An answer as plain values, byte by byte: nothing is decoded that may have a wrong form."""
    text = answer.content.decode("latin-1")
    return Body(call=answer.call, status=answer.status, headers=dict(answer.headers), text=text)


def unpacked(kept: dict[str, Any]) -> Answer:
    """The inverse of `packed`."""
    content = kept["text"].encode("latin-1")
    return Answer(kept["call"], kept["status"], kept["headers"], content)
