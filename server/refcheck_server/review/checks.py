"""Evidence and signatures of an application, each checked at the moment that it is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refcheck.errors import RefcheckError
from refcheck.result.signing import load_public_key, open_envelope, verify
from refcheck_server.evidence.models import Attachment
from refcheck_server.results.models import RESULT_ID
from refcheck_server.review.acting import digest_of_text
from refcheck_server.review.conditions import Case
from refcheck_server.review.judging import ApplicationVerdict
from refcheck_server.review.models import Application

_GOOD, _OPEN, _BAD = ("good", "✓"), ("part", "◐"), ("bad", "✕")


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was checked.

    Attributes:
        tone, symbol: how it went.
        of: what.
        says: what was found.
    """

    tone: str
    symbol: str
    of: str
    says: str


def checks(
    case: Case, verdict: ApplicationVerdict, evidence: Sequence[Attachment]
) -> tuple[Check, ...]:
    """All checks of an application, in the order of the line from run to claim."""
    one = case.application
    return (
        *_signature(one),
        _run(one),
        _freshness(one),
        _guideline(case),
        _cloud(case),
        *_files(evidence),
        _code(verdict, evidence),
        _agreement(case),
    )


def _signature(one: Application) -> Iterator[Check]:
    result, key = one.result, one.result.key
    try:
        envelope = open_envelope(result.envelope)
        verify(envelope, [load_public_key(key.pem.encode(), where=key.keyid)])
    except RefcheckError as error:
        yield Check(*_BAD, "Signature", f"it does not hold: {error.fault}")
        return
    yield Check(*_GOOD, "Signature", f"checked just now with key {key.keyid[:12]}… of "
                f"{result.account.name}")  # fmt: skip
    sha256 = hashlib.sha256(envelope.payload).hexdigest()
    same = sha256 == result.payload_sha256 and sha256.startswith(result.id[:RESULT_ID])
    yield Check(
        *(_GOOD if same else _BAD),
        "Content",
        f"SHA-256 {sha256[:12]}… is {'' if same else 'not '}the one that it is known by",
    )
    if key.revoked_at is not None:
        yield Check(*_OPEN, "Key", f"revoked on {key.revoked_at:%Y-%m-%d}, after the upload")


def _run(one: Application) -> Check:
    result = one.result
    minutes = (result.ended - result.started).total_seconds() / 60
    told = f"{minutes:.0f} minutes, ended {result.ended:%Y-%m-%d}, refcheck {result.tool_version}"
    if result.complete:
        return Check(*_GOOD, "Run", f"complete; {told}")
    return Check(*_BAD, "Run", f"not complete; {told}")


def _freshness(one: Application) -> Check:
    given = one.result.nonce_at
    if given is None:
        return Check(*_OPEN, "Freshness", "no number of this registry was signed into it")
    return Check(*_GOOD, "Freshness", f"it has a number that was given out {given:%Y-%m-%d}")


def _guideline(case: Case) -> Check:
    one, name = case.application, case.application.result.guideline_id
    known = case.acting.house.guidelines.get(name)
    if known is None:
        return Check(*_BAD, "Guideline", f"{name} is not judged by any more")
    if known.sha256 != one.result.guideline_sha256:
        return Check(*_OPEN, "Guideline", f"{name}, tests chosen from another edition of it")
    return Check(*_GOOD, "Guideline", f"{name}, the present edition")


def _cloud(case: Case) -> Check:
    one = case.application
    holder = one.result.cloud.holder.name
    if not case.runs_its_version:
        return Check(*_BAD, "Cloud", f"held by {holder}; not linked to this version")
    if holder != one.result.account.name:
        return Check(*_OPEN, "Cloud", f"held by {holder}, but {one.result.account.name} sent this")
    return Check(*_GOOD, "Cloud", f"held by {holder}, who sent this and linked it to the version")


def _files(files: Sequence[Attachment]) -> Iterator[Check]:
    for file in files:
        sha256 = hashlib.sha256(file.blob.content or b"").hexdigest()
        same = sha256 == file.sha256
        said = f"{file.blob.size:,} bytes, SHA-256 {file.sha256[:12]}… "
        said += "checked just now" if same else "does not hold: the bytes are not what was sent"
        yield Check(*(_GOOD if same else _BAD), file.name, said)


def _code(verdict: ApplicationVerdict, files: Sequence[Attachment]) -> Check:
    sections = verdict.said["sections"]
    good = sum(bool(section["satisfied"]) for section in sections)
    told = f"{good} of {len(sections)} required sections shown"
    told += ", which is the vendor's word" if files else "; no evidence was attached"
    return Check(*(_GOOD if good == len(sections) else _OPEN), "Code", told)


def _agreement(case: Case) -> Check:
    one = case.application
    if one.agreement is None or one.accepted_by is None or one.accepted_at is None:
        return Check(*_OPEN, "Agreement", "not accepted yet")
    sha256 = one.agreement.sha256
    told = f"{sha256[:12]}…, accepted by {one.accepted_by.name} on {one.accepted_at:%Y-%m-%d}"
    present = sha256 == digest_of_text(case.acting.house.agreement)
    return Check(*(_GOOD if present else _OPEN), "Agreement", told if present
                 else f"{told}; the text has changed since")  # fmt: skip
