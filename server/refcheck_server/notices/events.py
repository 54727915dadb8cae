"""An event of the audit log, as those who tell of it read it, and the words they tell it in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from refcheck_server.accounts.models import WORDS
from refcheck_server.audit.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: see `AuditEvent`.

    Attributes:
        about: the name behind the colon of the subject.
    """

    number: int
    at: datetime
    actor: str
    action: str
    about: str
    detail: Mapping[str, Any]

    @property
    def account(self) -> str:
        """The name of the account that did it; "" when none did."""
        kind, _, name = self.actor.partition(":")
        return name if kind == "account" else ""

    @property
    def who(self) -> str:
        """Who did it, for people."""
        if self.account:
            return self.account
        return "the registry" if self.actor.startswith("registry") else "an operator"


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of an event, and what.

    Attributes:
        vendors, accounts: their ids.
        path: of the page about it.
        facts: what the template needs beside the event; programs get them too.
        knows: the account that did it, which gets no mail of it.
    """

    vendors: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()
    path: str = "/"
    facts: Mapping[str, Any] = field(default_factory=dict)
    knows: int | None = None


def event_of(row: AuditEvent) -> Event:
    """A row of the log, read."""
    about = row.subject.partition(":")[2]
    return Event(row.number, row.at, row.actor, row.action, about, json.loads(row.detail))


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
