"""Why a result is not taken, or not found."""

from __future__ import annotations

from typing import Any

from refcheck_server.context import public_url
from refcheck_server.errors import NotFound, RegistryFault


class TooLarge(RegistryFault, status=413):
    """More bytes than the registry reads."""


class UnsupportedEncoding(RegistryFault, status=415):
    """The body is compressed in a way that is not read here."""


class BadStatement(RegistryFault):
    """The signed statement has a value that cannot be kept or shown."""


class UnknownSubject(RegistryFault, status=422):
    """The guideline or the program is not known here."""


class Duplicate(RegistryFault, status=409):
    """The same result is here already.

    Attributes:
        result_id: under which it is here.
    """

    def __init__(self, result_id: str) -> None:
        super().__init__(
            f"this result is here already, as {result_id}",
            next_step=f"Look at it: /results/{result_id}.",
        )
        self.result_id = result_id

    def details(self) -> dict[str, Any]:
        """Where the result is."""
        return {"id": self.result_id, "url": public_url("pages.result", result_id=self.result_id)}


class NotYours(RegistryFault, status=403):
    """Only the account that sent a result may do this."""


class NoSuchResult(NotFound):
    """No result has that id."""


class NoSuchCloud(NotFound):
    """No cloud has that digest."""


class BadDigest(RegistryFault):
    """What should name a cloud is no digest, too short a part of one, or fits several clouds."""


class BadLabel(RegistryFault):
    """A name for a cloud that cannot be shown."""


class BadNonce(RegistryFault, status=422):
    """The nonce in a result is not one that this registry waits for."""
