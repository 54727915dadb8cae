"""What verdicts are reached from, beside the results: the guidelines, byte for byte."""

from __future__ import annotations

from typing import Any

from flask import Response

from refcheck.guideline import library
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, public_url
from refcheck_server.description.operations import Operation
from refcheck_server.errors import NotFound
from refcheck_server.results.views import api


@api.get("/guidelines", Action.BROWSE, Operation())
def guidelines() -> dict[str, Any]:
    """The guidelines that results are judged by, each with its digest."""
    shelf = context().guidelines
    found = filter(None, map(shelf.get, shelf.ids()))
    return {
        "guidelines": [
            {
                "id": one.id,
                "sha256": one.sha256,
                "status": one.status,
                "programs": list(one.programs),
                "url": public_url("api.guideline", guideline_id=one.id),
            }
            for one in found
        ]
    }


@api.get("/guidelines/<word:guideline_id>", Action.BROWSE, Operation(media="application/yaml"))
def guideline(guideline_id: str) -> Response:
    """The bytes of a guideline: `refcheck judge --guideline` reads them."""
    if guideline_id not in context().guidelines.ids():
        raise NotFound(
            f"no guideline {guideline_id!r} is known here",
            next_step=f"Known are: {', '.join(context().guidelines.ids())}.",
        )
    return Response(
        library.document(guideline_id),
        mimetype="application/yaml",
        headers={"Content-Disposition": f'attachment; filename="{guideline_id}.yaml"'},
    )
