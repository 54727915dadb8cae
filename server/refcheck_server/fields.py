"""The fields of a form or of a JSON document, checked one by one."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import has_request_context, request

from refcheck_server.addresses import for_machines
from refcheck_server.errors import RegistryFault

_MOST_BYTES = 64 * 1024


class BadDocument(RegistryFault):
    """The body is not the JSON that is expected there."""


def read_document() -> dict[str, Any]:
    """The JSON object in the body of the request being served, of at most 64 KiB.

    Raises:
        BadDocument: it is none.
    """
    request.max_content_length = _MOST_BYTES
    try:
        found = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError) as error:
        raise BadDocument(
            "is not JSON", where="$", next_step="Send a JSON object in the body."
        ) from error
    if not isinstance(found, dict):
        raise BadDocument("is not a JSON object", where="$", next_step="Send a JSON object.")
    return found


Kind = TypeVar("Kind", bound=StrEnum)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_RESERVED = frozenset({"new"})
_NOT_IN_ADDRESSES = frozenset(' \\"<>^`{|}')
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
_MANY_MARKS = re.compile("m{3}")
_UNMARKED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "þ": "th"}
)
"""Letters that are no other letter with a mark."""
_SPELLED = {
    "url": "URL",
    "slug": "name in addresses",
    "expires": "the day until which it holds",
    "public": "what is published",
    "wish": "the reason",
    "result": "run",
    "target": "program",
}
"""Fields that forms call otherwise."""


class BadField(RegistryFault):
    """A field has a value that it cannot have; `where` names it."""

    @property
    def sentence(self) -> str:
        """The fault, as a page tells it: with the field as the form calls it."""
        return f"{_SPELLED.get(str(self.where), str(self.where).replace('_', ' '))} {self.fault}"


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

    def title(self, name: str, longest: int) -> str:
        """What people call something: one line that is what it looks like.

        Raises:
            BadField: it is empty or too long, or could pass for another name.
        """
        value = unicodedata.normalize("NFC", " ".join(self.text(name, longest).split()))
        if not value:
            raise _bad(name, "is empty", "Fill it in.")
        if _MANY_MARKS.search("".join(map(_mark_or_letter, value))):
            raise _bad(name, "has letters under heaps of marks", "Send plain text.")
        scripts = {found for one in value if (found := _alike_script(one))}
        if len(scripts) > 1:
            mixed = " and ".join(sorted(scripts))
            step = "Write it in one script: some letters of these look alike."
            raise _bad(name, f"mixes {mixed} letters", step)
        return value

    def slug(self, name: str, title: str) -> str:
        """A short name for addresses; made from the title when none is given."""
        bare = unicodedata.normalize("NFKD", title.lower().translate(_UNMARKED))
        letters = "".join(one for one in bare if not unicodedata.combining(one))
        made = _NOT_IN_SLUGS.sub("-", letters).strip("-")[:64].strip("-")
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

    def choice(self, name: str, among: Iterable[Kind]) -> Kind:
        """One of a few values."""
        sent = self.text(name, 64)
        for one in among:
            if one == sent:
                return one
        raise _bad(name, "is none of the choices", f"Choose {', '.join(among)}.")

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

    def number(self, name: str) -> int | None:
        """A whole number, as a form has it or a document, or None."""
        value = str(self._given.get(name, "")).strip()
        if not value:
            return None
        if not value.isascii() or not value.isdigit() or len(value) > 9:
            raise _bad(name, "is not a number", "Send one that you were shown.")
        return int(value)

    def count(self, name: str, most: int) -> int:
        """A number from 1 to `most`."""
        found = self.number(name)
        if found is None or not 1 <= found <= most:
            raise _bad(name, f"is no number from 1 to {most}", f"Give 1 to {most}.")
        return found

    def revision(self) -> int:
        """Of what was edited: the one that the sender had before them."""
        found = self.number("revision")
        if found is None:
            raise _bad("revision", "is empty", "Send the one that you were shown.")
        return found


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
    # a name before the host would be read as the site that it leads to
    plain = parts.username is None and not _NOT_IN_ADDRESSES.intersection(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain


def _mark_or_letter(one: str) -> str:
    return "m" if unicodedata.combining(one) else "l"


def _alike_script(one: str) -> str | None:
    """The script of a letter, if it is one of those that share letters by their looks."""
    script = unicodedata.name(one, "").split(" ")[0]
    return script if script in _ALIKE and one.isalpha() else None


def path_of(name: str) -> str:
    """Where a field is in what was sent: a JSON path for programs."""
    return f"$.{name}" if has_request_context() and for_machines() else name


def _bad(name: str, fault: str, next_step: str) -> BadField:
    return BadField(fault, where=path_of(name), next_step=next_step)
