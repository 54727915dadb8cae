"""The forms in which a run is told; each is imported only when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from refcheck.errors import WrongUse

if TYPE_CHECKING:
    from refcheck.report.story import Story


class Format(StrEnum):
    """Names as `refcheck report --format` takes them; the file is `as_<name>.py`."""

    TERMINAL = "terminal"
    HTML = "html"
    JUNIT = "junit"
    SUBUNIT = "subunit"
    SARIF = "sarif"
    JSON = "json"
    RESULT = "result"
    REFSTACK = "refstack"


def render(story: Story, form: Format) -> bytes:
    """The run in a form."""
    module = importlib.import_module(f"refcheck.report.as_{form.value}")
    rendered: Callable[[Story], bytes] = module.render
    return rendered(story)


def write(content: bytes, path: Path) -> None:
    """Write a report, or another document that a command was asked for, to a file.

    Raises:
        WrongUse: it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise WrongUse(
            f"cannot be written ({error.strerror})",
            where=str(path),
            next_step="Name a file, with --output, in a folder that can be written.",
        ) from error
