"""The verdict on an application: its result, with the evidence and the waivers that go with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, joinedload

from refcheck.claim.statement import digest
from refcheck.code.evidence import CodeEvidence, SectionEvidence
from refcheck.guideline.library import load
from refcheck.guideline.model import Guideline
from refcheck.verdict.judge import judge
from refcheck.verdict.statements import read_code
from refcheck.verdict.suite_judge import Told
from refcheck.verdict.verdict import Verdict
from refcheck.verdict.waiver import Waiver
from refcheck_server.evidence.models import Attachment, Blob
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.publication.programs import short_name
from refcheck_server.results.dictionaries import pack_alone, packer_for, unpack_alone
from refcheck_server.results.judging import Judged, keep
from refcheck_server.results.models import TEXT, StoredResult, StoredVerdict
from refcheck_server.results.suites import Suite, outcomes_of, tests_of
from refcheck_server.review.errors import NotSubject
from refcheck_server.review.models import Application, AskedWaiver, BlockingTest

_OF_THE_DOCUMENT = (
    "target", "qualifies", "capability_rule", "designated_code_rule", "mark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged.

    Attributes:
        product: as waivers name it.
    """

    product: str
    result: StoredResult
    target: str
    evidence: Sequence[Attachment] = ()
    waivers: Sequence[AskedWaiver] = ()


def subject_of(session: Session, application: Application) -> Subject:
    """What an application is judged from now. Two statements."""
    return Subject(
        application.product_name,
        application.result,
        application.target,
        evidence_of(session, application.id),
        granted(session, application.id),
    )


def evidence_of(session: Session, application_id: int) -> Sequence[Attachment]:
    """The files that are judged, with their bytes, in the order they came. One statement."""
    return session.scalars(
        select(Attachment)
        .where(Attachment.application_id == application_id)
        .options(joinedload(Attachment.blob, innerjoin=True).undefer(Blob.content))
        .order_by(Attachment.id)
    ).all()


def read_evidence(name: str, content: bytes) -> tuple[SectionEvidence, ...]:
    """What a file says.

    Raises:
        BadGuideline, BadInput: it cannot be read.
    """
    return read_code(content, where=name).statements


def granted(session: Session, application_id: int) -> Sequence[AskedWaiver]:
    """The waivers that were granted. One statement."""
    return session.scalars(
        select(AskedWaiver)
        .where(
            AskedWaiver.application_id == application_id,
            AskedWaiver.expires_at.is_not(None),
        )
        .order_by(AskedWaiver.id)
    ).all()


def judged(session: Session, subject: Subject, guidelines: GuidelineShelf, at: datetime) -> Verdict:
    """The verdict at this moment. One statement.

    Raises:
        NotSubject: the registry does not judge by the result's guideline any more.
        UnknownTarget: the guideline has no such program.
        BadInput: two files of evidence speak of the same section.
    """
    guideline = _guideline(subject, guidelines)
    row = session.execute(
        select(Suite.tests, StoredResult.outcomes, StoredResult.outcomes_sha256)
        .join(Suite, Suite.id == StoredResult.suite_id)
        .where(StoredResult.id == subject.result.id)
    ).one()
    return judge(
        guideline,
        subject.target,
        outcomes_of(tests_of(row.tests), row.outcomes, row.outcomes_sha256),
        at=at,
        code=_code(subject.evidence),
        waivers=[_waiver(one, subject, guideline) for one in subject.waivers],
        product=subject.product,
        load=load,
    )


def columns(verdict: Verdict, at: datetime) -> dict[str, Any]:
    """What an application keeps of its verdict."""
    canonical = verdict.canonical()
    return {
        "verdict": pack_alone(canonical),
        "verdict_sha256": digest(canonical),
        "title": verdict.title,
        "qualifies": verdict.qualifies,
        "mark": verdict.mark.title if verdict.mark else None,
        "judged_at": at,
    }


def keep_blockers(session: Session, application: Application, verdict: Verdict) -> None:
    """Note the tests in its way, and no others any more. Two statements."""
    session.execute(delete(BlockingTest).where(BlockingTest.application_id == application.id))
    tests = {(one.test or one.name)[:TEXT] for one in verdict.blockers if one.test or one.name}
    if tests:
        rows = [{"application_id": application.id, "test": test} for test in sorted(tests)]
        session.execute(insert(BlockingTest), rows)


def keep_publicly(
    session: Session, application: Application, verdict: Verdict, guidelines: GuidelineShelf
) -> int:
    """Keep the verdict among those of its result, where claims can rest on it; its number.

    It takes nothing's place there: the current verdicts are those without evidence and waivers.
    """
    guideline = _guideline(subject_of(session, application), guidelines)
    packer = packer_for(session, guideline)
    found = Judged.of((Told.of(verdict),), guideline, packer, application.judged_at)
    judgement = keep(session.connection(), application.result_id, found, current=False)
    return session.scalars(
        select(StoredVerdict.id).where(StoredVerdict.judgement_id == judgement)
    ).one()


@dataclass(frozen=True, slots=True)
class ApplicationVerdict:
    """The verdict that an application keeps, as pages show verdicts; `said` is its document."""

    document: bytes
    said: Mapping[str, Any]
    target: str
    title: str
    qualifies: bool
    capability_rule: str
    designated_code_rule: str
    mark: str | None
    guideline_status: str
    required_tests: int
    required_passed: int

    @classmethod
    def of(cls, application: Application) -> ApplicationVerdict:
        """Its last verdict; the application is read with it."""
        document = unpack_alone(application.verdict)
        said = json.loads(document)
        passed, tests = that_count(said)
        return cls(
            document,
            said,
            title=application.title,
            guideline_status=said["guideline"]["status"],
            required_tests=tests,
            required_passed=passed,
            **{name: said[name] for name in _OF_THE_DOCUMENT},
        )

    @property
    def names(self) -> dict[str, str]:
        """Of tests that are in the way or waived, by what waivers call them."""
        named = (*self.said["blockers"], *self.said["waived"])
        return {
            one.get("test") or one["name"]: short_name(one["name"])
            for one in named
            if one.get("name")
        }


def that_count(said: Mapping[str, Any]) -> tuple[int, int]:
    """How many required tests passed, and of how many: flagged ones do not count."""
    required = said["counts"]["required"]
    flagged = required["flagged_passed"] + required["flagged_not_passed"]
    return required["passed"] - required["flagged_passed"], required["tests"] - flagged


def _code(files: Sequence[Attachment]) -> CodeEvidence | None:
    if not files:
        return None
    return CodeEvidence(
        said for one in files for said in read_evidence(one.name, one.blob.content or b"")
    )


def _guideline(subject: Subject, guidelines: GuidelineShelf) -> Guideline:
    found = guidelines.get(subject.result.guideline_id)
    if found is None:
        raise NotSubject(
            f"nothing is judged by guideline {subject.result.guideline_id} here any more",
            where="result",
            next_step="Run the tests of a present guideline, and send that result.",
        )
    return found


def _waiver(one: AskedWaiver, subject: Subject, guideline: Guideline) -> Waiver:
    assert one.expires_at is not None  # noqa: S101 - it was granted
    return Waiver(
        guideline=guideline.id,
        product=subject.product,
        capability=one.capability,
        test=one.test,
        reason=one.reason,
        public=one.public,
        approver=one.decided_by.name if one.decided_by else "registry",
        expires=one.expires_at,
    )
