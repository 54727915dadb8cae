"""`refcheck judge`: judge result files against a guideline, offline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.errors import ExitCode, UnknownTarget, WrongUse

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]

    from refcheck.guideline.model import Guideline
    from refcheck.result.load import Loaded
    from refcheck.verdict.verdict import Verdict

_NO_KEY = (
    "signature not checked against a known key: whether the file was changed after the run "
    "cannot be told. Give --key to check it."
)
_UNSIGNED = "not signed: this form of result only says what its writer says."


@click.command()
@click.argument(
    "results",
    nargs=-1,
    required=True,
    metavar="RESULT...",
    type=click.Path(path_type=Path),
)
@click.option("--guideline", "guideline_id", metavar="ID|FILE", help="Default: the result's own.")
@click.option("--target", help="platform, compute, object, dns, ... Default: the result's own.")
@click.option("--json", "as_json", is_flag=True, help="Print one verdict a line, canonical JSON.")
@click.option(
    "--rules",
    type=click.Choice(["refcheck", "refstack"]),
    default="refcheck",
    show_default=True,
    help="Whose arithmetic to use.",
)
@click.option(
    "--key",
    "key_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Public key that the result must be signed by.",
)
def judge(
    results: tuple[Path, ...],
    guideline_id: str | None,
    target: str | None,
    as_json: bool,  # noqa: FBT001 - click passes it by name
    rules: str,
    key_file: Path | None,
) -> int:
    """Judge RESULT files against a guideline, offline.

    RESULT is our signed result.json (or its run folder), RefStack JSON, or a plain list of passed
    tests. The exit code
    is 0 when every result qualifies, 1 when one does not, and 3 when nothing failed but something
    is undecided.
    """
    from refcheck.cli.verdict_exit import exit_code
    from refcheck.result.load import load_file
    from refcheck.result.signing import read_public_key

    key = read_public_key(key_file) if key_file else None
    verdicts = []
    for named in results:
        path = named / "result.json" if named.is_dir() else named
        loaded = load_file(path)
        trust = _trust(loaded, key, path)
        verdict = _judge(loaded, guideline_id, target, rules, path)
        verdicts.append(verdict)
        _tell(verdict, path, [*_other_digest(loaded, verdict), trust], as_json=as_json)
    return _worst(exit_code(verdict) for verdict in verdicts)


def _tell(verdict: Verdict, path: Path, notices: list[str], *, as_json: bool) -> None:
    from refcheck.cli.judge_text import print_verdict

    if not as_json:
        print_verdict(verdict, heading=str(path), notices=notices)
        return
    click.echo(verdict.canonical())
    for notice in notices:
        click.echo(f"{path}: {notice}", err=True)


def _other_digest(loaded: Loaded, verdict: Verdict) -> list[str]:
    result = loaded.result
    if result is None or result.guideline_id != verdict.guideline_id:
        return []
    if result.guideline_sha256 == verdict.guideline_sha256:
        return []
    edition = f"{result.guideline_id} ({result.guideline_sha256[:12]})"
    return [f"the run used another edition of guideline {edition}: its tests may differ"]


def _trust(loaded: Loaded, key: SSlibKey | None, path: Path) -> str:
    from refcheck.result.signing import verify

    if loaded.envelope is None:
        if key is not None:
            raise WrongUse(
                "is not signed, so --key cannot check it",
                where=str(path),
                next_step="Leave --key out, or give a signed result.json.",
            )
        return _UNSIGNED
    if key is None:
        return _NO_KEY
    return f"signature good, by key {verify(loaded.envelope, [key], where=str(path)).keyid}"


def _judge(
    loaded: Loaded, guideline_id: str | None, target: str | None, rules: str, path: Path
) -> Verdict:
    from refcheck.guideline.library import load
    from refcheck.verdict.judge import judge as judge_result
    from refcheck.verdict.refstack import judge_as_refstack

    result = loaded.result
    guideline_id = guideline_id or (result.guideline_id if result else None)
    target = target or (result.target if result else None)
    if guideline_id is None or target is None:
        missing = "--guideline" if guideline_id is None else "--target"
        raise WrongUse(
            f"a {loaded.form} does not name its guideline and target",
            where=str(path),
            next_step=f"Give {missing}; `refcheck guideline list` shows what there is.",
        )
    guideline = load(guideline_id)
    _point_to_guideline_of(target, guideline)
    at = datetime.now(UTC)
    if rules == "refstack":
        return judge_as_refstack(guideline, target, loaded.outcomes, at=at)
    return judge_result(guideline, target, loaded.outcomes, at=at, load=load)


def _point_to_guideline_of(target: str, guideline: Guideline) -> None:
    """Stop when the target is one of another built-in guideline, and say of which."""
    from refcheck.guideline.library import programs

    if target in guideline.programs:
        return
    elsewhere = [one for one, targets in programs().items() if target in targets]
    if elsewhere:
        raise UnknownTarget(
            f"guideline {guideline.id} has no target {target!r}",
            next_step=f"Give --guideline {' or '.join(elsewhere)}.",
        )


def _worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Of several: a definite no beats an undecided one, which beats a yes."""
    order = (ExitCode.DONE, ExitCode.UNDECIDED, ExitCode.DOES_NOT_QUALIFY)
    return max(codes, key=order.index)
