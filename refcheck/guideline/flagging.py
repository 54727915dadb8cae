"""A new edition of a guideline in which a test is flagged, or no longer is.

Once a guideline is approved its lists stay as they are; only flags may come and go (D301, D2.2).
Everything else of the document is kept as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from refcheck.errors import BadGuideline, WrongUse
from refcheck.guideline import library
from refcheck.guideline.model import Flag, Guideline, Test
from refcheck.guideline.parse import parse
from refcheck.guideline.reader import read
from refcheck.guideline.yaml_text import to_yaml

REASONS = {
    "D400": "the test does not meet the criteria",
    "D401": "a bug in the test",
    "D402": "a bug in OpenStack's code",
    "D403": "the test needs a capability that is not required",
    "D404": "the test fits no capability of the guideline",
    "D405": "the test asks for one implementation that is not widely deployed",
    "D406": "the test no longer exists",
}
"""The process's codes of reasons (2017A, D309) and what each means."""
_REASON = re.compile(rf"\[?({'|'.join(REASONS)})\]?\b.*\S", re.DOTALL)


def flagged(document: bytes, *, where: str, test: str, flag: Flag) -> dict[str, Any]:
    """The document's tree with `flag` on every entry of the test, named by name, id or alias.

    Raises:
        WrongUse: for a reason without code or text, a date that is none, no such test, or one
            that is flagged already.
    """
    _check(flag)
    tree, name = _find(document, where, test)
    for body in _entries(tree, name, where):
        if "flagged" in body or "flag" in body:
            raise WrongUse(
                f"{name} is flagged already",
                where=where,
                next_step="Unflag it first if the reason is to change.",
            )
        body["flagged"] = {"reason": flag.reason, "action": flag.action, "date": flag.date}
    return tree


def unflagged(document: bytes, *, where: str, test: str) -> dict[str, Any]:
    """The document's tree without a flag on the test, named by name, id or alias.

    Raises:
        WrongUse: when there is no such test, or it is not flagged.
    """
    tree, name = _find(document, where, test)
    flags = [body.pop(key, None) for body in _entries(tree, name, where) for key in _KEYS]
    if not any(flags):
        raise WrongUse(f"{name} is not flagged", where=where, next_step="Nothing is to be done.")
    return tree


_KEYS = ("flagged", "flag")


def write_edition(tree: dict[str, Any], target: Path, *, overwrite: bool) -> Guideline:
    """Write a tree as JSON or YAML, by the file's ending, after reading it back as a guideline.

    Raises:
        WrongUse: when the file exists and may not be overwritten, or is one of the built-in ones,
            or its folder does not take files.
    """
    if target.resolve().parent == library.folder().resolve():
        raise WrongUse(
            "a built-in guideline is never changed",
            where=str(target),
            next_step="Give --output with a file of your own.",
        )
    as_json = target.suffix == ".json"
    text = json.dumps(tree, indent=2) + "\n" if as_json else to_yaml(tree)
    edition = read(text.encode(), where=str(target))
    try:
        with target.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise WrongUse(
            "is there already",
            where=str(target),
            next_step="Give another --output, or change this file itself with --in-place.",
        ) from error
    except OSError as error:
        raise WrongUse(
            f"cannot be written ({error.strerror})",
            where=str(target),
            next_step="Give an --output that can be written.",
        ) from error
    return edition


def _check(flag: Flag) -> None:
    if not _REASON.fullmatch(flag.reason):
        raise WrongUse(
            f"the reason {flag.reason[:80]!r} does not begin with a code and go on with words",
            next_step=f"Begin with one of {', '.join(f'{k} ({v})' for k, v in REASONS.items())}.",
        )
    if not flag.action.strip():
        raise WrongUse("the flag has no action", next_step="Say what would end the flag.")
    try:
        date.fromisoformat(flag.date)
    except ValueError as error:
        raise WrongUse(
            f"{flag.date[:80]!r} is not a date", next_step="Give it as YYYY-MM-DD."
        ) from error


def _find(document: bytes, where: str, test: str) -> tuple[dict[str, Any], str]:
    """The document's tree, and the name of the test that `test` means."""
    guideline = read(document, where=where)
    if guideline.schema == "1.2":
        raise BadGuideline(
            "is of schema 1.2, in which a flag has neither reason nor date",
            where=where,
            next_step="Give a guideline of schema 1.3 or later; the built-in ones all are.",
        )
    tests = [one for c in guideline.capabilities.values() for one in c.tests]
    names = _named(tests, test)
    if len(names) != 1:
        problem = f"means several tests: {', '.join(sorted(names))}" if names else "is not there"
        raise WrongUse(
            f"the test {test[:200]!r} {problem}",
            where=where,
            next_step="Give its whole name as `refcheck guideline test-list` prints it, or its id.",
        )
    return parse(document, where=where), names.pop()


def _named(tests: list[Test], wanted: str) -> set[str]:
    """Names of the tests that `wanted` means: by name, else by id, else by alias."""
    name, bracket, rest = wanted.partition("[")
    inner = rest.removesuffix("]").split(",")[0] if bracket else name
    bare = inner.lower().removeprefix("id-")
    return (
        {one.name for one in tests if one.name == name}
        or {one.name for one in tests if one.id and one.id == bare}
        or {one.name for one in tests if name in one.aliases}
    )


def _entries(tree: dict[str, Any], name: str, where: str) -> Iterator[dict[str, Any]]:
    """The object of the test in each capability that lists it."""
    for capability, body in tree["capabilities"].items():
        if name in body.get("tests", {}):
            entry = body["tests"][name]
            if not isinstance(entry, dict):
                raise BadGuideline(
                    f"$.capabilities.{capability}.tests.{name} is not an object",
                    where=where,
                    next_step="Give a guideline of schema 1.3 or later.",
                )
            yield entry
