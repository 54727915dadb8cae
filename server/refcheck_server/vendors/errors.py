"""What can be wrong with a vendor, its members and its invitations."""

from __future__ import annotations

from http import HTTPStatus

from refcheck_server.errors import NotFound, RegistryFault


class NoSuchVendor(NotFound):
    """No vendor has that name."""


class NoSuchMember(NotFound):
    """That account does not belong to the vendor."""


class LastAdministrator(RegistryFault):
    """A vendor would be left without anyone who administers it."""

    status = HTTPStatus.CONFLICT


class AlreadyDecided(RegistryFault):
    """The vendor is what it would be made."""

    status = HTTPStatus.CONFLICT


class InvitationRefused(RegistryFault):
    """The link is unknown, used up, revoked or too old; which one is not told."""

    status = HTTPStatus.NOT_FOUND
