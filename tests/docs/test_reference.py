"""What the documentation says is what the program does."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from refcheck.cli import refcheck as command_line

DOCS = Path(__file__).parents[2] / "docs"
GENERATE = DOCS / "generate.py"
PAGES = sorted(DOCS.rglob("*.md")) + [
    DOCS.parent / name for name in ("README.md", "CONTRIBUTING.md")
]


@pytest.mark.parametrize("page", ["commands.md", "exit-codes.md", "rights.md"])
def test_the_generated_reference_is_up_to_date(page):
    # In a process of its own: click keeps what commands that ran before were called with.
    code = f"import runpy; print(runpy.run_path({str(GENERATE)!r})['PAGES'][{page!r}](), end='')"
    rendered = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    assert (DOCS / "reference" / page).read_text() == rendered.stdout, "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_pages_that_exist(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert "://" in target or (page.parent / target).exists(), target


def shown_commands():
    for page in PAGES:
        for line in re.findall(r"^\$ (.*refcheck .*)$", page.read_text(), re.MULTILINE):
            words = shlex.split(line)
            if Path(words[0]).name == "refcheck":
                yield pytest.param(words[1:], id=f"{page.name}: {line}")


@pytest.mark.parametrize("words", shown_commands())
def test_commands_that_are_shown_exist_with_their_options(words):
    command, name = command_line, "refcheck"
    while isinstance(command, click.Group):
        name = words.pop(0)
        command = command.get_command(click.Context(command), name)
        assert command is not None, name
    options = {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert {word for word in words if word.startswith("-")} <= options
