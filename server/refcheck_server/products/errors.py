"""What can be wrong with a product, its versions and its clouds."""

from __future__ import annotations

from refcheck_server.errors import NotFound, RegistryFault


class NoSuchProduct(NotFound):
    """The vendor has no product, or the product no version, of that name."""


class CloudNotYours(RegistryFault, status=403):
    """Only whoever holds a cloud says what it runs."""


class LinkedMeanwhile(RegistryFault, status=409):
    """Two said at the same moment what a cloud runs."""


class NotLinked(NotFound):
    """The cloud does not run that version."""
