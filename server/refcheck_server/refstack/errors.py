"""Why an upload of RefStack's client is not taken, or a result not found."""

from __future__ import annotations

from typing import Any

from refcheck.errors import WrongUse
from refcheck_server.context import public_url
from refcheck_server.errors import NotFound, RegistryFault


class BadUpload(RegistryFault):
    """The body is not what RefStack's client sends."""


class BadSigner(RegistryFault, status=401):
    """The signature headers do not go together, or not with the body, or with no account."""


class AnonymousRefused(RegistryFault, status=401):
    """This registry takes signed uploads only."""


class Duplicate(RegistryFault, status=409):
    """The same sender sent the same body before."""

    def __init__(self, result_id: str) -> None:
        super().__init__(
            f"this result is here already, as {result_id}",
            next_step=f"Look at it: /refstack/{result_id}.",
        )
        self.result_id = result_id

    def details(self) -> dict[str, Any]:
        """Where the result is."""
        return {
            "test_id": self.result_id,
            "url": public_url("pages.refstack", result_id=self.result_id),
        }


class NoSuchResult(NotFound):
    """No result of RefStack's client has that id, or it is another account's and not shared."""


class NotYours(RegistryFault, status=403):
    """Only the account that signed a result may change it."""


class BadMeta(RegistryFault):
    """A key of the metadata that there is not, or a value that it cannot have."""


class BadKey(WrongUse):
    """A file that holds no RSA key of OpenSSH's form, or one that is registered already."""
