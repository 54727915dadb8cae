"""Pages of applications: the list, writing one, and one with all that belongs to it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.editing import EditConflict
from refcheck_server.products.arguments import own_version
from refcheck_server.products.models import ProductVersion
from refcheck_server.review import queries
from refcheck_server.review.arguments import (
    APPLICATIONS,
    acting,
    listed_applications,
    own_application,
    visible_application,
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
from refcheck_server.review.wording import shown_state, way

applications = Blueprint("applications", __name__)
applications.add_app_template_filter(shown_state)
applications.add_app_template_filter(way)
_ONE = "/applications/<number:application_id>"
_VERSION = "/vendors/<word:vendor>/products/<word:product>/versions/<number:version_id>"


@applications.get("/applications")
@needs(Action.SEE_APPLICATIONS)
def listed() -> str:
    """Applications that whoever asks may see."""
    return render_template("applications.html", page=listed_applications(), now=context().now())


APPLICATIONS.offer_csv(applications, "/applications", Action.SEE_APPLICATIONS, listed_applications)


@applications.get(f"{_VERSION}/applications/new")
@needs(Action.APPLY)
def new(vendor: str, product: str, version_id: int) -> str:
    """The form for a new application."""
    return new_page(own_version(vendor, product, version_id, Action.APPLY))


@applications.get(f"{_ONE}/edit")
@needs(Action.APPLY)
def edit_form(application_id: int) -> str:
    """The form to change an application."""
    return edit_page(own_application(application_id, Action.APPLY))


@applications.get(_ONE)
@needs(Action.SEE_APPLICATIONS)
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
    revision = fault.revision if isinstance(fault, EditConflict) else found and found.revision
    return render_template(
        "application_form.html",
        product=version.product,
        version=version,
        application=found,
        values=values if fault is None else request.form,
        results=results,
        programs=programs,
        revision=revision,
        fault=fault,
    )
