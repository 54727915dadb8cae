"""The vocabulary of answers: JSON Schemas of the values that OpenStack's services write.

A shape is a JSON Schema (2020-12) as a dictionary. `obj` closes objects, so that a property nobody
declared is seen. The formats are our own: `FORMATS` holds what decides each.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Shape = Mapping[str, Any]


def _looks_like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return accepts


def _range(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    if "/" not in text:
        raise ValueError(text)
    return ipaddress.ip_network(text)


_HEX = "[0-9a-fA-F]"
_DATE = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)"
_ZONE = r"(?:Z|[+-]\d\d:?\d\d)?"
_DAYS = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"

FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "UUID": _looks_like(f"{_HEX}{{32}}|{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}"),
    "time": _looks_like(rf"{_DATE}T{_CLOCK}(?:\.\d+)?{_ZONE}"),
    "id of a project or user": _looks_like(r"\S*"),
    "URL": _looks_like(r"https?://\S+"),
    "IP address": _parses(ipaddress.ip_address),
    "CIDR": _parses(_range),
    "address or range": _parses(ipaddress.ip_interface),
    "MAC address": _looks_like(f"{_HEX}{{2}}(?::{_HEX}{{2}}){{5}}"),
    "whole number": _looks_like(r"\d+"),
    "number of seconds": _looks_like(r"\d+(?:\.\d+)?"),
    "HTTP date": _looks_like(rf"{_DAYS}, \d\d {_MONTHS} \d{{4}} {_CLOCK} GMT"),
    # What was uploaded in parts carries their number, as in S3.
    "MD5 sum": _looks_like(rf'"?{_HEX}{{32}}(?:-\d+)?"?'),
}
"""Format name, as messages write it, to what accepts a text of that format."""

TEXT: Final[Shape] = {"type": "string"}
BOOLEAN: Final[Shape] = {"type": "boolean"}
INTEGER: Final[Shape] = {"type": "integer"}
COUNT: Final[Shape] = {"type": "integer", "minimum": 0}
NUMBER: Final[Shape] = {"type": "number"}
NULL: Final[Shape] = {"type": "null"}


def text_of(format_name: str) -> Shape:
    """A text of one of `FORMATS`."""
    if format_name not in FORMATS:
        raise KeyError(format_name)
    return {"type": "string", "format": format_name}


UUID: Final = text_of("UUID")
"""32 hexadecimal digits, with dashes or without."""
OWNER: Final = text_of("id of a project or user")
"""Of whatever directory it is; empty for what is nobody's."""
TIME: Final = text_of("time")
"""ISO 8601 as the services write it: with or without fraction and zone."""
URL: Final = text_of("URL")
IP: Final = text_of("IP address")
CIDR: Final = text_of("CIDR")
IP_RANGE: Final = text_of("address or range")
"""As users write it: one address, or a range whose host bits may be set."""
MAC: Final = text_of("MAC address")

# Headers are texts, whatever they say.
WHOLE_NUMBER: Final = text_of("whole number")
SECONDS: Final = text_of("number of seconds")
HTTP_DATE: Final = text_of("HTTP date")
MD5: Final = text_of("MD5 sum")

OCTETS: Final[Shape] = {"contentMediaType": "application/octet-stream"}
"""A body that is not JSON: whatever was put there. Compared by identity; never looked into."""


def anything() -> Shape:
    """Any JSON value."""
    return {}


def one_of(*texts: str | None) -> Shape:
    """One of these texts."""
    return {"enum": list(texts)}


def nullable(shape: Shape) -> Shape:
    """That, or null."""
    if "enum" in shape:
        return {**shape, "enum": [*shape["enum"], None]}
    if isinstance(shape.get("type"), str):
        return {**shape, "type": [shape["type"], "null"]}
    if "anyOf" in shape:
        return {**shape, "anyOf": [*shape["anyOf"], NULL]}
    return shape


def either(*shapes: Shape) -> Shape:
    """One of these shapes, for instance a number that some releases write as text."""
    return {"anyOf": list(shapes)}


def list_of(shape: Shape) -> Shape:
    """An array whose items all have that shape."""
    return {"type": "array", "items": shape}


def mapping(shape: Shape) -> Shape:
    """An object with free keys, such as metadata, whose values all have that shape."""
    return {"type": "object", "additionalProperties": shape}


def obj(
    required: Mapping[str, Shape],
    optional: Mapping[str, Shape] | None = None,
    rest: Shape | None = None,
) -> Shape:
    """An object with these properties; those of `required` are always there.

    It may have no others, unless the API lets users add their own: then `rest` is what they are.
    """
    return {
        "type": "object",
        "properties": {**(optional or {}), **required},
        "required": list(required),
        "additionalProperties": False if rest is None else rest,
    }


LINKS: Final = list_of(obj({"rel": TEXT, "href": URL}, {"type": TEXT}))
"""Links of one thing or of a page of a list."""
