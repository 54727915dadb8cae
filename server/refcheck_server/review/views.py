"""Applications, as pages and for programs: what is read, and what is done."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import Views, current_principal
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import JSON
from refcheck_server.evidence.views import BYTES
from refcheck_server.fields import Fields
from refcheck_server.products.arguments import own_version
from refcheck_server.products.models import ProductVersion
from refcheck_server.review import evidence, moving, queries, services, waivers
from refcheck_server.review.api import applications_api, told
from refcheck_server.review.arguments import (
    APPLICATIONS,
    acting,
    listed_applications,
    own_application,
    sent_file,
    visible_application,
    wish,
)
from refcheck_server.review.cockpit import cockpit
from refcheck_server.review.lists import (
    CHANGES,
    FILES,
    TESTS,
    changes_page,
    files_page,
    listed_changes,
    listed_files,
    listed_tests,
    tests_page,
)
from refcheck_server.review.models import Application
from refcheck_server.review.wording import lasting, shown_state, way
from refcheck_server.two_ways import TwoWays, form_page

applications = Views("applications", __name__)
applications.add_app_template_filter(shown_state)
applications.add_app_template_filter(way)
applications.add_app_template_filter(lasting)
_ONE = "/applications/<number:application_id>"
_VERSION = "/vendors/<word:vendor>/products/<word:product>/versions/<number:version_id>"


@applications.get("/applications", Action.SEE_APPLICATIONS)
def listed() -> str:
    """Applications that whoever asks may see."""
    return render_template("applications.html", page=listed_applications(), now=context().now())


APPLICATIONS.offer_csv(applications, "/applications", Action.SEE_APPLICATIONS, listed_applications)


@applications.get(f"{_VERSION}/applications/new", Action.APPLY)
def new(vendor: str, product: str, version_id: int) -> str:
    """The form for a new application."""
    return new_page(own_version(vendor, product, version_id, Action.APPLY))


@applications.get(f"{_ONE}/edit", Action.APPLY)
def edit_form(application_id: int) -> str:
    """The form to change an application."""
    return edit_page(own_application(application_id, Action.APPLY))


@applications.get(_ONE, Action.SEE_APPLICATIONS)
def application(application_id: int) -> str:
    """One application: what it says, how it stands, and what whoever asks may do."""
    return page(visible_application(application_id, verdict=True))


_SEES = Action.SEE_APPLICATIONS
FILES.offer_csv(applications, f"{_ONE}/files", _SEES, listed_files)
TESTS.offer_csv(applications, f"{_ONE}/tests", _SEES, listed_tests)
CHANGES.offer_csv(applications, f"{_ONE}/changes", _SEES, listed_changes)


def page(found: Application, fault: RefcheckError | None = None) -> str:
    """The page of an application, which tells what stood in the way of what was sent."""
    by = acting()
    shown = cockpit(current_session(), found, by)
    return render_template(
        "application.html",
        application=found,
        shown=shown,
        files=files_page(found),
        tests=tests_page(found, shown.histories),
        changes=changes_page(found, shown.difference),
        now=by.now,
        fault=fault,
    )


def new_page(version: ProductVersion, fault: RefcheckError | None = None) -> str:
    """The form for a new application, with what was sent if that could not be taken."""
    return _form(version, None, {}, fault)


def edit_page(found: Application, fault: RefcheckError | None = None) -> str:
    """The form to change an application, likewise."""
    values = {"result": found.result_id, "target": found.target, "note": found.note}
    return _form(found.version, found, values, fault)


def done(made: Application) -> Answer:
    """What a form about an application leads to: its page."""
    return redirect(url_for("applications.application", application_id=made.id), 303)


def _form(
    version: ProductVersion,
    found: Application | None,
    values: dict[str, str],
    fault: RefcheckError | None,
) -> str:
    session, shelf = current_session(), context().guidelines
    results = queries.results_to_apply_with(session, version, current_principal())
    guidelines = filter(None, (shelf.get(one.guideline_id) for one in results))
    programs = {name: one.title for guide in guidelines for name, one in guide.programs.items()}
    return form_page(
        "application_form.html",
        found,
        fault,
        product=version.product,
        version=version,
        application=found,
        values=values,
        results=results,
        programs=programs,
    )


_SENT = (JSON, {"type": "object"})
_FILE = (BYTES, {"type": "string", "format": "binary"})
_OWN = (409, 422)
_EVIDENCE = "/evidence/<hex(length=64):sha256>"
on_version = TwoWays(
    applications, applications_api, _VERSION, own_version, new_page, done, told, _OWN
)
on_application = TwoWays(
    applications, applications_api, _ONE, own_application, page, done, told, _OWN
)


@on_version.offer("/applications", Action.APPLY, body=_SENT, status=201)
def apply(version: ProductVersion, fields: Fields) -> Application:
    """A new application, as a draft: `result`, `target`, perhaps a `note`."""
    return services.apply(current_session(), version, fields, acting())


@on_application.offer("", Action.APPLY, body=_SENT, method="PUT", form="/edit", page=edit_page)
def edit(found: Application, fields: Fields) -> None:
    """Change what an application says; `revision` is the one that was read."""
    services.edit(current_session(), found, fields, acting())


@on_application.offer(
    _EVIDENCE, Action.APPLY, body=_FILE, status=201, query=("name",), method="PUT", form="/evidence"
)
def attach_evidence(found: Application, _: Fields, sha256: str | None = None) -> None:
    """Attach the body as evidence about code, for the judge; the address names its SHA-256.

    It is JSON or YAML as `refcheck judge --code` reads it, and `name` ends so.
    """
    name, content = sent_file(sha256)
    evidence.attach(current_session(), found, name, content, acting())


@on_application.offer(_EVIDENCE, Action.APPLY, method="DELETE", form=f"{_EVIDENCE}/remove")
def take_back_evidence(found: Application, _: Fields, sha256: str) -> None:
    """Let the judge read this evidence no more."""
    evidence.take_back(current_session(), found, sha256, acting())


@on_application.offer("/agreement", Action.APPLY, body=_SENT)
def accept(found: Application, fields: Fields) -> None:
    """Agree for the vendor to the text with the digest `agreement`."""
    services.accept(current_session(), found, fields, acting())


@on_application.offer("/waivers", Action.APPLY, body=_SENT)
def ask_waiver(found: Application, fields: Fields) -> None:
    """Ask for a waiver of a `test`, a `capability`, or both; `wish` says why."""
    waivers.ask(current_session(), found, fields, acting())


@on_application.offer("/waivers/<number:waiver_id>/decision", Action.REVIEW, body=_SENT)
def decide_waiver(found: Application, fields: Fields, waiver_id: int) -> None:
    """Grant or refuse a waiver; `public` is published with every verdict that uses it."""
    waivers.decide(current_session(), found, waiver_id, fields, acting())


@on_application.offer("/comments", Action.COMMENT, body=_SENT)
def comment(found: Application, fields: Fields) -> None:
    """Say something; `internal` is `yes` for what the vendor must not read."""
    services.comment(current_session(), found, fields, acting())


@on_application.offer("/moves/<word:move>", Action.MOVE_APPLICATION, body=_SENT)
def move(found: Application, fields: Fields, move: str) -> None:
    """Take an application to its next state; `moves` of the application says what there is."""
    moving.make_move(current_session(), found, wish(move, fields), acting())


@on_application.offer("/endorsement", Action.REVIEW, body=_SENT)
def endorse(found: Application, fields: Fields) -> None:
    """Stand behind an application as the second reviewer."""
    services.endorse(current_session(), found, fields, acting())


@on_application.offer("/reviewer", Action.ASSIGN_REVIEWER, body=_SENT, method="PUT")
def assign(found: Application, fields: Fields) -> None:
    """Give an application to the `reviewer` of that name."""
    services.assign(current_session(), found, fields, acting())


@on_application.offer("/renewal", Action.APPLY, status=201)
def renew(found: Application, _: Fields) -> Application:
    """A new draft that is to take its place."""
    return services.renew(current_session(), found, acting())
