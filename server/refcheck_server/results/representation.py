"""Clouds, results and verdicts as the API gives them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from refcheck.claim.statement import as_text
from refcheck.verdict.suite_judge import Told
from refcheck_server.context import public_url
from refcheck_server.publication.capabilities import CapabilityRow
from refcheck_server.publication.clouds import Claim, CloudCard, HistoryRow
from refcheck_server.results.models import (
    AnyVerdict,
    Cloud,
    StoredResult,
    StoredVerdict,
    documents_of,
)
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
        "cloud": {**_cloud(stored.cloud), "deployment": stored.deployment},
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


def cloud_row(one: CloudCard) -> dict[str, Any]:
    """A cloud with what stands for it."""
    best = one.best
    return {
        "digest": one.digest,
        "label": one.label,
        "holder": one.holder,
        "first_seen": as_text(one.first_seen),
        "latest_result": None if one.latest_at is None else as_text(one.latest_at),
        "url": public_url("pages.cloud", digest=one.digest),
        "api_url": public_url("api.cloud", digest=one.digest),
        "badge_url": public_url("pages.badge", digest=one.digest),
        "says": one.said.headline,
        "best": best
        and {
            "title": best.title,
            "guideline": best.guideline,
            "as_of": as_text(best.as_of),
        },
        "standing": [
            {**_summary(verdict), "result": verdict.result_id, "as_of": as_text(verdict.ended)}
            for verdict in one.verdicts
        ],
        "mark": one.mark and one.mark.to_json(),
    }


def standing(one: Claim) -> dict[str, Any]:
    """What stands for a cloud, for one program."""
    return {
        "target": one.target,
        "title": one.title,
        "guideline": one.guideline,
        "says": one.said.headline,
        "result": one.result_id,
        "as_of": as_text(one.as_of),
    }


def capability(one: CapabilityRow) -> dict[str, Any]:
    """A capability of a result, without its tests."""
    return {
        "service": one.service,
        "name": one.name,
        "description": one.description,
        "status": one.status,
        "programs": one.programs,
        "says": one.word,
        "passed": one.passed,
        "tests": one.total,
        "flagged": one.flagged,
    }


def result_in_list(one: HistoryRow) -> dict[str, Any]:
    """A result with what it was judged to be."""
    return {
        **_result_row(one.result),
        "cloud": _cloud(one.result.cloud),
        "says": one.said.headline,
        "decides": one.counts,
        "verdicts": [_summary(verdict) for verdict in one.verdicts],
    }


def _cloud(found: Cloud) -> dict[str, Any]:
    url = public_url("pages.cloud", digest=found.digest)
    return {"digest": found.digest, "label": found.label, "url": url}


def _result_row(stored: StoredResult) -> dict[str, Any]:
    return {
        "id": stored.id,
        "url": public_url("pages.result", result_id=stored.id),
        "api_url": public_url("api.result", result_id=stored.id),
        "account": stored.account.name,
        "uploaded_at": as_text(stored.uploaded_at),
        "shared": stored.shared_at is not None,
        "shared_at": None if stored.shared_at is None else as_text(stored.shared_at),
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
