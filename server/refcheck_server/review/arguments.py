"""What a list of applications is asked for, and the application that an address names."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from flask import request

from refcheck_server.accounts.guarding import current_principal, require
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.evidence.receiving import received
from refcheck_server.fields import BadField, Fields, path_of
from refcheck_server.results.arguments import place_in
from refcheck_server.results.paging import Page
from refcheck_server.review.acting import Acting, house_of
from refcheck_server.review.evidence import LIMIT
from refcheck_server.review.models import LONG_TEXT, Application
from refcheck_server.review.moving import Wish
from refcheck_server.review.queries import ApplicationFilter, find_application, list_applications
from refcheck_server.review.states import Move, State
from refcheck_server.vendors.models import SLUG

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


def application_filter() -> ApplicationFilter:
    """Which applications this request is for.

    Raises:
        BadField: there is no such state.
    """
    fields = Fields(request.args)
    state = fields.choice("state", State) if request.args.get("state") else None
    return ApplicationFilter(state, fields.text("vendor", SLUG) or None)


def listed_applications(size: int | None = None) -> Page[Application]:
    """The page of applications that this request is for."""
    wanted = application_filter()
    after = place_in(request.args, wanted.order)
    return list_applications(current_session(), wanted, after, current_principal(), size=size)


def visible_application(number: int, *, verdict: bool = False) -> Application:
    """The application of that number, if whoever asks may see it."""
    return find_application(current_session(), number, current_principal(), verdict=verdict)


def own_application(application_id: int, action: Action) -> Application:
    """The same, if they may do this to what its vendor has."""
    found = visible_application(application_id)
    require(action, found.version.product.vendor_id)
    return found


def acting() -> Acting:
    """Who acts now, and by which rules."""
    here = context()
    return Acting(current_principal(), house_of(here.settings, here.guidelines), here.now())


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
    return Wish(wanted, fields.revision(), fields.text("reason", LONG_TEXT, lines=True))


def sent_file(sha256: str | None) -> tuple[str, bytes]:
    """The file that was sent, with its name: by a form, or under its digest as a body.

    Raises:
        BadField: the form had none.
        EvidenceTooLarge, EvidenceEncoded, WrongDigest, RegistryFault: see `received`.
    """
    if sha256 is not None:
        with received(request, sha256, LIMIT, Path(tempfile.gettempdir())) as got:
            return request.args.get("name", ""), got.file.read_bytes()
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadField("is missing", where="file", next_step="Choose a file.")
    name = _NOT_IN_NAMES.sub("-", file.filename).lstrip("._-")
    return name, file.stream.read(LIMIT + 1)
