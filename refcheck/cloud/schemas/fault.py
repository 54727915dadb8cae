"""How each service words a refusal.

Sources: "Faults" of the Compute API guide, "Synchronous faults" of Block Storage v3, "Faults" of
Networking v2, "HTTP status codes" of Identity v3. These are open objects: what matters is that a
client finds a message. Image and Object Storage promise no form (they answer HTML or text).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from refcheck.cloud.schemas.shape import COUNT, TEXT, Shape, either, list_of, mapping

_SAYS_WHY: Final[Shape] = {
    "type": "object",
    "properties": {"code": COUNT, "message": TEXT},
    "required": ["message"],
}
_ONE_FAULT: Final[Shape] = {**mapping(_SAYS_WHY), "minProperties": 1, "maxProperties": 1}
_IDENTITY: Final[Shape] = {
    "type": "object",
    "properties": {"error": _SAYS_WHY},
    "required": ["error"],
}
# A few plug-ins still send a text, or a list of texts, where the others send an object.
_NETWORK: Final[Shape] = {
    "type": "object",
    "properties": {"NeutronError": either(_SAYS_WHY, TEXT, list_of(TEXT)), "message": TEXT},
    "anyOf": [{"required": ["NeutronError"]}, {"required": ["message"]}],
}

FAULTS: Final[Mapping[str, Shape]] = {
    "identity": _IDENTITY,
    "compute": _ONE_FAULT,
    "block-storage": _ONE_FAULT,
    "network": _NETWORK,
}
"""Service type to the shape of its 4xx answers."""


def is_promised(kind: str, status: int) -> bool:
    """Whether a refusal with that status has the form of the service.

    A 401 of another service comes from whatever guards it, and a 5xx perhaps from a proxy.
    """
    return kind in FAULTS and 400 <= status < 500 and (status != 401 or kind == "identity")
