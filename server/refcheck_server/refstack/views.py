"""`/v1`: what RefStack's client asks for, in its words; and the page where a result is shared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from refcheck.guideline import library
from refcheck.guideline.listing import list_tests
from refcheck.guideline.model import Guideline, Status
from refcheck_server.accounts.guarding import Views, current_principal, require
from refcheck_server.accounts.rights import Action, Principal
from refcheck_server.arguments import BadArgument, flag, page_number
from refcheck_server.context import context, public_url
from refcheck_server.database import current_session
from refcheck_server.description.operations import JSON, Operation
from refcheck_server.errors import NotFound
from refcheck_server.fields import sent_fields
from refcheck_server.publication.views import pages
from refcheck_server.refstack import services
from refcheck_server.refstack.errors import AnonymousRefused
from refcheck_server.refstack.models import CPID, RefstackResult
from refcheck_server.refstack.reading import outcomes_of, read_sent
from refcheck_server.refstack.services import MISSING, MOST_PAGES, Filter
from refcheck_server.refstack.signers import signer_of
from refcheck_server.results.uploading import read_body

refstack = Views("refstack", __name__, url_prefix="/v1")
_TIME = "%Y-%m-%d %H:%M:%S"
_META_LIMIT = 200
_SIGNATURE = {
    "X-Signature": "RSA PKCS 1 v1.5 with SHA-256 over the body, hex.",
    "X-Public-Key": "The key, as OpenSSH writes it.",
}
_TEST = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "uuid": {"type": "string"}},
}
_SENT = {
    "type": "object",
    "required": ["cpid", "duration_seconds", "results"],
    "properties": {
        "cpid": {"type": "string", "minLength": 1, "maxLength": CPID},
        "duration_seconds": {"type": "integer", "minimum": 0},
        "results": {"type": "array", "minItems": 1, "items": _TEST},
    },
    "additionalProperties": False,
}


@refstack.post(
    "/results",
    Action.SEND_REFSTACK_RESULT,
    Operation(status=201, headers=_SIGNATURE, body=(JSON, _SENT), refusals=(401, 409)),
    strict_slashes=False,
)
def upload() -> tuple[dict[str, str], int]:
    """Take in the tests that passed; signed by X-Signature and X-Public-Key, or by nobody."""
    session, settings = current_session(), context().settings
    body = read_body(request, settings.upload_limit)
    signature = request.headers.get("X-Signature")
    key = signer_of(session, request.headers.get("X-Public-Key"), signature, body)
    if key is None and not settings.anonymous:
        raise AnonymousRefused(
            "this registry takes signed uploads only",
            where="X-Signature",
            next_step="Sign with a key that is registered here: `--sign KEY`.",
        )
    made = services.store(session, body, read_sent(body), key, signature, now=context().now())
    return {"test_id": made.id, "url": _page(made)}, 201


@refstack.get(
    "/results",
    Action.BROWSE,
    Operation(query=("page", "start_date", "end_date", "cpid", "signed"), token=False),
    strict_slashes=False,
)
def results() -> dict[str, Any]:
    """What is shared, newest first; with `signed` what the account of the token sent."""
    session, arguments = current_session(), request.args
    own = "signed" in arguments
    reader = require(Action.MANAGE_REFSTACK_RESULT) if own else current_principal()
    wanted = Filter(
        reader=reader,
        own=own,
        cpid=_cpid(arguments),
        since=_moment(arguments, "start_date"),
        until=_moment(arguments, "end_date"),
    )
    page = page_number(arguments, most=MOST_PAGES)
    rows, pages = services.list_results(session, wanted, page)
    return {
        "pagination": {"current_page": page, "total_pages": pages},
        "results": [_row(one, reader) for one in rows],
    }


@refstack.get(
    "/results/<uuid:result_id>", Action.BROWSE, Operation(token=False), strict_slashes=False
)
def result(result_id: object) -> dict[str, Any]:
    """One result: the names of its tests, and under `refcheck` what they come to."""
    session, reader = current_session(), current_principal()
    found = services.find(session, str(result_id), reader)
    verdict = services.judged(session, found, context().guidelines, at=context().now())
    return {
        **_row(found, reader),
        "duration_seconds": found.duration_seconds,
        "results": [one.name for one in outcomes_of(services.body_of(session, found))],
        "refcheck": {
            "missing": list(MISSING),
            "signature": _signature(found),
            "verdict": None if verdict is None else verdict.to_json(),
        },
    }


@refstack.delete(
    "/results/<uuid:result_id>",
    Action.MANAGE_REFSTACK_RESULT,
    Operation(status=204, media=None, token=True),
    strict_slashes=False,
)
def remove(result_id: object) -> tuple[str, int]:
    """Take back a result of the account's own."""
    session = current_session()
    found = services.own(session, str(result_id), current_principal())
    services.remove(session, found, now=context().now())
    return "", 204


