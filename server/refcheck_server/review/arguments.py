"""The list of applications, and the application that an address names."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from flask import request

from refcheck_server.accounts.guarding import current_principal, require
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.evidence.receiving import received
from refcheck_server.fields import BadField, Fields, path_of
from refcheck_server.lists import Filter, Listed, Listing, Sort, has_words
from refcheck_server.products.models import Product
from refcheck_server.review import representation
from refcheck_server.review.acting import Acting, house_of
from refcheck_server.review.evidence import LIMIT
from refcheck_server.review.models import LONG_TEXT, Application
from refcheck_server.review.moving import Wish
from refcheck_server.review.queries import find_application, visible_applications
from refcheck_server.review.states import OPEN, Move, State
from refcheck_server.vendors.models import SLUG, Vendor

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


APPLICATIONS = Listing(
    "applications",
    page="applications.listed",
    csv="applications.listed_as_csv",
    json="applications_api.listed",
    id=Application.id,
    # what waits longest comes first where somebody is waited for, else what came last
    sorts={
        "since": Sort(Application.since, lambda values: values.get("state") not in OPEN),
        "number": Sort(Application.id, descending=True),
    },
    filters={
        "q": Filter(
            "Words", "In the name of the product or of its vendor.",
            lambda words: has_words(words, Product.name, Vendor.name),
        ),
        "state": Filter("State", "How it stands.", lambda state: Application.state == state, State),
        "vendor": Filter(
            "Vendor", "Its name in addresses.", lambda slug: Vendor.slug == slug, longest=SLUG
        ),
    },
    row=representation.row,
    columns=(
        "id", "vendor.slug", "product.slug", "version.name", "title", "state", "since", "due",
        "reviewer",
    ),
)  # fmt: skip


def listed_applications(**how: Any) -> Listed[Application]:
    """Applications for marks that whoever asks may see."""
    return APPLICATIONS.read(visible_applications(current_principal()), **how)


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
