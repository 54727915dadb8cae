"""What can be wrong with a product, its versions and its clouds."""

from __future__ import annotations

from http import HTTPStatus

from refcheck_server.errors import NotFound, RegistryFault


class NoSuchProduct(NotFound):
    """The vendor has no product, or the product no version, of that name."""


class CloudNotYours(RegistryFault):
    """Only whoever holds a cloud says what it runs."""

    status = HTTPStatus.FORBIDDEN


class LinkedMeanwhile(RegistryFault):
    """Two said at the same moment what a cloud runs."""

    status = HTTPStatus.CONFLICT


class NotLinked(NotFound):
    """The cloud does not run that version."""