@refstack.get(
    "/results/<uuid:result_id>/meta", Action.BROWSE, Operation(token=False), strict_slashes=False
)
def meta(result_id: object) -> dict[str, str]:
    """The metadata that is set."""
    return services.meta_of(_found(result_id))


@refstack.get(
    "/results/<uuid:result_id>/meta/<word:name>",
    Action.BROWSE,
    Operation(media="text/plain", token=False),
)
def meta_value(result_id: object, name: str) -> Response:
    """One key of the metadata; empty when it is not set."""
    return Response(services.meta_of(_found(result_id)).get(name, ""), mimetype="text/plain")


@refstack.post(
    "/results/<uuid:result_id>/meta/<word:name>",
    Action.MANAGE_REFSTACK_RESULT,
    Operation(
        status=201,
        media="text/html",
        token=True,
        body=("text/plain", {"type": "string", "maxLength": 200}),
    ),
)
def set_meta(result_id: object, name: str) -> tuple[str, int]:
    """Share a result (`shared`), or say what it is for (`guideline`, `target`)."""
    session = current_session()
    found = services.own(session, str(result_id), current_principal())
    value = read_body(request, _META_LIMIT).decode("ascii", "replace")
    services.change(session, found, {name: value}, context().guidelines, now=context().now())
    return "", 201


@refstack.delete(
    "/results/<uuid:result_id>/meta/<word:name>",
    Action.MANAGE_REFSTACK_RESULT,
    Operation(status=204, media=None, token=True),
)
def clear_meta(result_id: object, name: str) -> tuple[str, int]:
    """Take a key of the metadata back; a result without `shared` is private again."""
    session = current_session()
    found = services.own(session, str(result_id), current_principal())
    services.change(session, found, {name: None}, context().guidelines, now=context().now())
    return "", 204


def _found(result_id: object) -> RefstackResult:
    return services.find(current_session(), str(result_id), current_principal())


def _row(one: RefstackResult, reader: Principal) -> dict[str, Any]:
    owner = one.account_id is not None and one.account_id == reader.account_id
    return {
        "id": one.id,
        "created_at": one.created_at.strftime(_TIME),
        "meta": services.meta_of(one),
        "url": _page(one),
        "user_role": "owner" if owner else "user",
        **({"cpid": one.cpid} if owner else {}),
    }


def _signature(one: RefstackResult) -> dict[str, str] | None:
    if one.key is None or one.signature is None:
        return None
    return {"public_key": one.key.line, "signature": one.signature}


def _page(one: RefstackResult) -> str:
    return public_url("pages.refstack", result_id=one.id)


def _cpid(arguments: MultiDict[str, str]) -> str | None:
    value = arguments.get("cpid") or None
    if value is None or (len(value) <= CPID and value.isascii() and value.isprintable()):
        return value
    raise BadArgument("is no id of a cloud", where="cpid", next_step="Give it as it was sent.")


