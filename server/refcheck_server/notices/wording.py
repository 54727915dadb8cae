"""The words of a notice, from the text file of its event's name."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from refcheck_server.accounts.models import WORDS
from refcheck_server.notices.events import Event, Told

_TEXTS = Environment(
    loader=PackageLoader("refcheck_server", "templates/notices"),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - plain text; pages and feeds escape it where they show it
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=False,
)


def worded(event: Event, told: Told) -> tuple[str, str]:
    """Title and text: the file's first line, and the rest.

    Names come from strangers: whatever is not printable becomes a space, so that a title is one
    line and no header of a mail can be made of it.
    """
    written = _TEXTS.get_template(f"{event.action}.txt").render(
        event=event, detail=event.detail, **told.facts
    )
    title, _, text = written.partition("\n")
    lines = [_printable(line) for line in text.strip().split("\n")]
    return _printable(title)[:WORDS], "\n".join(lines)


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line).strip()
