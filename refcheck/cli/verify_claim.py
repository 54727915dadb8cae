"""`refcheck verify-claim`: does what a page or a badge claims hold?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from refcheck.cli.registry_keys import registry_keys
from refcheck.errors import BadInput, BadSignature, ExitCode, WrongUse

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]

    from refcheck.claim.check import Checked
    from refcheck.claim.claim import Signed
    from refcheck.claim.revocations import Revocations

_CLOUD = re.compile(r"[0-9a-f]{8,64}")


@click.command("verify-claim")
@click.argument("source", metavar="URL|FILE")
@registry_keys
@click.option(
    "--revocations",
    "list_source",
    metavar="URL|FILE",
    help="The registry's revocation list. Default for a URL: the list that the claim names.",
)
@click.option("--cloud", metavar="DIGEST", help="The cloud it must be about; 8 digits or more.")
@click.option(
    "--at", metavar="TIME", help="Check for this time, like 2026-11-29T12:00:00Z. Default: now."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify_claim(
    source: str,
    key_files: tuple[Path, ...],
    list_source: str | None,
    cloud: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> int:
    """Check the claim or badge at URL or in FILE against the key of its registry.

    A file is checked without any network. The exit code is 0 when the claim holds, 1 when it does
    not, 2 for wrong use and for what is no claim at all, 4 when an address does not answer.
    """
    from refcheck.claim.check import LIMIT, Checked, faults_of, opened
    from refcheck.claim.statement import moment
    from refcheck.result.signing import read_public_key

    if cloud is not None and not _CLOUD.fullmatch(cloud):
        raise WrongUse(
            f"{cloud[:80]!r} is no digest of a cloud",
            next_step="Give 8 to 64 of its hex digits with --cloud.",
        )
    now = datetime.now(UTC) if at is None else moment(at)
    keys = [read_public_key(file) for file in key_files]
    signed, faults = opened(_get(source, LIMIT), keys, where=source)
    if signed is None:
        checked = Checked(None, None, faults)
    else:
        revocations, faulty_list = _revocations(list_source or _named(signed, source), keys)
        found = faults_of(signed, now=now, revocations=revocations, cloud=cloud)
        checked = Checked(signed, revocations, (*faults, *faulty_list, *found))
    click.echo(json.dumps(_as_json(checked), indent=1) if as_json else _as_text(checked))
    return ExitCode.DONE if checked.holds else ExitCode.DOES_NOT_QUALIFY


def _named(signed: Signed, source: str) -> str | None:
    """Where the list is when none was given: a claim from an address names its registry's."""
    from refcheck.claim.revocations import FILE
    from refcheck.registry_client.download import is_address

    registry = signed.claim.registry
    if not is_address(source) or registry is None or not is_address(registry):
        return None
    return f"{registry.rstrip('/')}/{FILE}"


def _revocations(
    source: str | None, keys: Sequence[SSlibKey]
) -> tuple[Revocations | None, tuple[Any, ...]]:
    """The list, or why it is not to be believed."""
    from refcheck.claim.check import Fault, Reason
    from refcheck.claim.revocations import REVOCATIONS, read_revocations

    if source is None:
        return None, ()
    try:
        return read_revocations(_get(source, REVOCATIONS.limit), keys, where=source), ()
    except BadSignature as error:
        return None, (Fault(Reason.SIGNATURE, f"the revocation list {error.fault}"),)


def _get(source: str, limit: int) -> bytes:
    from refcheck.registry_client.download import download, is_address

    if is_address(source):
        return download(source, limit)
    try:
        with Path(source).open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInput(
            f"cannot be read ({reason})", where=source[:200], next_step="Check the path."
        ) from error
    if len(data) > limit:
        raise BadInput(
            f"is more than the {limit:,} bytes that are read",
            where=source,
            next_step="Check that this is one claim or badge.",
        )
    return data


def _as_text(checked: Checked) -> str:
    from refcheck.report.printable import plain

    lines = [f"does not hold: {fault.sentence}" for fault in checked.faults]
    if checked.signed is not None:
        claim = checked.signed.claim
        lines += ["the claim holds"] if checked.holds else []
        lines += [
            f"wording   {claim.wording}",
            f"cloud     {claim.name}  {claim.cloud}",
            f"issued    {claim.issued:%Y-%m-%d}, until {claim.expires:%Y-%m-%d}",
            f"revoked   {_revocation_text(checked)}",
        ]
    return "\n".join(plain(line) for line in lines)


def _revocation_text(checked: Checked) -> str:
    known = checked.revocations
    if known is None or checked.signed is None:
        return "not checked: --revocations URL|FILE checks it"
    answer = "no" if known.of(checked.signed.sha256) is None else "yes"
    return f"{answer}, by list {known.number} of {known.issued:%Y-%m-%d}"


def _as_json(checked: Checked) -> dict[str, Any]:
    from refcheck.claim.statement import as_text

    document: dict[str, Any] = {
        "holds": checked.holds,
        "faults": [{"reason": one.reason, "fault": one.sentence} for one in checked.faults],
        "claim": None,
        "revocations": None,
    }
    if checked.signed is not None:
        claim = checked.signed.claim
        document["claim"] = {
            "sha256": checked.signed.sha256,
            "cloud": claim.cloud,
            "name": claim.name,
            "target": claim.target,
            "guideline": {"id": claim.guideline_id, "sha256": claim.guideline_sha256},
            "verdict_sha256": claim.verdict_sha256,
            "mark": claim.mark,
            "wording": claim.wording,
            "issued": as_text(claim.issued),
            "expires": as_text(claim.expires),
        }
    if checked.revocations is not None:
        known = checked.revocations
        document["revocations"] = {
            "number": known.number,
            "issued": as_text(known.issued),
            "expires": as_text(known.expires),
        }
    return document