def _moment(arguments: MultiDict[str, str], name: str) -> datetime | None:
    value = arguments.get(name) or None
    if value is None:
        return None
    try:
        return datetime.strptime(value, _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadArgument(
            "is no time", where=name, next_step="Give it like 2026-11-20 12:00:00, in UTC."
        ) from error


@refstack.get("/guidelines", Action.BROWSE, Operation(), strict_slashes=False)
def guidelines() -> dict[str, Any]:
    """The guidelines by program: `powered` for the main ones, else the add-on's name."""
    by_program: dict[str, list[dict[str, str]]] = {}
    for one in context().guidelines.ids():
        addon = "" if one[0].isdigit() or "." not in one else one.split(".", 1)[0]
        entry = {"name": f"{one}.json", "file": f"{one}.json"}
        by_program.setdefault(addon or "powered", []).append(entry)
    return by_program


@refstack.get("/guidelines/<word:name>", Action.BROWSE, Operation(media="application/yaml"))
def guideline(name: str) -> Response:
    """A guideline; as YAML, whatever its name ends with, since that is what is judged by."""
    found = _guideline(name)
    return Response(library.document(found.id), mimetype="application/yaml")


@refstack.get(
    "/guidelines/<word:name>/tests",
    Action.BROWSE,
    Operation(media="text/plain", query=("target", "type", "alias", "flag")),
)
def tests(name: str) -> Response:
    """Test names of a guideline, one a line, as `refstack-client test --test-list` reads them.

    `target` is a program (platform if it is not given), `type` a list of statuses; `alias` adds
    other names, `flag` flagged tests.
    """
    found, arguments = _guideline(name), request.args
    target = arguments.get("target") or "platform"
    if target not in found.programs:
        raise BadArgument(
            "is no program of that guideline",
            where="target",
            next_step=f"Give {', '.join(found.programs)}.",
        )
    lines = list_tests(
        found,
        target=target,
        statuses=_statuses(arguments.get("type") or ""),
        flagged=_said(name="flag"),
        aliases=_said(name="alias"),
    )
    return Response("\n".join(lines), mimetype="text/plain")


def _guideline(name: str) -> Guideline:
    shelf = context().guidelines
    found = shelf.get(name.removesuffix(".json"))
    if found is None:
        raise NotFound(
            f"no guideline {name!r} is known here",
            next_step=f"Known are: {', '.join(shelf.ids())}.",
        )
    return found


def _statuses(text: str) -> tuple[Status, ...]:
    known = {status.value: status for status in Status}
    words = [word for word in text.split(",") if word]
    if any(word not in known for word in words):
        raise BadArgument("names no status", where="type", next_step=f"Give {', '.join(known)}.")
    return tuple(known[word] for word in words) or tuple(Status)


def _said(name: str) -> bool:
    value = request.args.get(name, "").lower()
    if value in {"true", "1"}:
        return True
    return False if value in {"false", "0", ""} else flag(request.args, name)


@pages.get("/refstack/<uuid:result_id>", Action.BROWSE, endpoint="refstack")
def page(result_id: object) -> str:
    """What passed, what is missing, and what it comes to."""
    session, reader, shelf = current_session(), current_principal(), context().guidelines
    found = services.find(session, str(result_id), reader)
    return render_template(
        "refstack.html",
        result=found,
        names=sorted(one.name for one in outcomes_of(services.body_of(session, found))),
        missing=services.MISSING,
        verdict=services.judged(session, found, shelf, at=context().now()),
        own=reader.is_known and found.account_id == reader.account_id,
        guidelines=shelf.ids(),
        programs=shelf.programs(),
    )


@pages.post("/refstack/<uuid:result_id>", Action.MANAGE_REFSTACK_RESULT)
def change_refstack(result_id: object) -> Answer:
    """Say who sees a result of one's own, and what it is for."""
    session, sent = current_session(), sent_fields()
    found = services.own(session, str(result_id), current_principal())
    meta = {name: sent.text(name, 64) or None for name in services.META}
    services.change(session, found, meta, context().guidelines, now=context().now())
    return redirect(url_for("pages.refstack", result_id=found.id), 303)
