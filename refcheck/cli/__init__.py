"""The `refcheck` command: one file per command, imported only when that command is used.

Everything a user can get wrong ends here as two lines on standard error (the fault and the next
step) and the exit code of the error's class. Whatever else escapes is our own fault: the
traceback goes to a report file and the exit code says so.
"""

from __future__ import annotations

import errno
import importlib
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib.metadata import entry_points

import click

from refcheck import __version__
from refcheck.errors import ExitCode, RefcheckError

_COMMANDS = {
    "cleanup": "Remove what a run that was killed left in its cloud.",
    "demo": "The whole line on this machine: cloud, run, registry, published verdict.",
    "doctor": "Say what a run could decide on a cloud, and what stands in the way.",
    "gate": "Fail on what is new in a result, against a baseline and a policy.",
    "guideline": "Read, check, compare and change guidelines.",
    "judge": "Judge results against a guideline, offline.",
    "key": "Make and show the keys that sign results.",
    "merge": "Make one result of those of shards, or of several hosts.",
    "plan": "Say what a run would create, how long it would take, and whether it fits.",
    "refcloud": "A real OpenStack from the package index, on this machine, without root.",
    "report": "Tell of a run: terminal, HTML, JUnit, subunit, SARIF, JSON, RefStack.",
    "resume": "Go on with a run that was killed, interrupted or cut short.",
    "run": "Run a guideline's tests against a cloud.",
    "submit": "Send a signed result to a registry.",
    "suite": "See what the suite tests, and what each test asks of a cloud.",
    "verify-claim": "Check a claim or a badge against the key of its registry.",
    "verify-tree": "Check a published tree against the key of its registry.",
    "verdict": "Judge a verdict again, offline, and say whether it comes out equal.",
}
"""Command → one line of help. The command is `refcheck.cli.<command>.<command>`, with _ for -."""

_NO_RIGHTS = "Name a file or folder that you may use so."
_OF_THE_MACHINE = {
    errno.ENOSPC: "Free some space.",
    errno.EDQUOT: "Free some space.",
    errno.EACCES: _NO_RIGHTS,
    errno.EPERM: _NO_RIGHTS,
    errno.EROFS: _NO_RIGHTS,
    errno.ENAMETOOLONG: "Check the path.",
}
"""What a machine refuses, wherever it is met, and the next step: never a fault of ours."""


class LazyCommands(click.Group):
    """A group that knows its commands by name and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted({*_COMMANDS, *(point.name for point in _added())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name in _COMMANDS:
            name = cmd_name.replace("-", "_")
            module = importlib.import_module(f"refcheck.cli.{name}")
            command: click.Command = getattr(module, name)
            return command
        for point in _added():
            if point.name == cmd_name:
                added: click.Command = point.load()
                return added
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except ModuleNotFoundError as error:
            raise click.UsageError(
                f"'{args[0]}' needs the package {error.name!r}, which is not installed.\n"
                "Install refcheck-interop[server]."
            ) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        known = {
            **{point.name: "Run and administer a registry." for point in _added()},
            **_COMMANDS,
        }
        with formatter.section("Commands"):
            formatter.write_dl([(name, known[name]) for name in self.list_commands(ctx)])


def _added() -> Sequence[importlib.metadata.EntryPoint]:
    return tuple(entry_points(group="refcheck.commands"))


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="refcheck")
def refcheck() -> None:
    """Does this cloud, and the metal it sits on, do what the guideline says?"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: run the command and end the process with its exit code."""
    sys.exit(_exit_code(list(sys.argv[1:] if arguments is None else arguments)))


def _exit_code(arguments: list[str]) -> int:
    try:
        status = refcheck.main(args=arguments, prog_name="refcheck", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return ExitCode.WRONG_USE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return ExitCode.UNDECIDED
    except RefcheckError as error:
        _tell(str(error), error.next_step)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader (`head`, a pager) left: nothing more to say to it
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - the last net
        return _unforeseen(arguments, error)
    return status if isinstance(status, int) else ExitCode.DONE


def _unforeseen(arguments: list[str], error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        place = f"{error.filename}: " if error.filename else ""
        _tell(f"{place}{error.strerror}", _OF_THE_MACHINE[error.errno])
        return ExitCode.WRONG_USE
    return _report_our_fault(arguments, error)


def _tell(fault: str, next_step: str) -> None:
    """Two lines, of which words of files and clouds make no terminal codes."""
    from refcheck.report.printable import plain

    for word, text in (("error", fault), (" next", next_step)):
        click.echo("\n".join(map(plain, f"{word}: {text}".split("\n"))), err=True)


def _report_our_fault(arguments: list[str], error: Exception) -> int:
    with tempfile.NamedTemporaryFile(
        "w", prefix="refcheck-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write(
            f"refcheck {__version__}\ncommand: {arguments[:1]}\n\n{traceback.format_exc()}"
        )
    _tell(
        f"refcheck itself broke ({type(error).__name__})",
        f"please report it with the file {report.name}",
    )
    return ExitCode.OUR_FAULT
