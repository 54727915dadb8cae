"""What a view says about itself beside its docstring and its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "refcheck_operation"
JSON = "application/json"

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "after": {"description": "Where the page before ended: its `next`.", "type": "string"},
    "target": {"description": "A program, like `platform`.", "type": "string"},
    "private": {"description": "Keep it to the account.", "enum": ["yes", "no"]},
    "name": {"description": "What to call the file.", "type": "string", "maxLength": 100},
    "page": {"description": "Which page, from 1.", "type": "integer", "minimum": 1},
    "signed": {"description": "Only what the account of the token sent.", "type": "string"},
    "cpid": {"description": "The client's id of a cloud.", "type": "string", "maxLength": 128},
    "start_date": {"description": "From then on, like `2026-11-20 12:00:00`.", "type": "string"},
    "end_date": {"description": "Until then.", "type": "string"},
    "type": {"description": "Statuses, with commas: `required,advisory`.", "type": "string"},
    "alias": {"description": "With other names.", "enum": ["true", "false"]},
    "flag": {"description": "With flagged tests.", "enum": ["true", "false"]},
}
"""Arguments in the query part of addresses, as JSON Schema with their description.

What lists are asked is declared with them: `refcheck_server.lists`.
"""

FIELDS: Mapping[str, Mapping[str, Any]] = {
    "name": {"description": "What people call it.", "type": "string", "minLength": 1},
    "slug": {"description": "Its name in addresses; made from the name.", "type": "string"},
    "website": {"description": "Like `https://example.org`.", "type": "string"},
    "contact": {"description": "A mail address, for the registry alone.", "type": "string"},
    "description": {"description": "Text of several lines.", "type": "string"},
    "released": {"description": "The day, like `2026-11-29`.", "type": "string"},
    "reason": {"description": "Needed to decline.", "type": "string", "maxLength": 200},
    "revision": {"description": "That was read before it was changed.", "type": "integer"},
    "digest": {"description": "Of a cloud, or its first 8 digits or more.", "type": "string"},
    "public_key": {"description": "In PEM, as `refcheck key new` wrote it.", "type": "string"},
    "proof": {"description": "The signed claim, as base64.", "type": "string"},
    "challenge": {"description": "That the registry gave out.", "type": "string"},
}
"""Every field of a JSON document that is sent, as JSON Schema with its description."""


def body_of(
    *required: str, optional: tuple[str, ...] = (), **choices: Iterable[str]
) -> tuple[str, Mapping[str, Any]]:
    """The body of an operation: a JSON object with these of the `FIELDS`.

    Args:
        required: what must be there.
        optional: what may be left out.
        choices: other fields that must be there, each with the words that it may be.
    """
    words = {name: {"enum": [str(one) for one in some]} for name, some in choices.items()}
    properties = {name: FIELDS[name] for name in (*required, *optional)} | words
    needed = [*required, *choices]
    return JSON, {"type": "object", "properties": properties, "required": needed}


@dataclass(frozen=True, slots=True)
class Operation:
    """One view.

    Attributes:
        status: of the answer when all is well; `media` is its type, None for an empty one.
        query: names of its arguments, see `PARAMETERS`.
        asked: others, each with its schema.
        token: None without, False for one that may be given, True for one that must be.
        headers: other headers that it reads, with what they are.
        body: type and schema of what is sent.
        refusals: statuses of its own refusals, beside those that every view has.
    """

    status: int = 200
    media: str | None = JSON
    query: tuple[str, ...] = ()
    asked: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    token: bool | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: tuple[str, Mapping[str, Any]] | None = None
    refusals: tuple[int, ...] = ()


def describe(operation: Operation) -> Callable[[View], View]:
    """Attach an operation to the view that does it."""

    def attach(view: View) -> View:
        setattr(view, _ATTRIBUTE, operation)
        return view

    return attach


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """The operation of a view; None for a page."""
    found: Operation | None = getattr(view, _ATTRIBUTE, None)
    return found
