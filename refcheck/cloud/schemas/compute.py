"""The Compute API v2.1, at every microversion.

API reference: Compute API v2.1, "API Versions" and "Extensions (extensions) (DEPRECATED)" here;
the rest is in the modules whose rules are joined here.
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas import (
    compute_actions,
    compute_offers,
    compute_parts,
    compute_project,
    compute_servers,
)
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import LINKS, TEXT, TIME, Shape, list_of, obj, one_of

_MICROVERSION: Final[Shape] = {"type": "string", "pattern": r"^(\d+\.\d+)?$"}
"""Empty for a version that has none."""
_VERSION: Final[dict[str, Shape]] = {
    "id": {"type": "string", "pattern": r"^v\d+\.\d+$"},
    "status": one_of("CURRENT", "SUPPORTED", "DEPRECATED"),
    "links": LINKS,
    "min_version": _MICROVERSION,
    "version": _MICROVERSION,
    "updated": TIME,
}
_MEDIA: Final = list_of(obj({"base": TEXT, "type": TEXT}))
_DOCUMENT: Final = obj({"version": obj({**_VERSION, "media-types": _MEDIA})})
_EXTENSION: Final = obj(
    {"alias": TEXT, "name": TEXT, "description": TEXT, "updated": TIME, "links": LINKS},
    {"namespace": TEXT},
)

RULES: Final[tuple[Rule, ...]] = (
    Rule("GET", "~/", (200,), obj({"versions": list_of(obj(_VERSION))})),
    # The endpoint is the version's own address, or has the project below it.
    Rule("GET", "/", (200,), _DOCUMENT),
    Rule("GET", "~/v2.1", (200,), _DOCUMENT),
    Rule("GET", "/extensions", (200,), obj({"extensions": list_of(_EXTENSION)})),
    Rule("GET", "/extensions/{alias}", (200,), obj({"extension": _EXTENSION})),
    *compute_servers.RULES,
    *compute_actions.RULES,
    *compute_parts.RULES,
    *compute_project.RULES,
    *compute_offers.RULES,
)
