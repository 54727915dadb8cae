"""What judging anew changed, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from refcheck_server.notices.events import Event, Told
from refcheck_server.products.queries import vendor_ids_of
from refcheck_server.publication.clouds import cloud_name
from refcheck_server.results.models import Cloud, Judgement, StoredResult, StoredVerdict

Verdicts = Mapping[tuple[int, str], StoredVerdict]
"""By judgement and program."""


def rejudged(session: Session, event: Event) -> Iterable[Told]:
    """Holder and vendor of each cloud whose newest run says something else now. Six statements."""
    if not event.detail["current"]:
        return
    judgements = _judgements(session, event)
    before = _before(session, list(judgements))
    verdicts = _verdicts(session, [*judgements, *before.values()])
    vendors = vendor_ids_of(session, [one.cloud_id for one in judgements.values()])
    changes: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for judgement_id, result in judgements.items():
        changed = _changed(verdicts, judgement_id, before.get(judgement_id), result)
        keys = [("vendor", one) for one in vendors[result.cloud_id]]
        for key in (*keys, ("account", result.account_id)):
            changes.setdefault(key, []).extend(changed)
    for (kind, number), changed in changes.items():
        if changed:
            told = Told(path=f"/clouds/{changed[0]['digest']}", facts=_facts(event, changed))
            ids = frozenset({number})
            if kind == "vendor":
                yield Told(ids, frozenset(), told.path, told.facts)
            else:
                yield Told(frozenset(), ids, told.path, told.facts)


def _judgements(session: Session, event: Event) -> Mapping[int, StoredResult]:
    """The judgements of this event on runs that may speak for a cloud, with the judged results."""
    newer = aliased(StoredResult)
    newest = (
        select(func.max(newer.ended))
        .where(
            newer.cloud_id == StoredResult.cloud_id,
            newer.account_id == StoredResult.account_id,
            newer.complete,
            newer.shared_at.is_not(None),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(Judgement.id, StoredResult)
        .join(Judgement.result)
        .join(StoredResult.cloud)
        .where(
            Judgement.result_id.between(event.detail["first"], event.detail["last"]),
            Judgement.guideline_id == event.about,
            Judgement.judged_at == event.at,
            Judgement.current,
            StoredResult.account_id == Cloud.holder_id,
            StoredResult.complete,
            StoredResult.shared_at.is_not(None),
            StoredResult.ended == newest,
        )
        .options(joinedload(StoredResult.cloud))
    )
    return dict(rows.tuples().all())


def _before(session: Session, judgements: list[int]) -> Mapping[int, int]:
    """The judgement before each of these, by the same guideline or an edition of it."""
    old = aliased(Judgement)
    rows = session.execute(
        select(Judgement.id, func.max(old.id))
        .join(old, old.result_id == Judgement.result_id)
        .where(
            Judgement.id.in_(judgements),
            old.id < Judgement.id,
            old.guideline_id == Judgement.guideline_id,
        )
        .group_by(Judgement.id)
    )
    return dict(rows.tuples().all())


def _verdicts(session: Session, judgements: list[int]) -> Verdicts:
    rows = session.scalars(select(StoredVerdict).where(StoredVerdict.judgement_id.in_(judgements)))
    return {(one.judgement_id, one.target): one for one in rows}


def _changed(
    verdicts: Verdicts, new: int, old: int | None, result: StoredResult
) -> list[dict[str, Any]]:
    found = []
    for (judgement_id, target), verdict in verdicts.items():
        before = verdicts.get((old, target)) if old is not None else None
        if judgement_id != new or before is None:
            continue
        if (before.qualifies, before.mark) != (verdict.qualifies, verdict.mark):
            found.append(
                {
                    "cloud": cloud_name(result.cloud),
                    "digest": result.cloud.digest,
                    "result": result.id,
                    "target": target,
                    "title": verdict.title,
                    "qualifies": verdict.qualifies,
                    "mark": verdict.mark,
                }
            )
    return found


def _facts(event: Event, changed: list[dict[str, Any]]) -> Mapping[str, Any]:
    return {"guideline": event.about, "changes": changed}
