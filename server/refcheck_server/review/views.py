"""Pages of applications: the list, writing one, and everything that is done to it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server import tables
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.addresses import carried
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.editing import EditConflict
from refcheck_server.errors import status_of
from refcheck_server.fields import Fields, sent_fields
from refcheck_server.moments import spelled
from refcheck_server.products.arguments import own_version
from refcheck_server.products.models import ProductVersion
from refcheck_server.results.arguments import place_in
from refcheck_server.results.paging import MOST_COUNTED
from refcheck_server.review import moving, queries, services, waivers
from refcheck_server.review.arguments import (
    application_filter,
    house,
    own_application,
    sees_inside,
    visible_application,
    wish,
    writing,
)
from refcheck_server.review.cockpit import cockpit
from refcheck_server.review.models import Application
from refcheck_server.review.states import State
from refcheck_server.review.wording import shown_state

applications = Blueprint("applications", __name__)
applications.add_app_template_filter(shown_state)
_ONE = "/applications/<number:application_id>"
_VERSION = "/vendors/<word:vendor>/products/<word:product>/versions/<number:version_id>"
Page = tuple[str, HTTPStatus] | Answer


@applications.get("/applications")
@needs(Action.SEE_APPLICATIONS)
def listed() -> str:
    """Applications that whoever asks may see."""
    wanted = application_filter()
    after = place_in(request.args, wanted.order)
    page = queries.list_applications(current_session(), wanted, after, current_principal())
    return render_template(
        "applications.html",
        page=page,
        wanted=wanted,
        states=State,
        now=context().now(),
        arguments=carried("state", "vendor"),
    )


@applications.get("/applications.csv")
@needs(Action.SEE_APPLICATIONS)
def listed_as_csv() -> Response:
    """The same for a spreadsheet, up to 1,000 from where `after` says."""
    wanted = application_filter()
    page = queries.list_applications(
        current_session(),
        wanted,
        place_in(request.args, wanted.order),
        current_principal(),
        size=MOST_COUNTED,
    )
    head = (
        "number",
        "vendor",
        "product",
        "version",
        "program",
        "state",
        "since",
        "due",
        "reviewer",
    )
    rows = [
        (
            one.id,
            one.version.product.vendor.slug,
            one.version.product.slug,
            one.version.name,
            one.title,
            one.state,
            spelled(one.since),
            spelled(one.due_at),
            one.reviewer.name if one.reviewer else "",
        )
        for one in page.rows
    ]
    return tables.as_csv("applications", head, rows, next_place=page.next)


@applications.get(f"{_VERSION}/applications/new")
@needs(Action.APPLY)
def new(vendor: str, product: str, version_id: int) -> str:
    """The form for a new application."""
    return _form(own_version(vendor, product, version_id, Action.APPLY), None)


@applications.post(f"{_VERSION}/applications")
@needs(Action.APPLY)
def apply(vendor: str, product: str, version_id: int) -> Page:
    """A new application, as a draft."""
    session = current_session()
    version = own_version(vendor, product, version_id, Action.APPLY)
    try:
        made = services.apply(session, version, sent_fields(), writing())
    except RefcheckError as fault:
        return _form(version, None, fault), status_of(fault)
    session.commit()
    return _to(made.id)


@applications.get(_ONE)
@needs(Action.SEE_APPLICATIONS)
def application(application_id: int) -> str:
    """One application: what it says, how it stands, and what whoever asks may do."""
    return _page(visible_application(application_id, verdict=True))


@applications.get(f"{_ONE}/edit")
@needs(Action.APPLY)
def edit_form(application_id: int) -> str:
    """The form to change an application."""
    found = own_application(application_id, Action.APPLY)
    return _form(found.version, found)


@applications.post(f"{_ONE}/edit")
@needs(Action.APPLY)
def edit(application_id: int) -> Page:
    """Change what an application says."""
    session, found = current_session(), own_application(application_id, Action.APPLY)
    try:
        services.edit(session, found, sent_fields(), writing())
    except RefcheckError as fault:
        return _form(found.version, found, fault), status_of(fault)
    session.commit()
    return _to(application_id)


@applications.post(f"{_ONE}/agreement")
@needs(Action.APPLY)
def accept(application_id: int) -> Page:
    """Agree to the agreement for the vendor."""

    def work(found: Application, fields: Fields) -> None:
        services.accept(current_session(), found, fields, house().agreement, writing())

    return _done(application_id, Action.APPLY, work)


@applications.post(f"{_ONE}/waivers")
@needs(Action.APPLY)
def ask_waiver(application_id: int) -> Page:
    """Ask for a waiver."""

    def work(found: Application, fields: Fields) -> None:
        waivers.ask(current_session(), found, fields, now=context().now())

    return _done(application_id, Action.APPLY, work)


@applications.post(f"{_ONE}/waivers/<number:waiver_id>/decision")
@needs(Action.REVIEW)
def decide_waiver(application_id: int, waiver_id: int) -> Page:
    """Grant or refuse a waiver."""

    def work(found: Application, fields: Fields) -> None:
        who, now, shelf = current_principal(), context().now(), context().guidelines
        waivers.decide(current_session(), found, waiver_id, fields, who, shelf, now=now)

    return _done(application_id, Action.REVIEW, work)


@applications.post(f"{_ONE}/comments")
@needs(Action.COMMENT)
def comment(application_id: int) -> Page:
    """Say something."""

    def work(found: Application, fields: Fields) -> None:
        session, who, inside = current_session(), current_principal(), sees_inside(found)
        services.comment(session, found, fields, who, inside=inside, now=context().now())

    return _done(application_id, Action.COMMENT, work)


@applications.post(f"{_ONE}/moves/<word:move>")
@needs(Action.MOVE_APPLICATION)
def move(application_id: int, move: str) -> Page:
    """Take an application to its next state."""

    def work(found: Application, fields: Fields) -> None:
        wanted, shelf, now = wish(move, fields), context().guidelines, context().now()
        moving.make_move(current_session(), found, wanted, house(), shelf, now=now)

    return _done(application_id, Action.MOVE_APPLICATION, work)


@applications.post(f"{_ONE}/endorsement")
@needs(Action.REVIEW)
def endorse(application_id: int) -> Page:
    """Stand behind an application as the second reviewer."""

    def work(found: Application, fields: Fields) -> None:
        who, now = current_principal(), context().now()
        services.endorse(current_session(), found, fields, who, now=now)

    return _done(application_id, Action.REVIEW, work)


@applications.post(f"{_ONE}/reviewer")
@needs(Action.ASSIGN_REVIEWER)
def assign(application_id: int) -> Page:
    """Give an application to a reviewer."""

    def work(found: Application, fields: Fields) -> None:
        services.assign(current_session(), found, fields, now=context().now())

    return _done(application_id, Action.ASSIGN_REVIEWER, work)


@applications.post(f"{_ONE}/renewal")
@needs(Action.APPLY)
def renew(application_id: int) -> Answer:
    """A new draft that is to take its place."""
    session, found = current_session(), own_application(application_id, Action.APPLY)
    made = services.renew(session, found, writing())
    session.commit()
    return _to(made.id)


def _done(number: int, action: Action, work: Callable[[Application, Fields], None]) -> Page:
    """Do something to an application; the page tells what stood in the way."""
    session, found = current_session(), own_application(number, action)
    try:
        work(found, sent_fields())
    except RefcheckError as fault:
        session.rollback()
        session.expire_all()
        return _page(visible_application(number, verdict=True), fault), status_of(fault)
    session.commit()
    return _to(number)


def _page(found: Application, fault: RefcheckError | None = None) -> str:
    session, now = current_session(), context().now()
    shown = cockpit(
        session,
        found,
        current_principal(),
        house(),
        inside=sees_inside(found),
        guidelines=context().guidelines,
        now=now,
    )
    return render_template("application.html", application=found, shown=shown, now=now, fault=fault)


def _form(
    version: ProductVersion, found: Application | None, fault: RefcheckError | None = None
) -> str:
    """The form, with what was sent if that could not be taken."""
    values: object = found
    if fault is not None:
        values = request.form
    elif found is not None:
        values = {
            "result": found.result_id,
            "target": found.target,
            "code": found.code,
            "note": found.note,
        }
    session, shelf = current_session(), context().guidelines
    results = queries.results_to_apply_with(session, version, current_principal())
    guidelines = filter(None, (shelf.get(one.guideline_id) for one in results))
    programs = {name: one.title for guide in guidelines for name, one in guide.programs.items()}
    revision = fault.revision if isinstance(fault, EditConflict) else found and found.revision
    return render_template(
        "application_form.html",
        product=version.product,
        version=version,
        application=found,
        values=values or {},
        results=results,
        programs=programs,
        revision=revision,
        fault=fault,
    )


def _to(number: int) -> Answer:
    return redirect(url_for("applications.application", application_id=number), 303)
