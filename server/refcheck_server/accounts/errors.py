"""What can be wrong with an account, and with what speaks for one."""

from __future__ import annotations

from refcheck_server.errors import NotFound, RegistryFault


class NotAuthenticated(RegistryFault, status=401):
    """Nobody knows who asks: no token, or one that this registry never gave out; no session."""

    headers = (("WWW-Authenticate", 'Bearer realm="refcheck registry"'),)


class NotAllowed(RegistryFault, status=403):
    """Whoever asks has no right to this, or what they came with counts no more."""


class SigningKeyRefused(RegistryFault, status=403):
    """The result is signed, but by no key that counts for this account."""


class SignInRefused(RegistryFault, status=401):
    """Nobody is signed in: what was given does not belong together, or proves nothing."""


class ProviderAway(RegistryFault, status=503):
    """The OpenID provider does not answer, or not as one."""


class Taken(RegistryFault, status=409):
    """A key or an identity is somebody's already, or is all that an account has."""


class BadPassword(RegistryFault):
    """A new password that is too easy to guess, or the old one is not right."""


class BadSecondFactor(RegistryFault):
    """A one-time password does not fit the secret."""


class ChallengeRefused(RegistryFault, status=422):
    """The number that was signed to show that one holds a key does not count."""


class NotOneself(RegistryFault, status=409):
    """Somebody would lock themselves out."""


class NoSuchThing(NotFound):
    """There is no such account here, or it has no such token, key or session."""


class AccountFault(RegistryFault):
    """The name of a new account is taken, or cannot be one."""
