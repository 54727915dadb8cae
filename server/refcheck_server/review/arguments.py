"""What a list of applications is asked for, and the application that an address names."""

from __future__ import annotations

from flask import request

from refcheck_server.accounts.guarding import current_principal, require
from refcheck_server.accounts.rights import Action, Role
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.fields import BadField, Fields, path_of
from refcheck_server.review.agreement import agreement_text
from refcheck_server.review.conditions import House
from refcheck_server.review.models import LONG_TEXT, Application
from refcheck_server.review.moving import Wish
from refcheck_server.review.queries import ApplicationFilter, find_application
from refcheck_server.review.services import Writing
from refcheck_server.review.stakes import stake_of
from refcheck_server.review.states import Move, State
from refcheck_server.settings import Settings
from refcheck_server.vendors.models import SLUG

_INSIDE = frozenset({Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})


def application_filter() -> ApplicationFilter:
    """Which applications this request is for.

    Raises:
        BadField: there is no such state.
    """
    fields = Fields(request.args)
    state = fields.choice("state", State) if request.args.get("state") else None
    return ApplicationFilter(state, fields.text("vendor", SLUG) or None)


def visible_application(number: int, *, verdict: bool = False) -> Application:
    """The application of that number, if whoever asks may see it."""
    return find_application(current_session(), number, current_principal(), verdict=verdict)


def own_application(number: int, action: Action) -> Application:
    """The same, if they may do this to what its vendor has."""
    found = visible_application(number)
    require(action, found.version.product.vendor_id)
    return found


def sees_inside(application: Application) -> bool:
    """Whether they read what is kept from the vendor: they work here, and have no stake in it."""
    principal = current_principal()
    return principal.role in _INSIDE and stake_of(principal, application) is None


def writing() -> Writing:
    """Who writes now."""
    return Writing(current_principal(), context().guidelines, context().now())


def house() -> House:
    """What this registry asks of applications."""
    return house_of(context().settings)


def house_of(settings: Settings) -> House:
    """What a registry with these settings asks of applications."""
    return House(settings.reviewers, agreement_text(settings.agreement))


def wish(move: str, fields: Fields) -> Wish:
    """What whoever asks wants to be done.

    Raises:
        BadField: there is no such move, no revision, or the reason is too long.
    """
    try:
        wanted = Move(move)
    except ValueError as error:
        raise BadField(
            "is no move", where=path_of("move"), next_step=f"There is {', '.join(Move)}."
        ) from error
    reason = fields.text("reason", LONG_TEXT, lines=True)
    return Wish(wanted, fields.revision(), current_principal(), reason)
