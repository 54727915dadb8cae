"""Applications as the interface of programs gives them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from refcheck_server.context import public_url
from refcheck_server.evidence.models import Attachment
from refcheck_server.moments import spelled
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
        "evidence": [_file(one, file) for file in around.evidence],
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


def _file(one: Application, file: Attachment) -> dict[str, Any]:
    where = {"application_id": one.id, "sha256": file.sha256}
    return {
        "sha256": file.sha256,
        "name": file.name,
        "size": file.blob.size,
        "attached": spelled(file.attached_at),
        "url": public_url("applications_api.download_evidence", **where),
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
