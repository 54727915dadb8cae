"""`refcheck merge`: the results of shards, or of several hosts, as one signed result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.errors import BadResult, ExitCode, WrongUse

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]

    from refcheck.result.document import Result
    from refcheck.result.merging import Merged

_FILE = click.Path(dir_okay=False, path_type=Path)
_SHOWN = 20


@click.command()
@click.argument("results", nargs=-1, required=True, metavar="RESULT...",
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("-o", "--output", required=True, metavar="FILE", type=_FILE)
@click.option("--key", type=_FILE, help="Key that signs; else the default one.")
@click.option("--trust", "keys", metavar="KEY", type=_FILE, multiple=True,
              help="Public key by which each part must be signed; may be repeated.")  # fmt: skip
def merge(results: tuple[Path, ...], output: Path, key: Path | None, keys: tuple[Path, ...]) -> int:
    """Merge RESULTs of one cloud, guideline, target and suite into one signed result.

    Each is the result.json of a run, or its folder. Their order does not matter. A test that ended
    differently is flaky then. The result is complete when every part is, and every test was run by
    some part.
    """
    from refcheck.report.formats import write
    from refcheck.result import signing
    from refcheck.result.document import to_statement
    from refcheck.result.merging import merge as merge_results

    trusted = [signing.read_public_key(file) for file in keys]
    if output.resolve() in {file.resolve() for file in map(_file, results)}:
        raise WrongUse(
            "is one of the parts", where=str(output), next_step="Name another file with -o."
        )
    merged = merge_results((_read(path, trusted), bool(trusted)) for path in results)
    signed = signing.sign(to_statement(merged.result), signing.usual_signer(key))
    write(signed, output)
    _tell(merged, output)
    return ExitCode.DONE


def _file(path: Path) -> Path:
    return path / "result.json" if path.is_dir() else path


def _read(path: Path, trusted: list[SSlibKey]) -> Result:
    from refcheck.cli.trusting import check_signature
    from refcheck.result.anywhere import load_named

    loaded = load_named(path)
    check_signature(loaded, trusted, path)
    if loaded.result is None:
        raise BadResult(
            f"is a {loaded.form}, which does not name its cloud",
            where=str(path),
            next_step="Give results that `refcheck run` wrote.",
        )
    return loaded.result


def _tell(merged: Merged, output: Path) -> None:
    from collections import Counter

    from refcheck.cli.trusting import UNCHECKED
    from refcheck.report.page.words import number
    from refcheck.report.printable import plain

    counts = Counter(one.outcome.value for one in merged.result.outcomes)
    told = ", ".join(f"{count} {word}" for word, count in counts.most_common())
    click.echo(f"{len(merged.parts)} runs, {len(merged.result.outcomes)} tests: {told}")
    for one in merged.flaky[:_SHOWN]:
        click.echo(plain(f"  flaky    {one.name}: {one.reason}"))
    if len(merged.flaky) > _SHOWN:
        click.echo(f"  flaky    and {len(merged.flaky) - _SHOWN} more")
    for part in merged.parts:
        if not part.complete:
            click.echo(plain(f"  note     run {part.run} was interrupted or cut short"))
    if merged.missing:
        tests = number(len(merged.missing), "test was", "tests were")
        click.echo(f"  note     {tests} left out of every part")
    if merged.differing:
        click.echo(plain(f"  note     facts that differ: {', '.join(merged.differing)}"))
    if not all(part.checked for part in merged.parts):
        click.echo(f"  note     {UNCHECKED}")
    whole = "complete" if merged.result.complete else "incomplete"
    click.echo(plain(f"{whole}: {output}"))
    click.echo(plain(f"verdict  refcheck judge {output}"))
