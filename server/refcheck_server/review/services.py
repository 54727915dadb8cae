"""Writing an application, and all that is done to it beside moving it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server import editing
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.principals import principal as principal_of
from refcheck_server.accounts.rights import Principal, Role
from refcheck_server.audit.log import record
from refcheck_server.fields import BadField, Fields, path_of
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.products.models import ProductVersion
from refcheck_server.results.models import RESULT_ID, StoredResult
from refcheck_server.results.queries import find_result
from refcheck_server.review.agreement import digest_of_text, kept_agreement
from refcheck_server.review.errors import NoSuchReviewer, NotNow, NotYourMove
from refcheck_server.review.judging import Subject, columns, granted, judged, keep_blockers
from refcheck_server.review.models import LONG_TEXT, Application, AskedWaiver, Comment
from refcheck_server.review.stakes import parties_of, without_stake
from refcheck_server.review.states import EDITABLE, Party, State

CODE = 60_000
"""Longest evidence about code, in characters."""
_ASSIGNABLE = (State.SUBMITTED, State.IN_REVIEW, State.CHANGES_ASKED, State.APPEALED)
_RENEWABLE = (State.APPROVED, State.PUBLISHED, State.EXPIRED)
_SAID = ("result_id", "target", "code", "note")


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes, when, and by which guidelines it is judged."""

    principal: Principal
    guidelines: GuidelineShelf
    now: datetime


def apply(
    session: Session, version: ProductVersion, fields: Fields, writing: Writing
) -> Application:
    """A new application, as a draft, judged at once.

    Raises:
        BadField: a field has a value that it cannot have.
        NoSuchResult: there is no such result, or they may not see it.
        NotSubject, UnknownTarget, BadInput: nothing can be judged from it.
    """
    said, result = _said(session, fields, writing.principal)
    product = f"{version.product.vendor.slug}/{version.product.slug}"
    subject = Subject(product, result, said["target"], said["code"], where=path_of("code"))
    verdict = judged(session, subject, writing.guidelines, writing.now)
    made = Application(
        version=version,
        result=result,
        author_id=writing.principal.account_id,
        state=State.DRAFT,
        begun_at=writing.now,
        since=writing.now,
        **said,
        **columns(verdict, writing.now),
    )
    session.add(made)
    session.flush()
    keep_blockers(session, made, verdict)
    _record(session, "begun", made, {"product": product, "target": made.target}, writing.now)
    return made


def edit(session: Session, application: Application, fields: Fields, writing: Writing) -> None:
    """Change what an application says, while its vendor may; it is judged anew.

    Raises:
        NotNow: it is with the reviewers.
        EditConflict: somebody changed it meanwhile.
        BadField, NoSuchResult, NotSubject, UnknownTarget, BadInput: as for `apply`.
    """
    only_in(application, EDITABLE, "changed")
    said, result = _said(session, fields, writing.principal)
    subject = Subject(
        application.product_name,
        result,
        said["target"],
        said["code"],
        granted(session, application.id),
        path_of("code"),
    )
    verdict = judged(session, subject, writing.guidelines, writing.now)
    changed = editing.change(
        session,
        application,
        fields.revision(),
        **said,
        endorsed_by_id=None,
        **columns(verdict, writing.now),
    )
    session.expire(application, ["result", "endorsed_by"])
    keep_blockers(session, application, verdict)
    if said_anew := [name for name in changed if name in _SAID]:
        _record(session, "changed", application, {"fields": said_anew}, writing.now)


def accept(
    session: Session, application: Application, fields: Fields, text: str, writing: Writing
) -> None:
    """Agree to the agreement for the vendor; its digest says which text they saw.

    Raises:
        NotNow: it is with the reviewers.
        BadField: another text is to be agreed to now.
        EditConflict: somebody changed it meanwhile.
    """
    only_in(application, EDITABLE, "agreed to")
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
        agreement_id=kept_agreement(session, text).id,
        accepted_by_id=writing.principal.account_id,
        accepted_at=writing.now,
    )
    session.expire(application, ["agreement", "accepted_by"])
    _record(session, "agreed", application, {"agreement": sha256}, writing.now)


def comment(
    session: Session,
    application: Application,
    fields: Fields,
    principal: Principal,
    *,
    inside: bool,
    now: datetime,
) -> Comment:
    """Say something; `inside` are those who may keep it from the vendor.

    Raises:
        BadField: nothing was said, or the vendor would keep it to others.
    """
    text = fields.text("text", LONG_TEXT, required=True, lines=True)
    internal = fields.text("internal", 3) == "yes"
    if internal and not inside:
        raise BadField(
            "is not for you to say",
            where=path_of("internal"),
            next_step="Leave it away: the reviewers and your vendor read what you say.",
        )
    made = Comment(
        application_id=application.id,
        account_id=principal.account_id,
        at=now,
        internal=internal,
        text=text,
    )
    session.add(made)
    session.flush()
    _record(session, "commented", application, {"comment": made.id, "internal": internal}, now)
    return made


