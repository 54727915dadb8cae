"""Every route names its action, and nothing is answered before the table was asked.

A view says its action beside its address: `@views.get("/…", Action.…)`. Before it runs, whoever
asks is found out and must have the right at all; a view whose right ends at a vendor asks again
with `require`, once it knows whose thing it is.
Requests are counted (`refcheck_server.limits`) before all this, so that guessing is slowed down.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from refcheck_server.accounts import browser, sessions
from refcheck_server.accounts.authentication import authenticate, no_token
from refcheck_server.accounts.errors import NotAllowed, NotAuthenticated
from refcheck_server.accounts.rights import (
    ANYONE,
    RIGHTS,
    Action,
    Principal,
    Reach,
    Role,
    may,
    may_at_all,
)
from refcheck_server.addresses import for_machines
from refcheck_server.audit.log import acting_as
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.errors import RegistryFault

View = TypeVar("View", bound=Callable[..., Any])
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Views(Blueprint):
    """Views, each of which names its address, its action, and what programs are told of it."""

    def get(
        self, rule: str, action: Action | None = None, told: Operation | None = None, **more: Any
    ) -> Callable[[View], View]:
        return self._view("GET", rule, action, told, more)

    def post(
        self, rule: str, action: Action | None = None, told: Operation | None = None, **more: Any
    ) -> Callable[[View], View]:
        return self._view("POST", rule, action, told, more)

    def put(
        self, rule: str, action: Action | None = None, told: Operation | None = None, **more: Any
    ) -> Callable[[View], View]:
        return self._view("PUT", rule, action, told, more)

    def delete(
        self, rule: str, action: Action | None = None, told: Operation | None = None, **more: Any
    ) -> Callable[[View], View]:
        return self._view("DELETE", rule, action, told, more)

    def _view(
        self, method: str, rule: str, action: Action | None, told: Operation | None, more: Any
    ) -> Callable[[View], View]:
        def offer(view: View) -> View:
            if action is not None:  # a view that names none is refused to everyone
                needs(action)(view)
            if told is not None:
                describe(told)(view)
            return self.route(rule, methods=[method], **more)(view)

        return offer


def needs(action: Action) -> Callable[[View], View]:
    """Let a view be what asks for this action."""

    def mark(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]
        return view

    return mark


def action_of(app: Flask, endpoint: str) -> Action | None:
    """The action that a route names; None for one that forgot to."""
    found: Action | None = getattr(app.view_functions[endpoint], "action", None)
    return found


def attach(app: Flask) -> None:
    """Guard every route of `app`, whose views must all be there already."""
    needs(Action.BROWSE)(app.view_functions["static"])
    for endpoint, view in app.view_functions.items():
        action = action_of(app, endpoint)
        if action is not None:
            app.view_functions[endpoint] = _guarded(view, action)
    app.before_request(_refuse_unguarded)
    app.context_processor(lambda: {"signed_in": _signed_in, "may": _may})


def current_principal() -> Principal:
    """Whoever sent the request being served.

    A token counts where there is a header; a browser's session counts for pages, and for reading
    elsewhere, so that no page of another site can make a browser change something here. What is
    done from now on is done by them, in the audit log too.

    Raises:
        NotAuthenticated, NotAllowed: the header holds no token that counts.
    """
    if "principal" not in g:
        g.principal = _found_out()
        if g.principal.is_known:
            acting_as(current_session(), f"account:{g.principal.name}")
    found: Principal = g.principal
    return found


def _may(action: str, vendor_id: int | None = None) -> bool:
    """Whether a page offers this to its reader; the action by its name in `Action`."""
    return may(_signed_in(), Action[action], vendor_id)


def _signed_in() -> Principal:
    """Who is named at the head of a page, also of one that tells that the database is away."""
    try:
        return current_principal()
    except (RegistryFault, SQLAlchemyError):
        return ANYONE


def require(action: Action, vendor_id: int | None = None) -> Principal:
    """Whoever asks, if they may do this.

    Raises:
        NotAllowed: they may not.
        NotAuthenticated: nobody knows who asks.
    """
    principal = current_principal()
    if may(principal, action, vendor_id):
        return principal
    if principal.is_known:
        raise _refusal(principal, action)
    raise no_token() if for_machines() else _not_signed_in()


def _found_out() -> Principal:
    session, now = current_session(), context().now()
    header = request.headers.get("Authorization")
    if for_machines() and (header is not None or request.method not in _SAFE):
        return authenticate(session, header, now=now)
    secret = browser.secret()
    return ANYONE if secret is None else sessions.principal_of(session, secret, now=now)


def _guarded(view: Callable[..., Any], action: Action) -> Callable[..., Any]:
    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        return _stopped(action) or view(**arguments)

    guarded.is_guarded = True  # type: ignore[attr-defined]
    return guarded


def _refuse_unguarded() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, "is_guarded"):
        raise NotAllowed("this page names no right", next_step="Please report it.")


def _stopped(action: Action) -> Response | None:
    """What to answer instead of the view, if it is off to the form for signing in."""
    if not for_machines() and request.method not in _SAFE:
        browser.check_form()
    if RIGHTS[action].reach[Role.ANYONE] is Reach.YES:
        return None
    principal = current_principal()
    if may_at_all(principal, action):
        return None
    if principal.is_known:
        raise _refusal(principal, action)
    if for_machines():
        raise no_token()
    if request.method in _SAFE:
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), 303)
    raise _not_signed_in()


def _not_signed_in() -> NotAuthenticated:
    return NotAuthenticated("you are not signed in", next_step="Sign in, then try again.")


def _refusal(principal: Principal, action: Action) -> NotAllowed:
    if principal.lacks_second_factor:
        step = "Set up the second factor on your account's page, and sign in with it."
    elif principal.scopes is not None and RIGHTS[action].scope not in principal.scopes:
        scope = RIGHTS[action].scope
        step = f"Use a token with the scope {scope}." if scope else "Do it on the pages."
    else:
        step = "Ask someone who has the right; an administrator can give you a role."
    return NotAllowed(f"{principal.name or 'anyone'} may not {action}", next_step=step)
