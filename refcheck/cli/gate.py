"""`refcheck gate`: let a result through, or not, against a baseline and a policy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.errors import ExitCode, FolderFault, WrongUse

if TYPE_CHECKING:
    from refcheck.guideline.model import Guideline
    from refcheck.report.gate_text import Told
    from refcheck.result.load import Loaded
    from refcheck.verdict.policy import Policy

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--baseline", metavar="RESULT", type=click.Path(path_type=Path),
              help="An earlier result: what failed there already is not new.")  # fmt: skip
@click.option("--policy", "policy_file", metavar="FILE", type=_FILE,
              help="Known failures, and how to take flaky and left-out tests.")  # fmt: skip
@click.option("--guideline", "guideline_id", metavar="ID|FILE", help="Default: the result's own.")
@click.option("--target", help="platform, compute, ... Default: the result's own.")
@click.option("--trust", "keys", metavar="KEY", type=_FILE, multiple=True,
              help="Public key by which both results must be signed; may be repeated.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "github", "markdown", "json"]),
              default="text", show_default=True, help="How to tell it.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="As --format json.")
@click.option("--summary", metavar="FILE", type=_FILE,
              help="Append a summary in Markdown, such as to $GITHUB_STEP_SUMMARY.")  # fmt: skip
def gate(
    result: Path,
    baseline: Path | None,
    policy_file: Path | None,
    guideline_id: str | None,
    target: str | None,
    keys: tuple[Path, ...],
    form: str,
    as_json: bool,  # noqa: FBT001 - click passes it by name
    summary: Path | None,
) -> int:
    """Fail on what is new in RESULT, and on nothing else.

    RESULT and the baseline are a run's folder, or results of any form that `refcheck judge` reads.
    Without a baseline every test has to pass that the policy does not know to fail.

    The exit code is 0 when nothing fails that is new, 1 when something does, and 3 when there is
    not enough data to say so.
    """
    from refcheck.cli.trusting import UNCHECKED, check_signature
    from refcheck.result.anywhere import load_named
    from refcheck.result.signing import read_public_key

    if baseline is None and policy_file is None:
        raise WrongUse(
            "there is nothing to compare with",
            next_step="Give --baseline with an earlier result, or --policy, or both.",
        )
    trusted = [read_public_key(file) for file in keys]
    now = load_named(result)
    before = load_named(baseline) if baseline else None
    for loaded, path in ((now, result), (before, baseline)):
        if loaded and path:
            check_signature(loaded, trusted, path)
    policy = _policy(policy_file)
    rules = _rules(guideline_id, target, (now, before))
    notes = [*_notes(now, before), *rules.notes, *(() if trusted else (UNCHECKED,))]
    told = _decide(now, before, policy, rules, notes, (result, baseline))
    _tell(told, "json" if as_json else form, summary)
    return {
        "accepted": ExitCode.DONE,
        "refused": ExitCode.DOES_NOT_QUALIFY,
        "not enough data": ExitCode.UNDECIDED,
    }[told.gate.decision]


def _policy(file: Path | None) -> Policy:
    from refcheck.verdict.policy import Policy, read_policy

    if file is None:
        return Policy()
    try:
        return read_policy(file.read_bytes(), where=str(file))
    except OSError as error:
        raise WrongUse(
            f"cannot be read ({error.strerror})", where=str(file), next_step="Check the path."
        ) from error


@dataclass(frozen=True, slots=True)
class Rules:
    """By which tests are looked at; without guideline and target, all that either side holds."""

    guideline: Guideline | None
    target: str | None
    notes: tuple[str, ...] = ()


def _rules(guideline_id: str | None, target: str | None, sides: Iterable[Loaded | None]) -> Rules:
    """The guideline and target that were named, or those that a result was made with."""
    from refcheck.guideline import library

    result = next((one.result for one in sides if one and one.result), None)
    target = target or (result.target if result else None)
    if guideline_id:
        if target is None:
            raise WrongUse(
                "neither result names its target", next_step="Give --target with --guideline."
            )
        return Rules(library.load(guideline_id), target)
    if result is None:
        return Rules(None, None)
    if result.guideline_id in library.ids():
        known = library.builtin(result.guideline_id)
        if known.sha256 == result.guideline_sha256:
            return Rules(known, target)
    note = (
        f"guideline {result.guideline_id} is not the built-in one: all tests of both results are"
        " looked at, flagged ones too; name its file with --guideline"
    )
    return Rules(None, None, (note,))


def _notes(now: Loaded, before: Loaded | None) -> Iterator[str]:
    from refcheck.result.sameness import differing

    yield from now.notices
    if now.result and not now.result.complete:
        yield "the run was interrupted or cut short, or shards of it are missing"
    if before is None:
        return
    yield from (f"baseline: {notice}" for notice in before.notices)
    if now.result and before.result:
        for what, (here, there) in differing(now.result, before.result).items():
            yield f"another {what} than the baseline's: {here}, there {there}"
        if now.result.run_id == before.result.run_id:
            yield "result and baseline are of the same run"


def _decide(
    now: Loaded,
    before: Loaded | None,
    policy: Policy,
    rules: Rules,
    notes: list[str],
    paths: tuple[Path, Path | None],
) -> Told:
    from refcheck.guideline import library
    from refcheck.report.gate_text import Told
    from refcheck.verdict.delta import delta
    from refcheck.verdict.gate import gate as decide
    from refcheck.verdict.pairing import pair
    from refcheck.verdict.scope import program_of, scope_of

    at = datetime.now(UTC)
    earlier = before.outcomes if before else ()
    scope = together = None
    if rules.guideline and rules.target:
        program = program_of(rules.guideline, rules.target)
        scope = scope_of(rules.guideline, program, library.builtin)
        if before and any(one.left_out for one in now.outcomes):
            together = delta(
                rules.guideline, rules.target, now.outcomes, earlier, at=at, load=library.builtin
            )
    elif any(one.capability for one in policy.known):
        raise WrongUse(
            "the policy names capabilities, and no guideline says which tests they have",
            next_step="Name it with --guideline and --target.",
        )
    pairing = pair(now.outcomes, earlier, scope)
    strays = f"{pairing.strays} entries are about no test of the target: not looked at"
    return Told(
        gate=decide(pairing.pairs, policy, at.date(), compared=before is not None),
        result=str(paths[0]),
        baseline=str(paths[1] or ""),
        notes=(*pairing.notices, *([strays] if pairing.strays else []), *notes),
        delta=together,
    )


def _tell(told: Told, form: str, summary: Path | None) -> None:
    from refcheck.report.gate_text import as_annotations, as_markdown, as_text, to_json

    if form == "json":
        click.echo(json.dumps(to_json(told)))
    else:
        tell = {"text": as_text, "github": as_annotations, "markdown": as_markdown}[form]
        for line in tell(told):
            click.echo(line)
    if summary is None:
        return
    try:
        with summary.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in as_markdown(told))
    except OSError as error:
        raise FolderFault(
            f"the summary cannot be written ({error.strerror})",
            where=str(summary),
            next_step="Name a file that you may write to.",
        ) from error
