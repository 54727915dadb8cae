"""Write the reference of commands, exit codes and rights from the program itself: `make docs`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from enum import Enum, StrEnum
from pathlib import Path
from typing import TypeVar

import click
from refcheck_server.accounts.rights import RIGHTS, Reach, Role, Scope
from refcheck_server.review.states import DAYS, TRANSITIONS, Condition, Party, State

from refcheck import errors
from refcheck.cli import refcheck
from refcheck.errors import ExitCode

REFERENCE = Path(__file__).parent / "reference"
Kind = TypeVar("Kind", bound=Enum)
_MARKS = {Reach.YES: "yes", Reach.OWN: "own", Reach.NO: "no"}
_NOTE = "<!-- Written by `make docs`; edit the program instead. -->\n\n"


def commands() -> str:
    """Every command with its help, as a page."""
    width = {"max_content_width": 90, "terminal_width": 90}
    root = click.Context(refcheck, info_name="refcheck", **{**refcheck.context_settings, **width})
    sections = [_section(context) for context in _walk(root)]
    return f"{_NOTE}# Commands\n\n" + "\n".join(sections)


def exit_codes() -> str:
    """The table of exit codes, and the errors that end with each."""
    rows = [
        f"| {code.value} | {meaning} | {', '.join(_errors(code)) or 'none'} |"
        for code, meaning in _meanings(ExitCode)
    ]
    return (
        f"{_NOTE}# Exit codes\n\nEvery `refcheck` command ends with one of these.\n\n"
        "| code | meaning | errors of `refcheck.errors` |\n|--|--|--|\n" + "\n".join(rows) + "\n"
    )


def rights() -> str:
    """Who may do what at a registry, from the table that the registry asks."""
    head = ["action", *Role, "scope of a token"]
    rows = [
        [action, *(_MARKS[right.reach[role]] for role in Role), right.scope or "none"]
        for action, right in RIGHTS.items()
    ]
    table = [head, ["--"] * len(head), *rows]
    return (
        f"{_NOTE}# Rights\n\nEvery page, every part of the interface and every command of a "
        "registry names one of these actions, and is answered as its row says. *own*: only for "
        "what belongs to a vendor of one's own. A token does what its account may do, as far as "
        "its scopes go; where there is none, no token does it.\n\n"
        + "".join(f"| {' | '.join(row)} |\n" for row in table)
        + f"\n## Roles\n\n{_described(Role)}\n## Scopes of tokens\n\n{_described(Scope)}"
    )


def review() -> str:
    """How an application goes from state to state, from the table that the registry asks."""
    head = ["from", "move", "to", "by", "when", "tells"]
    rows = [
        [one.before, one.move, one.after, *map(", ".join, (one.by, one.needs, one.tells))]
        for one in TRANSITIONS
    ]
    table = [head, ["--"] * len(head), *rows]
    days = "".join(f"- **{state}**: {days} days\n" for state, days in DAYS.items())
    return (
        f"{_NOTE}# Review\n\nAn application for a mark makes these moves and no others. Each is an "
        "event of the audit log.\n\n"
        + "".join(f"| {' | '.join(row)} |\n" for row in table)
        + f"\n## States\n\n{_described(State)}\n## Who\n\n{_described(Party)}"
        + f"\n## What must hold\n\n{_described(Condition)}"
        + f"\n## The review clock\n\nAfter so long in a state an application is overdue.\n\n{days}"
    )


def _walk(context: click.Context) -> Iterator[click.Context]:
    """The context of every command: what holds for the outer ones holds for the inner ones too."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            inner = context.command.get_command(context, name)
            if inner is not None:
                yield from _walk(click.Context(inner, info_name=name, parent=context))


def _section(context: click.Context) -> str:
    help_text = "\n".join(line.rstrip() for line in context.get_help().splitlines())
    return f"## {context.command_path}\n\n```text\n{help_text}\n```\n"


def _described(kind: type[StrEnum]) -> str:
    return "".join(f"- **{one}**: {sentence}\n" for one, sentence in _meanings(kind))


def _meanings(kind: type[Kind]) -> Iterator[tuple[Kind, str]]:
    """Each value of an enumeration with the sentence written below it in the source."""
    body = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - for the type checker
    for value, sentence in zip(kind, body.body[2::2], strict=True):
        assert isinstance(sentence, ast.Expr)  # noqa: S101 - for the type checker
        yield value, str(ast.literal_eval(sentence.value))


def _errors(code: ExitCode) -> list[str]:
    return [
        f"`{name}`"
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.RefcheckError)
        and kind is not errors.RefcheckError
        and kind.exit_code is code
    ]


PAGES = {
    "commands.md": commands,
    "exit-codes.md": exit_codes,
    "rights.md": rights,
    "review.md": review,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