def assign(session: Session, application: Application, fields: Fields, *, now: datetime) -> None:
    """Give an application to a reviewer.

    Raises:
        NotNow: nobody is to review it now.
        NoSuchReviewer: no account of that name reviews.
        ConflictOfInterest: that reviewer has a stake in it.
        EditConflict: somebody changed it meanwhile.
    """
    only_in(application, _ASSIGNABLE, "given to a reviewer")
    name = fields.text("reviewer", 64, required=True)
    account = session.scalar(
        select(Account).where(Account.name == name, Account.disabled_at.is_(None))
    )
    if account is None or account.role != Role.REVIEWER:
        raise NoSuchReviewer(
            f"{name!r} does not review", where=path_of("reviewer"), next_step="Name a reviewer."
        )
    without_stake(principal_of(session, account, strong=True), application)
    editing.change(session, application, fields.revision(), reviewer_id=account.id)
    session.expire(application, ["reviewer"])
    _record(session, "assigned", application, {"reviewer": account.name}, now)


def endorse(
    session: Session,
    application: Application,
    fields: Fields,
    principal: Principal,
    *,
    now: datetime,
) -> None:
    """Stand behind an application as the second reviewer, until something changes in it.

    Raises:
        NotNow: it is not in review.
        ConflictOfInterest: they have a stake in it.
        NotYourMove: they are the one who decides.
        EditConflict: somebody changed it meanwhile.
    """
    only_in(application, (State.IN_REVIEW,), "endorsed")
    without_stake(principal, application)
    if Party.ASSIGNED in parties_of(principal, application):
        raise NotYourMove(
            "who decides cannot be the second reviewer too", next_step="Ask another reviewer."
        )
    revision, account_id = fields.revision(), principal.account_id
    editing.change(session, application, revision, endorsed_by_id=account_id)
    session.expire(application, ["endorsed_by"])
    _record(session, "endorsed", application, {"verdict": application.verdict_sha256}, now)


def renew(session: Session, application: Application, writing: Writing) -> Application:
    """A new draft like this one, to take its place: with what it said, and what it asked for.

    Raises:
        NotNow: there is nothing to renew.
    """
    only_in(application, _RENEWABLE, "renewed")
    subject = Subject(
        application.product_name, application.result, application.target, application.code
    )
    verdict = judged(session, subject, writing.guidelines, writing.now)
    made = Application(
        version=application.version,
        result=application.result,
        target=application.target,
        code=application.code,
        note=application.note,
        author_id=writing.principal.account_id,
        state=State.DRAFT,
        renews_id=application.id,
        begun_at=writing.now,
        since=writing.now,
        **columns(verdict, writing.now),
    )
    session.add(made)
    session.flush()
    keep_blockers(session, made, verdict)
    _ask_again(session, application, made, writing.now)
    _record(session, "begun", made, {"renews": application.id}, writing.now)
    return made


def _ask_again(session: Session, old: Application, new: Application, now: datetime) -> None:
    for one in granted(session, old.id):
        session.add(
            AskedWaiver(
                application_id=new.id,
                capability=one.capability,
                test=one.test,
                wish=one.wish,
                asked_at=now,
            )
        )
    session.flush()


def _said(
    session: Session, fields: Fields, principal: Principal
) -> tuple[dict[str, Any], StoredResult]:
    result_id = fields.text("result", RESULT_ID, required=True)
    said = {
        "result_id": result_id,
        "target": fields.text("target", 64, required=True),
        "code": fields.text("code", CODE, lines=True),
        "note": fields.text("note", LONG_TEXT, lines=True),
    }
    result = find_result(session, result_id, reader=principal)
    return said, result


def only_in(application: Application, states: tuple[State, ...], done: str) -> None:
    """Let something be done only to an application in one of these states.

    Raises:
        NotNow: it is in another one.
    """
    if application.state not in states:
        raise NotNow(
            f"what is {application.state} cannot be {done}",
            next_step=f"That is done to what is {' or '.join(states)}.",
        )


def _record(
    session: Session, what: str, one: Application, detail: dict[str, Any], now: datetime
) -> None:
    record(session, f"application.{what}", one.subject, detail, at=now)
