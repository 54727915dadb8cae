"""What can be wrong with a webhook, a feed or a mail address."""

from __future__ import annotations

from http import HTTPStatus

from refcheck_server.errors import NotFound, RegistryFault


class NoSuchWebhook(NotFound):
    """The vendor has no such webhook, or that has no such delivery."""


class NoSuchFeed(NotFound):
    """The address of a feed is not, or no longer, one."""


class NoMail(RegistryFault):
    """This registry sends no mail."""

    status = HTTPStatus.CONFLICT


class NoWebhooks(RegistryFault):
    """This registry has no webhooks, or the vendor has as many as it may."""

    status = HTTPStatus.CONFLICT


class ConfirmationRefused(RegistryFault):
    """The link is unknown, used up or too old; which one is not told."""

    status = HTTPStatus.NOT_FOUND


class TooSoon(RegistryFault):
    """A mail was sent there a moment ago."""

    status = HTTPStatus.CONFLICT
