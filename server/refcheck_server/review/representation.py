"""Applications as the interface of programs gives them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from refcheck_server.context import public_url
from refcheck_server.evidence.models import Attachment
from refcheck_server.evidence.views import piece
from refcheck_server.moments import spelled
from refcheck_server.review.charts import Stage
from refcheck_server.review.flow import Waiting
from refcheck_server.review.histories import TestHistory
from refcheck_server.review.models import Application, AskedWaiver, Comment, Step


def row(one: Application) -> dict[str, Any]:
    """An application in the list."""
    product = one.version.product
    return {
        "id": one.id,
        "state": one.state,
        "since": spelled(one.since),
        "due": spelled(one.due_at),
        "submitted": spelled(one.submitted_at),
        "vendor": {"slug": product.vendor.slug, "name": product.vendor.name},
        "product": {"slug": product.slug, "name": product.name},
        "version": {"id": one.version_id, "name": one.version.name},
        "target": one.target,
        "title": one.title,
        "qualifies": one.qualifies,
        "mark": one.mark,
        "reviewer": one.reviewer.name if one.reviewer else None,
        "expires": spelled(one.expires_at),
        "revision": one.revision,
        "url": public_url("applications.application", application_id=one.id),
        "api_url": public_url("applications_api.application", application_id=one.id),
    }


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to an application, as far as whoever asks may see it.

    Attributes:
        moves: that they may make now.
    """

    evidence: Iterable[Attachment]
    steps: Iterable[Step]
    comments: Iterable[Comment]
    waivers: Iterable[AskedWaiver]
    moves: Iterable[str]


def application(one: Application, around: Around) -> dict[str, Any]:
    """An application in full."""
    return {
        **row(one),
        "note": one.note,
        "result": {
            "id": one.result_id,
            "shared": one.result.shared_at is not None,
            "url": public_url("pages.result", result_id=one.result_id),
        },
        "evidence": [file(one) for one in around.evidence],
        "verdict": {
            "sha256": one.verdict_sha256,
            "judged_at": spelled(one.judged_at),
            "document_url": public_url("applications_api.verdict", application_id=one.id),
        },
        "agreement": None if one.agreement is None else _agreement(one),
        "endorsed_by": one.endorsed_by.name if one.endorsed_by else None,
        "renews": one.renews_id,
        "appealed": spelled(one.appealed_at),
        "moves": list(around.moves),
        "steps": [_step(step) for step in around.steps],
        "waivers": [_waiver(asked) for asked in around.waivers],
        "comments": [_comment(said) for said in around.comments],
    }


def file(one: Attachment) -> dict[str, Any]:
    """A file of an application, or beside its result."""
    judged = one.application_id is not None
    whose = {"application_id": one.application_id} if judged else {"result_id": one.result_id}
    way = "applications_api.download_evidence" if judged else "evidence.download"
    return {**piece(one, public_url(way, sha256=one.sha256, **whose)), "judged": judged}


def history(one: TestHistory) -> dict[str, Any]:
    """A test in the way of an application, and how it came out in the last runs."""
    return {
        "test": one.key,
        "name": one.name,
        "capability": one.capability,
        "reason": one.reason,
        "runs": [run.word if run else "not run" for run in one.runs],
        "steadiness": one.steady,
    }


def changed(one: tuple[str, str, str]) -> dict[str, Any]:
    """What an application is about, and the one that was approved last was not."""
    what, before, now = one
    return {"what": what, "before": before, "now": now}


def waiting(one: Waiting) -> dict[str, Any]:
    """An open application, and how long it has waited."""
    application, version = one.application, one.application.version
    return {
        "application": application.id,
        "vendor": version.product.vendor.slug,
        "product": version.product.slug,
        "version": version.name,
        "state": application.state,
        "days": round(one.days, 2),
        "days_since_submission": round(one.all_days, 2),
        "overdue": one.over,
        "since": spelled(application.since),
        "submitted": spelled(application.submitted_at),
        "reviewer": application.reviewer.name if application.reviewer else None,
        "url": public_url("applications.application", application_id=application.id),
    }


def stage(one: Stage) -> dict[str, Any]:
    """A stage between submission and decision; `days` are those that decided ones spent there."""
    return {
        "number": one.number,
        "state": one.state,
        "stage": one.what,
        "open": one.count,
        "days": round(one.days, 2),
        "limit": one.limit,
        "too_long": one.slow,
    }


def _comment(said: Comment) -> dict[str, Any]:
    return {
        "account": said.account.name,
        "at": spelled(said.at),
        "internal": said.internal,
        "text": said.text,
    }


def _waiver(asked: AskedWaiver) -> dict[str, Any]:
    state = "asked" if asked.decided_at is None else "refused"
    return {
        "id": asked.id,
        "capability": asked.capability,
        "test": asked.test,
        "wish": asked.wish,
        "state": "granted" if asked.expires_at is not None else state,
        "public": asked.public,
        "reason": asked.reason,
        "decided_by": asked.decided_by.name if asked.decided_by else None,
        "decided": spelled(asked.decided_at),
        "expires": spelled(asked.expires_at),
    }


def _agreement(one: Application) -> dict[str, Any]:
    return {
        "sha256": one.agreement.sha256 if one.agreement else None,
        "accepted_by": one.accepted_by.name if one.accepted_by else None,
        "accepted": spelled(one.accepted_at),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "move": step.move,
        "from": step.before,
        "to": step.after,
        "at": spelled(step.at),
        "account": step.account.name if step.account else None,
        "reason": step.reason,
    }
