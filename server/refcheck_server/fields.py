"""The fields of a form or of a JSON document, checked one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import has_request_context, request

from refcheck_server.addresses import for_machines
from refcheck_server.documents import read_document
from refcheck_server.errors import RegistryFault

Kind = TypeVar("Kind", bound=StrEnum)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_RESERVED = frozenset({"new"})


class BadField(RegistryFault):
    """A field has a value that it cannot have; `where` names it."""


class Fields:
    """What was sent, by name; a field that is missing is empty."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def text(self, name: str, longest: int, *, required: bool = False, lines: bool = False) -> str:
        """Text, without spaces at its ends.

        Args:
            name: of the field.
            longest: so many characters at most.
            required: it may not be empty.
            lines: it may have several lines.

        Raises:
            BadField: it is no such text.
        """
        value = self._given.get(name, "")
        if not isinstance(value, str):
            raise _bad(name, "is not text", "Send text.")
        value = value.replace("\r\n", "\n").strip()
        printable = value.replace("\n", "") if lines else value
        if not printable.isprintable():
            raise _bad(name, "has characters that cannot be shown", "Send plain text.")
        if len(value) > longest:
            raise _bad(name, f"has {len(value):,} characters", f"Send {longest:,} at most.")
        if required and not value:
            raise _bad(name, "is empty", "Fill it in.")
        return value

    def slug(self, name: str, title: str) -> str:
        """A short name for addresses; made from the title when none is given."""
        made = _NOT_IN_SLUGS.sub("-", title.lower()).strip("-")[:64].strip("-")
        value = self.text(name, 64) or made
        if not _SLUG.fullmatch(value) or value in _RESERVED:
            raise _bad(name, "cannot be part of an address", "Use a-z, 0-9, dot and dash.")
        return value

    def address(self, name: str) -> str:
        """The address of a page, or nothing."""
        value = self.text(name, 200)
        if value and not _is_address(value):
            raise _bad(name, "is not an address", "Give it like https://example.org.")
        return value

    def choice(self, name: str, kind: type[Kind]) -> Kind:
        """One of a few values."""
        try:
            return kind(self.text(name, 64))
        except ValueError as error:
            raise _bad(name, "is none of the choices", f"Choose {', '.join(kind)}.") from error

    def choices(self, name: str, kind: type[Kind], *, required: bool = True) -> tuple[Kind, ...]:
        """Some of a few values: a list, or a field that was sent several times."""
        many = getattr(self._given, "getlist", None)
        sent = many(name) if many is not None else self._given.get(name, [])
        try:
            found = tuple(kind(one) for one in sent) if isinstance(sent, list) else ()
        except ValueError as error:
            raise _bad(name, "is none of the choices", f"Choose {', '.join(kind)}.") from error
        if required and not found:
            raise _bad(name, "names nothing", f"Choose some of {', '.join(kind)}.")
        return found

    def day(self, name: str) -> date | None:
        """A day, or None."""
        value = self.text(name, 10)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise _bad(name, "is not a day", "Give it like 2026-11-29.") from error

    def revision(self) -> int:
        """Of what was edited: the one that the sender had before them."""
        value = str(self._given.get("revision", ""))
        if not value.isascii() or not value.isdigit() or len(value) > 9:
            raise _bad("revision", "is not a revision", "Send the one that you were shown.")
        return int(value)


def sent_fields() -> Fields:
    """What was sent with the request being served: a form, or JSON to the interface of programs.

    Raises:
        BadDocument: it is no JSON object.
    """
    return Fields(read_document() if for_machines() else request.form)


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in value


def path_of(name: str) -> str:
    """Where a field is in what was sent: a JSON path for programs."""
    return f"$.{name}" if has_request_context() and for_machines() else name


def _bad(name: str, fault: str, next_step: str) -> BadField:
    return BadField(fault, where=path_of(name), next_step=next_step)
