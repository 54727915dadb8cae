"""Writing an application, and all that is done to it beside moving it on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server import editing
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.principals import principal as principal_of
from refcheck_server.accounts.rights import Role
from refcheck_server.audit.log import record
from refcheck_server.evidence.models import Attachment
from refcheck_server.fields import BadField, Fields, path_of
from refcheck_server.products.models import ProductVersion
from refcheck_server.results.models import RESULT_ID, StoredResult
from refcheck_server.results.queries import find_result
from refcheck_server.review.acting import Acting, digest_of_text, kept_agreement
from refcheck_server.review.conditions import only_in
from refcheck_server.review.errors import NoSuchReviewer, NotYourMove
from refcheck_server.review.judging import (
    Subject,
    columns,
    evidence_of,
    granted,
    judged,
    keep_blockers,
)
from refcheck_server.review.models import LONG_TEXT, Application, AskedWaiver, Comment
from refcheck_server.review.stakes import parties_of, sees_inside, without_stake
from refcheck_server.review.states import EDITABLE, OPEN, Party, State

RENEWABLE = (State.APPROVED, State.PUBLISHED, State.EXPIRED)
_SAID = ("result_id", "target", "note")
_AGREED_TO = frozenset({"result_id", "target"})


def apply(session: Session, version: ProductVersion, fields: Fields, acting: Acting) -> Application:
    """A new application, as a draft, judged at once.

    Raises:
        BadField: a field has a value that it cannot have.
        NoSuchResult: there is no such result, or they may not see it.
        NotSubject, UnknownTarget: nothing can be judged from it.
    """
    said, result = _said(session, fields, acting)
    product = f"{version.product.vendor.slug}/{version.product.slug}"
    subject = Subject(product, result, said["target"])
    made = _begun(session, version, subject, acting, note=said["note"])
    _record(session, "begun", made, {"product": product, "target": made.target}, acting.now)
    return made


def edit(session: Session, application: Application, fields: Fields, acting: Acting) -> None:
    """Change what an application says, while its vendor may; it is judged anew.

    Raises:
        NotNow: it is with the reviewers.
        EditConflict: somebody changed it meanwhile.
        BadField, NoSuchResult, NotSubject, UnknownTarget: as for `apply`.
    """
    only_in(application, EDITABLE, "changed")
    said, result = _said(session, fields, acting)
    subject = Subject(
        application.product_name,
        result,
        said["target"],
        evidence_of(session, application.id),
        granted(session, application.id),
    )
    verdict = judged(session, subject, acting.house.guidelines, acting.now)
    differs = any(getattr(application, name) != said[name] for name in _AGREED_TO)
    agreement_id = None if differs else application.agreement_id
    changed = editing.change(
        session,
        application,
        fields.revision(),
        _SAID,
        **said,
        agreement_id=agreement_id,
        **columns(verdict, acting.now),
    )
    session.expire(application, ["result", "agreement"])
    keep_blockers(session, application, verdict)
    if said_anew := [name for name in changed if name in _SAID]:
        _record(session, "changed", application, {"fields": said_anew}, acting.now)


def accept(session: Session, application: Application, fields: Fields, acting: Acting) -> None:
    """Agree to the agreement for the vendor; its digest says which text they saw.

    Raises:
        NotNow: it is with the reviewers.
        BadField: another text is to be agreed to now.
        EditConflict: somebody changed it meanwhile.
    """
    only_in(application, EDITABLE, "agreed to")
    text = acting.house.agreement
    sha256 = digest_of_text(text)
    if fields.text("agreement", 64, required=True) != sha256:
        raise BadField(
            "is not the digest of the present agreement",
            where=path_of("agreement"),
            next_step="Read it again, and agree to what it says now.",
        )
    editing.change(
        session,
        application,
        fields.revision(),
        (),
        agreement_id=kept_agreement(session, text).id,
        accepted_by_id=acting.account_id,
        accepted_at=acting.now,
    )
    session.expire(application, ["agreement", "accepted_by"])
    evidence = [one.sha256 for one in evidence_of(session, application.id)]
    detail = {"agreement": sha256, "result": application.result_id, "evidence": evidence}
    _record(session, "agreed", application, detail, acting.now)


def comment(session: Session, application: Application, fields: Fields, acting: Acting) -> None:
    """Say something; those inside may keep it from the vendor.

    Raises:
        BadField: nothing was said, or the vendor would keep it to others.
    """
    text = fields.text("text", LONG_TEXT, required=True, lines=True)
    internal = fields.text("internal", 3) == "yes"
    if internal and not sees_inside(acting.principal, application):
        raise BadField(
            "is not for you to say",
            where=path_of("internal"),
            next_step="Leave it away: the reviewers and your vendor read what you say.",
        )
    made = Comment(
        application_id=application.id,
        account_id=acting.account_id,
        at=acting.now,
        internal=internal,
        text=text,
    )
    session.add(made)
    session.flush()
    detail = {"comment": made.id, "internal": internal}
    _record(session, "commented", application, detail, acting.now)


def assign(session: Session, application: Application, fields: Fields, acting: Acting) -> None:
    """Give an application to a reviewer.

    Raises:
        NotNow: nobody is to review it now.
        NoSuchReviewer: no account of that name reviews.
        ConflictOfInterest: that reviewer has a stake in it.
        EditConflict: somebody changed it meanwhile.
    """
    only_in(application, OPEN, "given to a reviewer")
    name = fields.text("reviewer", 64, required=True)
    account = session.scalar(
        select(Account).where(Account.name == name, Account.disabled_at.is_(None))
    )
    if account is None or account.role != Role.REVIEWER:
        raise NoSuchReviewer(
            f"{name!r} does not review", where=path_of("reviewer"), next_step="Name a reviewer."
        )
    without_stake(principal_of(session, account, strong=True), application)
    editing.change(session, application, fields.revision(), (), reviewer_id=account.id)
    session.expire(application, ["reviewer"])
    _record(session, "assigned", application, {"reviewer": account.name}, acting.now)


def endorse(session: Session, application: Application, fields: Fields, acting: Acting) -> None:
    """Stand behind an application as the second reviewer, until something changes in it.

    Raises:
        NotNow: it is not in review.
        ConflictOfInterest: they have a stake in it.
        NotYourMove: they are the one who decides.
        EditConflict: somebody changed it meanwhile.
    """
    only_in(application, (State.IN_REVIEW,), "endorsed")
    without_stake(acting.principal, application)
    if Party.ASSIGNED in parties_of(acting.principal, application):
        raise NotYourMove(
            "who decides cannot be the second reviewer too", next_step="Ask another reviewer."
        )
    editing.change(session, application, fields.revision(), (), endorsed_by_id=acting.account_id)
    session.expire(application, ["endorsed_by"])
    _record(session, "endorsed", application, {"verdict": application.verdict_sha256}, acting.now)


def renew(session: Session, old: Application, acting: Acting) -> Application:
    """A new draft like the old one, to take its place: with what it said, and what it asked for.

    Raises:
        NotNow: there is nothing to renew.
    """
    only_in(old, RENEWABLE, "renewed")
    evidence = evidence_of(session, old.id)
    subject = Subject(old.product_name, old.result, old.target, evidence)
    made = _begun(session, old.version, subject, acting, note=old.note, renews_id=old.id)
    for file in evidence:
        attached = Attachment(sha256=file.sha256, name=file.name, attached_at=acting.now)
        attached.application_id = made.id
        session.add(attached)
    for one in granted(session, old.id):
        asked = AskedWaiver(capability=one.capability, test=one.test, wish=one.wish)
        asked.application_id, asked.asked_at = made.id, acting.now
        session.add(asked)
    session.flush()
    _record(session, "begun", made, {"renews": old.id}, acting.now)
    return made


def _begun(
    session: Session, version: ProductVersion, subject: Subject, acting: Acting, **said: Any
) -> Application:
    """A draft about this, judged."""
    verdict = judged(session, subject, acting.house.guidelines, acting.now)
    made = Application(
        version=version,
        result=subject.result,
        target=subject.target,
        author_id=acting.account_id,
        state=State.DRAFT,
        begun_at=acting.now,
        since=acting.now,
        **said,
        **columns(verdict, acting.now),
    )
    session.add(made)
    session.flush()
    keep_blockers(session, made, verdict)
    return made


def _said(session: Session, fields: Fields, acting: Acting) -> tuple[dict[str, str], StoredResult]:
    said = {
        "result_id": fields.text("result", RESULT_ID, required=True),
        "target": fields.text("target", 64, required=True),
        "note": fields.text("note", LONG_TEXT, lines=True),
    }
    return said, find_result(session, said["result_id"], reader=acting.principal)


def _record(
    session: Session, what: str, one: Application, detail: dict[str, Any], now: datetime
) -> None:
    record(session, f"application.{what}", one.subject, detail, at=now)
