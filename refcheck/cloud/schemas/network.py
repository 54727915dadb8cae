"""The Networking API v2.0.

API reference: Networking API v2.0, "API versions", "Extensions", "Quotas extension (quotas)" and
"Availability zones" here; the resources are in the modules whose rules are joined here.
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas import network_l2, network_l3, network_security
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    COUNT,
    LINKS,
    TEXT,
    Shape,
    list_of,
    obj,
    one_of,
)

_VERSION: Final = obj(
    {
        "id": {"type": "string", "pattern": r"^v\d+\.\d+$"},
        "status": one_of("CURRENT", "SUPPORTED", "EXPERIMENTAL", "DEPRECATED"),
        "links": LINKS,
    }
)
_RESOURCE: Final = obj({"name": TEXT, "collection": TEXT, "links": LINKS})
_EXTENSION: Final = obj(
    # Authors of extensions write dates there that no calendar has.
    {"alias": TEXT, "name": TEXT, "description": TEXT, "updated": TEXT, "links": LINKS}
)
_LIMIT: Final[Shape] = {"type": "integer", "minimum": -1}
"""-1 is none."""
_USAGE: Final = obj({"limit": _LIMIT, "used": COUNT, "reserved": COUNT})
_ZONE: Final = obj(
    {
        "name": TEXT,
        "resource": one_of("network", "router"),
        "state": one_of("available", "unavailable"),
    }
)


def _quotas(shape: Shape) -> Shape:
    """Each extension's resource may have its quota, under its own name."""
    core = ("network", "subnet", "port")
    return obj({"quota": obj(dict.fromkeys(core, shape), rest=shape)})


RULES: Final[tuple[Rule, ...]] = (
    Rule("GET", "~/", (200,), obj({"versions": list_of(_VERSION)})),
    Rule("GET", "/", (200,), obj({"resources": list_of(_RESOURCE)})),
    Rule("GET", "/extensions", (200,), obj({"extensions": list_of(_EXTENSION)})),
    Rule(
        "GET",
        "/extensions#fields",
        (200,),
        obj({"extensions": list_of({**_EXTENSION, "required": []})}),
    ),
    Rule("GET", "/extensions/{alias}", (200,), obj({"extension": _EXTENSION})),
    Rule("GET", "/quotas/{project_id}", (200,), _quotas(_LIMIT)),
    Rule("GET", "/quotas/{project_id}/default", (200,), _quotas(_LIMIT)),
    Rule("GET", "/quotas/{project_id}/details.json", (200,), _quotas(_USAGE)),
    Rule("GET", "/availability_zones", (200,), obj({"availability_zones": list_of(_ZONE)})),
    *network_l2.RULES,
    *network_l3.RULES,
    *network_security.RULES,
)
