"""`refcheck submit`: send a signed result to a registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.cli.registry_options import given_token, registry_options

if TYPE_CHECKING:
    from refcheck.registry_client.receipt import ProgramVerdict


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@registry_options
@click.option(
    "--evidence",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to keep beside the result, like an inventory of the code; may be given again.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(1, 3600),
    default=60,
    show_default=True,
    help="Seconds to wait for everything together.",
)
def submit(
    result: Path,
    registry: str,
    token: str | None,
    token_file: Path | None,
    evidence: tuple[Path, ...],
    timeout: float,
) -> None:
    """Send RESULT, a result.json or the folder of a run, to a registry.

    Ends with 0 when the registry took the result, whatever its verdict.
    """
    from refcheck.registry_client.evidence import send_evidence
    from refcheck.registry_client.submit import submit as send

    secret = given_token(token, token_file)
    receipt = send(
        result,
        registry,
        secret,
        token_file=token_file,
        total_seconds=timeout,
    )
    click.echo(f"{'there already' if receipt.already_there else 'accepted'}  {receipt.url}")
    for file in evidence:
        sha256 = send_evidence(file, receipt.id, registry, secret, total_seconds=timeout)
        click.echo(f"evidence  {file.name}  {sha256[:12]}…")
    for verdict in receipt.verdicts:
        click.echo(f"  {_line(verdict)}")
    if receipt.cloud_url:
        click.echo(f"cloud     {receipt.cloud_url}")
        click.echo(f"badge     {receipt.badge_url}")


def _line(verdict: ProgramVerdict) -> str:
    if verdict.qualifies:
        return f"yes  {verdict.title}" + ("" if verdict.mark else " (no mark under this guideline)")
    return (
        f"no   {verdict.title}: capabilities {verdict.capability_rule}, "
        f"designated code {verdict.designated_code_rule}"
    )
