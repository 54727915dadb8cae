"""What the page of a result shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from refcheck.guideline.model import Guideline
from refcheck.result.document import from_statement
from refcheck.result.signing import open_envelope
from refcheck_server.publication.capabilities import Service, services
from refcheck_server.publication.clouds import cloud_name
from refcheck_server.publication.facts import flattened
from refcheck_server.publication.programs import ProgramView, program
from refcheck_server.publication.wording import guideline_name
from refcheck_server.results.models import StoredResult, StoredVerdict, documents_of


@dataclass(frozen=True, slots=True)
class Report:
    """A result with its verdicts.

    Attributes:
        programs: the program that the run was for comes first.
        other_edition: the run selected its tests from other bytes of the guideline than those
            that it was judged by.
        counts: the sender holds the cloud, so that the result can decide what it may claim.
    """

    result_id: str
    cloud: str
    cloud_digest: str
    deployment: str
    account: str
    holder: str
    counts: bool
    complete: bool
    started: datetime
    ended: datetime
    minutes: str
    uploaded_at: datetime
    judged_at: datetime
    run_id: str
    tool_version: str
    suite_sha256: str
    keyid: str
    payload_sha256: str
    guideline: str
    guideline_id: str
    guideline_sha256: str
    reconstructed: bool
    other_edition: bool
    engine: str
    target: str
    programs: tuple[ProgramView, ...]
    services: tuple[Service, ...]
    facts: tuple[tuple[str, str], ...]


def report(
    stored: StoredResult, verdicts: Iterable[StoredVerdict], guideline: Guideline | None
) -> Report:
    """Everything that the page of a result shows.

    Args:
        stored: the result, with its envelope.
        verdicts: the current ones, with their documents.
        guideline: as this registry has it now; used only if it is the one that was judged by.
    """
    ordered = sorted(verdicts, key=lambda one: (one.target != stored.target, one.id))
    first = ordered[0]
    documents = [json.loads(text) for text in documents_of(ordered)]
    same = guideline if guideline and guideline.sha256 == first.guideline_sha256 else None
    result = from_statement(open_envelope(stored.envelope).payload)
    return Report(
        result_id=stored.id,
        cloud=cloud_name(stored.cloud),
        cloud_digest=stored.cloud.digest,
        deployment=stored.deployment,
        account=stored.account.name,
        holder=stored.cloud.holder.name,
        counts=stored.account_id == stored.cloud.holder_id,
        complete=stored.complete,
        started=stored.started,
        ended=stored.ended,
        minutes=f"{(stored.ended - stored.started).total_seconds() / 60:.1f}",
        uploaded_at=stored.uploaded_at,
        judged_at=first.judged_at,
        run_id=stored.run_id,
        tool_version=stored.tool_version,
        suite_sha256=stored.suite_sha256,
        keyid=stored.key.keyid,
        payload_sha256=stored.payload_sha256,
        guideline=guideline_name(first.guideline_id, first.guideline_status),
        guideline_id=first.guideline_id,
        guideline_sha256=first.guideline_sha256,
        reconstructed=first.guideline_status == "reconstructed",
        other_edition=stored.guideline_sha256 != first.guideline_sha256,
        engine=first.engine,
        target=stored.target,
        programs=tuple(map(program, ordered, documents)),
        services=services(zip(ordered, documents, strict=True), result, same),
        facts=flattened(result.facts),
    )
