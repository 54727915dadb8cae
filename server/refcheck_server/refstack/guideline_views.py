"""`/v1/guidelines`: the lists of tests that RefStack's client runs by."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from refcheck.guideline import library
from refcheck.guideline.listing import list_tests
from refcheck.guideline.model import Guideline, Status
from refcheck_server.accounts.rights import Action
from refcheck_server.arguments import BadArgument, flag
from refcheck_server.context import context
from refcheck_server.description.operations import Operation
from refcheck_server.errors import NotFound
from refcheck_server.refstack.views import refstack


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
