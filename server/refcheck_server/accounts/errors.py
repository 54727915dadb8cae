"""What can be wrong with an account, and with what speaks for one."""

from __future__ import annotations

from http import HTTPStatus

from refcheck_server.errors import RegistryFault


class NotAuthenticated(RegistryFault):
    """Nobody knows who asks: no token, or one that this registry never gave out; no session."""

    status = HTTPStatus.UNAUTHORIZED
    headers = (("WWW-Authenticate", 'Bearer realm="refcheck registry"'),)


class NotAllowed(RegistryFault):
    """Whoever asks has no right to this, or what they came with counts no more."""

    status = HTTPStatus.FORBIDDEN


class SigningKeyRefused(RegistryFault):
    """The result is signed, but by no key that counts for this account."""

    status = HTTPStatus.FORBIDDEN


class SignInRefused(RegistryFault):
    """Nobody is signed in: what was given does not belong together, or proves nothing."""

    status = HTTPStatus.UNAUTHORIZED


class ProviderAway(RegistryFault):
    """The OpenID provider does not answer, or not as one."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Taken(RegistryFault):
    """A key or an identity is somebody's already, or is all that an account has."""

    status = HTTPStatus.CONFLICT


class BadPassword(RegistryFault):
    """A new password that is too easy to guess, or the old one is not right."""


class BadSecondFactor(RegistryFault):
    """A one-time password does not fit the secret."""


class ChallengeRefused(RegistryFault):
    """The number that was signed to show that one holds a key does not count."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NotOneself(RegistryFault):
    """Somebody would lock themselves out."""

    status = HTTPStatus.CONFLICT


class NoSuchThing(RegistryFault):
    """There is no such account here, or it has no such token, key or session."""

    status = HTTPStatus.NOT_FOUND


class AccountFault(RegistryFault):
    """The name of a new account is taken, or cannot be one."""
