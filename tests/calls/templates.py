"""A real path of a request as the template that API references write."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import unquote

_ACCOUNT = re.compile(r"^~/v1/[^/]+")
_VERSION = re.compile(r"v\d+(\.\d+)?")
_PARTS = re.compile(
    r"OS-FEDERATION|action|(add|remove)_(router_interface|extraroutes)|application_credentials"
    r"|catalog|deactivate|defaults?|detail|details\.json|diagnostics|domains|extra_specs|file"
    r"|groups|images?|import|ips|locations|members?|metadata|os-(instance-actions|interface"
    r"|security-groups|server-password|volume_attachments)|password|projects|reactivate"
    r"|remote-consoles|roles|stage|stores|summary|system|tags|tasks|tokens|topology|usage|users"
)
"""What may follow the first segment and is no id."""
_MEMBER = {
    "actions": "action",
    "extensions": "alias",
    "extra_specs": "key",
    "ips": "network_label",
    "metadata": "key",
    "os-instance-actions": "request_id",
    "os-interface": "port_id",
    "os-keypairs": "keypair_name",
    "os-quota-sets": "project_id",
    "os-volume_attachments": "volume_id",
    "quotas": "project_id",
    "schemas": "schema",
    "tags": "tag",
}
"""Collections whose members are not called after them; what follows is always a member."""
_FIRST = re.compile(r"[a-z][a-z_-]*|")


def template(kind: str, method: str, place: str) -> str:
    """A call as `network GET /networks/{network_id}`.

    Args:
        kind: service type.
        place: as `refcheck.cloud.schemas.place.place_of` writes it.
    """
    if kind == "object-store" and not place.endswith("/info"):
        # Somebody else's account is above ours.
        return f"{kind} {method} {_of_object_store(_ACCOUNT.sub('', place))}"
    if place.startswith("~"):
        return f"{kind} {method} {_above(place)}"
    path, action, name = place.partition("#")
    return f"{kind} {method} /{'/'.join(_segments(path.strip('/').split('/')))}{action}{name}"


def _above(place: str) -> str:
    """Above the version: the list of versions, one version, or a page beside them."""
    last = place.rstrip("/").rpartition("/")[2]
    return f"~/{'{version}' if _VERSION.fullmatch(last) else last.strip('~')}"


def _of_object_store(place: str) -> str:
    container, _, thing = unquote(place).strip("/").partition("/")
    return "/{account}" + "/{container}" * bool(container) + "/{object}" * bool(thing)


def _segments(parts: list[str]) -> list[str]:
    first = parts[0] if _FIRST.fullmatch(parts[0]) else "{path}"
    return [first, *(_segment(before, part) for before, part in pairwise(parts))]


def _segment(before: str, part: str) -> str:
    if before in _MEMBER and part not in ("detail", "defaults", "details.json"):
        return "{" + _MEMBER[before] + "}"
    return part if _PARTS.fullmatch(part) else "{" + _id_of(before) + "}"


def _id_of(collection: str) -> str:
    """`security-groups` → `security_group_id`."""
    name = collection.removeprefix("os-").replace("-", "_")
    name = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
    return f"{name}_id"
