"""How a value of another form is told: where it is, what it is, what was declared.

What a message quotes becomes part of a report, so it quotes texts and numbers alone, and none of a
field that holds a secret.
"""

from __future__ import annotations

import json
from typing import Any, Final

from jsonschema_rs import ValidationError, ValidationErrorKind

from refcheck.cloud.redaction import is_secret

MASK: Final = "VALUE"
"""What validators are to write in place of the value."""
_LONGEST = 80
"""Characters of a quoted value."""
_MOST_NAMES = 5

Path = list[str | int]


def place(path: Path) -> str:
    """A path as "server.addresses.private[].addr": where in a list it is makes no difference."""
    steps = ("[]" if isinstance(step, int) else f".{_plain(step)}" for step in path)
    return "".join(steps).removeprefix(".")


def words(error: ValidationError) -> str:
    """What is wrong with the value."""
    shown = _shown(error.instance, error.instance_path)
    if isinstance(error.kind, ValidationErrorKind.AnyOf):
        return f"{shown} has none of the declared forms"
    return error.message.replace(MASK, shown, 1)


def _shown(value: Any, path: Path) -> str:
    if isinstance(value, dict):
        names = sorted(value)[:_MOST_NAMES]
        return f"an object of {', '.join(map(_plain, names)) or 'nothing'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    field = next((step for step in reversed(path) if isinstance(step, str)), "")
    return (
        "what is hidden here" if is_secret(field) else _plain(json.dumps(value, ensure_ascii=False))
    )


def _plain(text: str) -> str:
    """A text that can be shown anywhere: short, and nothing in it that cannot be printed."""
    shown = text if text.isprintable() else ascii(text)[1:-1]
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} ..."
