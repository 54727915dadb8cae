"""What can be wrong with a vendor, its members and its invitations."""

from __future__ import annotations

from refcheck_server.errors import NotFound, RegistryFault


class NoSuchVendor(NotFound):
    """No vendor has that name."""


class NoSuchMember(NotFound):
    """That account does not belong to the vendor."""


class LastAdministrator(RegistryFault, status=409):
    """A vendor would be left without anyone who administers it."""


class AlreadyDecided(RegistryFault, status=409):
    """The vendor is what it would be made."""


class InvitationRefused(NotFound):
    """The link is unknown, used up, revoked or too old; which one is not told."""
