"""Why nothing can be published, or a claim not taken back."""

from __future__ import annotations

from refcheck.errors import WrongUse


class PublicationFault(WrongUse):
    """The folder is not one that a tree can be published to, or somebody publishes there now."""


class NoSuchClaim(WrongUse):
    """There is no claim in force of that cloud and program."""
