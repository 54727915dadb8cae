"""What can be wrong with a webhook, a feed or a mail address."""

from __future__ import annotations

from refcheck_server.errors import NotFound, RegistryFault


class NoSuchWebhook(NotFound):
    """The vendor has no such webhook, or that has no such delivery."""


class NoSuchFeed(NotFound):
    """The address of a feed is not, or no longer, one."""


class NoMail(RegistryFault, status=409):
    """This registry sends no mail."""


class NoWebhooks(RegistryFault, status=409):
    """This registry has no webhooks, or the vendor has as many as it may."""


class ConfirmationRefused(NotFound):
    """The link is unknown, used up or too old; which one is not told."""


class TooSoon(RegistryFault, status=409):
    """A mail was sent there a moment ago."""
