"""What the front page and the page of a cloud show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from refcheck_server.publication.marks import Mark, Standing
from refcheck_server.publication.wording import Statement, guideline_of, highest, statement
from refcheck_server.results.models import AnyVerdict, Cloud, StoredResult, StoredVerdict


@dataclass(frozen=True, slots=True)
class Claim:
    """A standing verdict, for one program."""

    target: str
    title: str
    guideline: str
    said: Statement
    result_id: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class CloudCard:
    """A cloud in the list, or at the head of its own page.

    Attributes:
        best: the claim that says most; None while nothing is decided.
        verdicts: what stands, one per program.
        mark: the one that was published for it, and what became of that.
    """

    name: str
    label: str | None
    digest: str
    holder: str
    first_seen: datetime
    latest_at: datetime | None
    said: Statement
    best: Claim | None
    verdicts: tuple[AnyVerdict, ...]
    mark: Mark | None

    @property
    def claims(self) -> tuple[Claim, ...]:
        """One per program with a standing verdict, in the order they were judged."""
        return tuple(map(_claim, sorted(self.verdicts, key=lambda one: one.id)))


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A result in a list.

    Attributes:
        said: the verdict on the program that its run was for, one of `verdicts`.
        counts: whether it was sent by the holder, so that it can decide what the cloud may claim.
    """

    result: StoredResult
    verdicts: tuple[StoredVerdict, ...]
    guideline: str
    program: str
    said: Statement
    counts: bool


def cloud_name(cloud: Cloud) -> str:
    """The label of a cloud, or the beginning of its digest."""
    return cloud.label or f"Cloud {cloud.digest[:12]}"


def card(cloud: Cloud, standing: Standing[Any]) -> CloudCard:
    """What to show of a cloud."""
    best = highest(standing.verdicts)
    return CloudCard(
        name=cloud_name(cloud),
        label=cloud.label,
        digest=cloud.digest,
        holder=cloud.holder.name,
        first_seen=cloud.first_seen,
        latest_at=cloud.latest_at,
        said=statement(best),
        best=None if best is None else _claim(best),
        verdicts=standing.verdicts,
        mark=standing.mark,
    )


def _claim(verdict: AnyVerdict) -> Claim:
    return Claim(
        target=verdict.target,
        title=verdict.title,
        guideline=guideline_of(verdict),
        said=statement(verdict),
        result_id=verdict.result_id,
        as_of=verdict.ended,
    )


def history(
    results: Iterable[StoredResult], verdicts: Mapping[str, tuple[StoredVerdict, ...]]
) -> tuple[HistoryRow, ...]:
    """Results with their verdicts."""
    return tuple(_row(result, verdicts[result.id]) for result in results)


def _row(result: StoredResult, verdicts: tuple[StoredVerdict, ...]) -> HistoryRow:
    own = next(one for one in verdicts if one.target == result.target)
    return HistoryRow(
        result=result,
        verdicts=verdicts,
        guideline=guideline_of(own),
        program=own.title,
        said=statement(own),
        counts=result.account_id == result.cloud.holder_id,
    )
