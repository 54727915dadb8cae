"""Show what refcloud does: a spinner and lines on a terminal, plain lines elsewhere."""

import contextlib
from collections.abc import Iterator

import click
from rich.console import Console
from rich.status import Status

from refcheck.cli.ending import ending_is_interrupting
from refcheck.errors import Interrupted
from refcheck.refcloud.progress import Progress


class PlainProgress:
    """One line per event, for logs and pipes."""

    def begins(self, what: str) -> None:
        """Say that something begins."""
        click.echo(f"  {what} ...")

    def ends(self, what: str, seconds: float) -> None:
        """Say that something was reached."""
        click.echo(f"  {what} ({seconds:.1f} s)")

    def note(self, text: str) -> None:
        """Say it."""
        click.echo(f"  {text}")


class TerminalProgress:
    """A line per thing reached, and below them a spinner with what is being done."""

    def __init__(self, console: Console, status: Status) -> None:
        self._console = console
        self._status = status

    def begins(self, what: str) -> None:
        """Show it beside the spinner."""
        self._status.update(f"{what} ...")

    def ends(self, what: str, seconds: float) -> None:
        """Print it with a tick."""
        self._console.print(f"  [green]✓[/] {what} [dim]{seconds:.1f} s[/]", highlight=False)

    def note(self, text: str) -> None:
        """Print it."""
        self._console.print(f"  {text}", highlight=False, markup=False)


@contextlib.contextmanager
def shown() -> Iterator[Progress]:
    """Give a progress fit for standard output."""
    console = Console()
    if console.is_terminal:
        with console.status("") as status:
            yield TerminalProgress(console, status)
    else:
        yield PlainProgress()


@contextlib.contextmanager
def interruptible(again: str) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into an orderly end; `again` is the command that goes on.

    Raises:
        Interrupted: one of them came.
    """
    try:
        with ending_is_interrupting():
            yield
    except KeyboardInterrupt as error:
        raise Interrupted(
            "interrupted; the services that were started are ended again",
            next_step=f"`{again}` begins again and uses what is complete.",
        ) from error
