"""The verdict on an application: its result, with the evidence and the waivers that go with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from refcheck.claim.statement import digest
from refcheck.guideline.library import load
from refcheck.guideline.model import Guideline
from refcheck.verdict.judge import judge
from refcheck.verdict.statements import read_code
from refcheck.verdict.suite_judge import Told
from refcheck.verdict.verdict import Verdict
from refcheck.verdict.waiver import Waiver
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.results.dictionaries import pack_alone, packer_for, unpack_alone
from refcheck_server.results.judging import Judged, keep
from refcheck_server.results.models import TEXT, StoredResult, StoredVerdict
from refcheck_server.results.suites import Suite, outcomes_of, tests_of
from refcheck_server.review.errors import NotSubject
from refcheck_server.review.models import Application, AskedWaiver, BlockingTest


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged.

    Attributes:
        product: as waivers name it.
        code: the evidence as it was sent, "" for none; `where` it is, for faults in it.
    """

    product: str
    result: StoredResult
    target: str
    code: str
    waivers: Sequence[AskedWaiver] = ()
    where: str = "code"


def subject_of(session: Session, application: Application) -> Subject:
    """What an application is judged from now. One statement, and one for the evidence."""
    return Subject(
        application.product_name,
        application.result,
        application.target,
        application.code,
        granted(session, application.id),
    )


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
        BadInput: the evidence cannot be read.
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
        code=read_code(subject.code.encode(), where=subject.where) if subject.code else None,
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


@dataclass(frozen=True)
class ApplicationVerdict:
    """The verdict that an application keeps, as pages show verdicts."""

    document: bytes
    title: str

    @classmethod
    def of(cls, application: Application) -> ApplicationVerdict:
        """Its last verdict; the application is read with it."""
        return cls(unpack_alone(application.verdict), application.title)

    @cached_property
    def said(self) -> dict[str, Any]:
        """The document."""
        found: dict[str, Any] = json.loads(self.document)
        return found

    @property
    def target(self) -> str:
        """The program; so the others, see `results.models.StoredVerdict`."""
        return str(self.said["target"])

    @property
    def qualifies(self) -> bool:
        """Both rules hold."""
        return bool(self.said["qualifies"])

    @property
    def capability_rule(self) -> str:
        """`held`, `not held` or `undecidable`."""
        return str(self.said["capability_rule"])

    @property
    def designated_code_rule(self) -> str:
        """`held`, `not held` or `not shown`."""
        return str(self.said["designated_code_rule"])

    @property
    def mark(self) -> str | None:
        """The mark's title."""
        found: str | None = self.said["mark"]
        return found

    @property
    def guideline_status(self) -> str:
        """As the guideline said."""
        return str(self.said["guideline"]["status"])

    @property
    def required_tests(self) -> int:
        """Those that count."""
        counts = self.said["counts"]["required"]
        return int(counts["tests"] - counts["flagged_passed"] - counts["flagged_not_passed"])

    @property
    def required_passed(self) -> int:
        """Those of them that passed."""
        counts = self.said["counts"]["required"]
        return int(counts["passed"] - counts["flagged_passed"])


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
