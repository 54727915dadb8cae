"""What speaks for an account, and an application with all that belongs to it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from refcheck_server.accounts.models import Account, Identity, Passkey, PublicKey, SignedIn, Token
from sqlalchemy import select

from refcheck.guideline.model import Test
from refcheck.result.outcome import Outcome, TestOutcome
from tests.server import samples
from tests.server.conftest import Registry
from tests.server.review.stage import Stage, send, stage


def add_what_speaks_for(session: Any, name: str, *, now: datetime) -> None:
    """Three of each to an account."""
    account = session.scalar(select(Account).where(Account.name == name))
    whose = {"account_id": account.id}
    scopes, browsers, names = (
        ("read", "results", "keys read"),
        ("Firefox", "Chrome", "curl"),
        ("Phone", "cable", "Stick"),
    )
    for number in range(3):
        at, digest = now + timedelta(hours=number), f"{'cab'[number]}" * 64
        gone = at if number == 1 else None
        used = None if number == 0 else now + timedelta(days=9 - number)
        minutes = timedelta(minutes=number)
        session.add_all(
            [
                Token(
                    **whose, sha256=digest, prefix=f"rck_{digest[:8]}", scopes=scopes[number],
                    strong=False, created_at=at, expires_at=now + timedelta(days=90 - number),
                    revoked_at=gone, used_at=used,
                ),
                PublicKey(**whose, keyid=digest, pem="", added_at=at, revoked_at=gone),
                SignedIn(
                    **whose, sha256=digest, strong=False, device=browsers[number],
                    began_at=now - timedelta(hours=3) + minutes, seen_at=now - 2 * minutes,
                ),
                Identity(
                    **whose, issuer=f"https://{digest[0]}.example.org", added_at=at,
                    subject=("one", "two", "three")[number],
                ),
                Passkey(
                    **whose, credential=digest.encode(), public_key=b"", uses=number,
                    name=names[number], added_at=at, used_at=used,
                ),
            ]
        )  # fmt: skip


def add_application(registry: Registry) -> int:
    """The number of one that is in review, after others of the product were decided on."""
    made = stage(registry, "stage")
    made.brought_to("approved")
    registry.clock.forward(hours=50)
    made.done(number := made.draft(), "agree")
    made.done(number, "submit")
    registry.clock.forward(hours=30)
    made.done(number, "take-up")
    made.done(number, "ask-for-changes")
    registry.clock.forward(hours=20)
    made.done(number, "submit")
    made.done(number, "reject")
    worse = send(
        registry, "stage-robot", some_failed, run_id="worse", ended="2026-11-20T11:40:00Z",
        tool_version="0.2.0",
    )  # fmt: skip
    number = made.draft(result=worse)
    _attach_beside(made, worse)
    for what in ("agree", "submit", "take-up"):
        made.done(number, what)
    return number


def some_failed(test: Test) -> TestOutcome:
    """Some failed, and some of those after a try that passed."""
    passed = samples.passed(test)
    number = int(hashlib.sha256(test.name.encode()).hexdigest(), 16) % 40
    if number > 1:
        return passed
    outcome = Outcome.FAILED if number else Outcome.FLAKY
    return replace(passed, outcome=outcome, reason=f"answered {500 + number}")


def _attach_beside(made: Stage, result_id: str) -> None:
    token = made.registry.members["stage-robot"].token
    for name in ("z.log", "notes.txt"):
        made.registry.clock.forward(minutes=1)
        data = name.encode()
        address = f"/api/v1/results/{result_id}/evidence/{hashlib.sha256(data).hexdigest()}"
        answer = made.registry.client.put(
            f"{address}?name={name}", data=data, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 201, answer.text
