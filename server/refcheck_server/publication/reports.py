"""What the page of a result shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from refcheck.result.document import from_statement
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.publication.capabilities import Service, services
from refcheck_server.publication.clouds import cloud_name
from refcheck_server.publication.facts import flattened
from refcheck_server.publication.programs import ProgramView, program
from refcheck_server.publication.wording import guideline_of
from refcheck_server.results.models import StoredResult, StoredVerdict, documents_of


@dataclass(frozen=True, slots=True)
class Report:
    """A result with its verdicts.

    Attributes:
        judged: the verdict on the program that the run was for; its view comes first, too.
        counts: the sender holds the cloud, so that the result can decide what it may claim.
        reconstructed: the guideline is not the official text.
        other_edition: the run selected its tests from other bytes of the guideline than those
            that it was judged by.
    """

    stored: StoredResult
    judged: StoredVerdict
    cloud: str
    counts: bool
    minutes: str
    guideline: str
    reconstructed: bool
    other_edition: bool
    programs: tuple[ProgramView, ...]
    services: tuple[Service, ...]
    facts: tuple[tuple[str, str], ...]


def report(
    stored: StoredResult, verdicts: Iterable[StoredVerdict], guidelines: GuidelineShelf
) -> Report:
    """Everything that the page of a result shows.

    Args:
        stored: the result, with its envelope.
        verdicts: the current ones, with their documents.
        guidelines: for descriptions.
    """
    ordered = sorted(verdicts, key=lambda one: (one.target != stored.target, one.id))
    judged = ordered[0]
    documents = [json.loads(text) for text in documents_of(ordered)]
    same = guidelines.edition(judged.guideline_id, judged.guideline_sha256)
    result = from_statement(stored.payload)
    return Report(
        stored=stored,
        judged=judged,
        cloud=cloud_name(stored.cloud),
        counts=stored.account_id == stored.cloud.holder_id,
        minutes=f"{(stored.ended - stored.started).total_seconds() / 60:.1f}",
        guideline=guideline_of(judged),
        reconstructed=judged.guideline_status == "reconstructed",
        other_edition=stored.guideline_sha256 != judged.guideline_sha256,
        programs=tuple(map(program, ordered, documents)),
        services=services(zip(ordered, documents, strict=True), result, same),
        facts=flattened(result.facts),
    )
