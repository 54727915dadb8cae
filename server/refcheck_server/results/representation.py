"""Clouds, results and verdicts as the API gives them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from refcheck.claim.statement import as_text
from refcheck.verdict.suite_judge import Told
from refcheck_server.context import public_url
from refcheck_server.publication.marks import Standing
from refcheck_server.results.models import (
    AnyVerdict,
    Cloud,
    ShownVerdict,
    StoredResult,
    StoredVerdict,
    documents_of,
)
from refcheck_server.results.paging import Page
from refcheck_server.results.services import Receipt


def receipt(stored: Receipt) -> dict[str, Any]:
    """The answer to an upload."""
    by = stored.judged.guideline
    return {
        "id": stored.result_id,
        "url": public_url("pages.result", result_id=stored.result_id),
        "api_url": public_url("api.result", result_id=stored.result_id),
        "cloud_url": public_url("pages.cloud", digest=stored.cloud),
        "badge_url": public_url("pages.badge", digest=stored.cloud),
        "shared": stored.shared,
        "verdicts": [_verdict(one, by.id, by.sha256, by.status) for one in stored.judged.verdicts],
    }


def result(stored: StoredResult, verdicts: Iterable[StoredVerdict]) -> dict[str, Any]:
    """One result in full."""
    return {
        **_result_row(stored),
        "payload_sha256": stored.payload_sha256,
        "cloud": {
            "digest": stored.cloud.digest,
            "deployment": stored.deployment,
            "label": stored.cloud.label,
            "url": public_url("pages.cloud", digest=stored.cloud.digest),
        },
        "signature": {"keyid": stored.key.keyid, "public_key": stored.key.pem},
        "suite_sha256": stored.suite_sha256,
        "envelope_url": public_url("api.envelope", result_id=stored.id),
        "history_url": public_url("api.verdicts", result_id=stored.id),
        "verdicts": [json.loads(text) for text in documents_of(verdicts)],
    }


def history(stored: StoredResult, verdicts: Iterable[StoredVerdict]) -> dict[str, Any]:
    """Every verdict on a result, with what it was reached from."""
    return {
        "result": stored.id,
        "envelope_url": public_url("api.envelope", result_id=stored.id),
        "outcomes_sha256": stored.outcomes_sha256,
        "verdicts": [
            {
                **_summary(one),
                "id": one.id,
                "current": one.judgement.current,
                "engine": one.engine,
                "judged_at": as_text(one.judged_at),
                "document_url": public_url(
                    "api.earlier_verdict", result_id=stored.id, verdict_id=one.id
                ),
            }
            for one in verdicts
        ],
    }


def cloud_list(
    page: Page[Cloud], standings: Mapping[int, Standing[ShownVerdict]]
) -> dict[str, Any]:
    """One page of clouds."""
    return {
        "clouds": [_cloud_row(row, standings[row.id]) for row in page.rows],
        **_place(page),
    }


def cloud(
    found: Cloud,
    standing: Standing[ShownVerdict],
    page: Page[StoredResult],
    verdicts: Mapping[str, tuple[StoredVerdict, ...]],
) -> dict[str, Any]:
    """One cloud with one page of its results."""
    return {
        **_cloud_row(found, standing),
        "results": [
            {
                **_result_row(row),
                "verdicts": [_summary(verdict) for verdict in verdicts[row.id]],
            }
            for row in page.rows
        ],
        **_place(page),
    }


def _place(page: Page[Any]) -> dict[str, Any]:
    """How long a list is, and how it goes on: `next` is the `after` of the next page."""
    return {"total": page.total, "counted": page.counted, "next": page.next}


def _cloud_row(found: Cloud, standing: Standing[ShownVerdict]) -> dict[str, Any]:
    return {
        "digest": found.digest,
        "label": found.label,
        "holder": found.holder.name,
        "first_seen": as_text(found.first_seen),
        "latest_result": None if found.latest_at is None else as_text(found.latest_at),
        "url": public_url("pages.cloud", digest=found.digest),
        "api_url": public_url("api.cloud", digest=found.digest),
        "badge_url": public_url("pages.badge", digest=found.digest),
        "standing": [
            {
                **_summary(verdict),
                "result": verdict.result_id,
                "as_of": as_text(verdict.ended),
            }
            for verdict in standing.verdicts
        ],
        "mark": standing.mark and standing.mark.to_json(),
    }


def _result_row(stored: StoredResult) -> dict[str, Any]:
    return {
        "id": stored.id,
        "url": public_url("pages.result", result_id=stored.id),
        "api_url": public_url("api.result", result_id=stored.id),
        "account": stored.account.name,
        "uploaded_at": as_text(stored.uploaded_at),
        "shared": stored.shared_at is not None,
        "nonce_given_at": None if stored.nonce_at is None else as_text(stored.nonce_at),
        "run": {
            "id": stored.run_id,
            "started": as_text(stored.started),
            "ended": as_text(stored.ended),
            "complete": stored.complete,
            "target": stored.target,
            "guideline": {"id": stored.guideline_id, "sha256": stored.guideline_sha256},
            "tool_version": stored.tool_version,
        },
    }


def _summary(one: AnyVerdict) -> dict[str, Any]:
    return _verdict(one, one.guideline_id, one.guideline_sha256, one.guideline_status)


def _verdict(one: AnyVerdict | Told, guideline: str, sha256: str, status: str) -> dict[str, Any]:
    return {
        "target": one.target,
        "title": one.title,
        "guideline": {"id": guideline, "sha256": sha256, "status": status},
        "qualifies": one.qualifies,
        "capability_rule": one.capability_rule,
        "designated_code_rule": one.designated_code_rule,
        "mark": one.mark,
    }
