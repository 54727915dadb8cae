"""What all resources of the Networking API v2.0 have in common.

API reference: Networking API, "General API overview": a resource has the attributes of its core
definition always, and those of an extension when the cloud has that extension. Only the core ones
are required here.
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    COUNT,
    IP,
    LINKS,
    OWNER,
    TEXT,
    TIME,
    UUID,
    Shape,
    list_of,
    nullable,
    obj,
    one_of,
)

IP_VERSION: Final[Shape] = {"enum": [4, 6]}
PROJECT: Final[dict[str, Shape]] = {"project_id": OWNER, "tenant_id": OWNER}
"""Whose it is; the older name is still written beside the newer one."""
STANDARD: Final[dict[str, Shape]] = {
    "created_at": TIME,
    "updated_at": TIME,
    "revision_number": COUNT,
    "description": nullable(TEXT),
    "tags": list_of(TEXT),
}
"""Extensions standard-attr-timestamp, -revisions, -description and -tag."""
PORT_STATUS: Final = one_of("ACTIVE", "BUILD", "DOWN", "ERROR", "N/A")
"""The last one is of ports that nothing is ever plugged into, such as a floating IP's."""
FIXED_IPS: Final = list_of(obj({"subnet_id": UUID, "ip_address": IP}))


def resource(name: str, shape: Shape) -> tuple[Rule, ...]:
    """The rules of a resource that is created, listed, shown, changed and deleted.

    Args:
        name: in the singular and with underscores, such as "security_group".
        shape: the resource as all of these answers have it.
    """
    many = f"{name}s"
    path = f"/{many.replace('_', '-')}"
    one = f"{path}/{{{name}_id}}"
    # One request creates one resource, or several (bulk).
    created = {**obj({}, {name: shape, many: list_of(shape)}), "minProperties": 1}
    part = {**shape, "required": []}
    return (
        Rule("POST", path, (201,), created),
        Rule("GET", path, (200,), _page(many, shape)),
        Rule("GET", f"{path}#fields", (200,), _page(many, part)),
        Rule("GET", one, (200,), obj({name: shape})),
        Rule("GET", f"{one}#fields", (200,), obj({name: part})),
        Rule("PUT", one, (200,), obj({name: shape})),
        Rule("DELETE", one, (204,), None),
    )


def _page(many: str, shape: Shape) -> Shape:
    return obj({many: list_of(shape)}, {f"{many}_links": LINKS})
