"""`refcheck judge`: judge result files against a guideline, offline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.errors import ExitCode, UnknownTarget, WrongUse

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]

    from refcheck.code.evidence import CodeEvidence
    from refcheck.guideline.model import Guideline
    from refcheck.result.load import Loaded
    from refcheck.verdict.scope import Load
    from refcheck.verdict.verdict import Verdict
    from refcheck.verdict.waiver import Waiver

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
@click.option(
    "--code", type=click.Path(dir_okay=False, path_type=Path), help="File of code evidence."
)
@click.option("--waivers", type=click.Path(dir_okay=False, path_type=Path), help="File of waivers.")
@click.option("--product", help="The product that waivers were granted to.")
@click.option("--onto", "baseline", metavar="RESULT", type=click.Path(path_type=Path),
              help="Say what a narrowed run and this earlier result come to together.")  # fmt: skip
@click.option("--at", metavar="TIME", help="Time of judging, ISO 8601 with its zone; else now.")
def judge(
    results: tuple[Path, ...],
    guideline_id: str | None,
    target: str | None,
    as_json: bool,  # noqa: FBT001 - click passes it by name
    rules: str,
    key_file: Path | None,
    code: Path | None,
    waivers: Path | None,
    product: str | None,
    baseline: Path | None,
    at: str | None,
) -> int:
    """Judge RESULT files against a guideline, offline.

    RESULT is our signed result.json (or its run folder), RefStack JSON, a subunit stream (version
    1 or 2), a JUnit report, or a plain list of passed tests. Of one result everything is told; of
    several, a line each.

    The exit code is 0 when every result qualifies, 1 when one does not, and 3 when nothing failed
    but something is undecided.
    """
    from refcheck.cli.verdict_exit import exit_code
    from refcheck.guideline import library
    from refcheck.result.load import load_file
    from refcheck.result.signing import read_public_key

    if baseline and as_json:
        raise WrongUse(
            "a delta verdict is no verdict document",
            next_step="Leave --json away, or take `refcheck gate --baseline RESULT --json`.",
        )
    key = read_public_key(key_file) if key_file else None
    beside = _beside(rules, code, waivers, product, at)
    # Only the user may name a file or an address; what a result or a guideline names is an id.
    named_guideline = library.load(guideline_id) if guideline_id else None
    load = cache(library.builtin)  # of a thousand results most have the same guideline
    codes: Counter[ExitCode] = Counter()
    for named in results:
        path = named / "result.json" if named.is_dir() else named
        loaded = load_file(path)
        trust = _trust(loaded, key, path)
        verdict = _judge(loaded, named_guideline, target, beside, path, load)
        codes[exit_code(verdict)] += 1
        editions = library.edition_notes(named_guideline) if named_guideline else ()
        notices = [*editions, *loaded.notices, *_other_digest(loaded, verdict), trust]
        if as_json:
            _print_json(verdict, path, notices)
        else:
            _tell(verdict, path, notices, alone=len(results) == 1)
            if baseline:
                judged_by = named_guideline or load(verdict.guideline_id)
                _tell_onto(loaded, baseline, judged_by, verdict.target, beside.at)
    if len(results) > 1 and not as_json:
        _tell_counts(codes)
    return _worst(codes)


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes into a verdict beside result and guideline."""

    as_refstack: bool
    at: datetime
    code: CodeEvidence | None
    waivers: tuple[Waiver, ...]
    product: str | None


def _beside(
    rules: str, code: Path | None, waivers: Path | None, product: str | None, at: str | None
) -> Beside:
    from refcheck.verdict.statements import moment, read_code, read_waivers

    if rules == "refstack" and (code or waivers):
        raise WrongUse(
            "RefStack's arithmetic knows neither waivers nor code evidence",
            next_step="Leave --rules refstack away, or --code and --waivers.",
        )
    if waivers and not product:
        raise WrongUse(
            "a waiver is granted to a product, and none is named",
            next_step="Name it with --product.",
        )
    return Beside(
        as_refstack=rules == "refstack",
        at=moment(at, "--at", "refcheck judge") if at else datetime.now(UTC),
        code=read_code(_bytes(code), where=str(code)) if code else None,
        waivers=read_waivers(_bytes(waivers), where=str(waivers)) if waivers else (),
        product=product,
    )


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise WrongUse(
            f"cannot be read ({error.strerror})", where=str(file), next_step="Check the path."
        ) from error


def _print_json(verdict: Verdict, path: Path, notices: list[str]) -> None:
    from refcheck.report.printable import plain

    click.echo(verdict.canonical())
    for notice in notices:
        click.echo(plain(f"{path}: {notice}"), err=True)


def _tell(verdict: Verdict, path: Path, notices: list[str], *, alone: bool) -> None:
    from rich.console import Console

    from refcheck.report.printable import plain
    from refcheck.report.verdict_text import tell_in_a_line, tell_verdict

    if alone:
        tell_verdict(verdict, Console(highlight=False), heading=str(path), notices=notices)
        return
    click.echo(plain(tell_in_a_line(verdict, str(path))))
    for notice in notices:
        if notice not in (_NO_KEY, _UNSIGNED):  # said once, at the end
            click.echo(plain(f"  note {notice}"))


def _tell_onto(
    loaded: Loaded, baseline: Path, guideline: Guideline, target: str, at: datetime
) -> None:
    """The delta verdict; it is no claim, and changes neither verdict nor exit code."""
    from refcheck.guideline import library
    from refcheck.report.gate_text import tell_delta
    from refcheck.report.printable import plain
    from refcheck.result.anywhere import load_named
    from refcheck.verdict.delta import delta

    both = delta(
        guideline,
        target,
        loaded.outcomes,
        load_named(baseline).outcomes,
        at=at,
        load=library.builtin,
    )
    for line in tell_delta(both, str(baseline)):
        click.echo(plain(f"  {line}"))


def _tell_counts(codes: Counter[ExitCode]) -> None:
    click.echo(
        f"{codes.total()} results: {codes[ExitCode.DONE]} qualify,"
        f" {codes[ExitCode.DOES_NOT_QUALIFY]} do not, {codes[ExitCode.UNDECIDED]} are undecided."
        " Signatures are checked with --key only."
    )


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
    loaded: Loaded,
    named_guideline: Guideline | None,
    target: str | None,
    beside: Beside,
    path: Path,
    load: Load,
) -> Verdict:
    from refcheck.verdict.judge import judge as judge_result
    from refcheck.verdict.refstack import judge_as_refstack

    result = loaded.result
    target = target or (result.target if result else None)
    if (named_guideline is None and result is None) or target is None:
        missing = "--target" if named_guideline else "--guideline"
        raise WrongUse(
            f"a {loaded.form} does not name its guideline and target",
            where=str(path),
            next_step=f"Give {missing}; `refcheck guideline list` shows what there is.",
        )
    guideline = named_guideline or load(result.guideline_id if result else "")
    _point_to_guideline_of(target, guideline)
    if beside.as_refstack:
        return judge_as_refstack(guideline, target, loaded.outcomes, at=beside.at)
    return judge_result(
        guideline,
        target,
        loaded.outcomes,
        at=beside.at,
        code=beside.code,
        waivers=beside.waivers,
        product=beside.product,
        load=load,
    )


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
