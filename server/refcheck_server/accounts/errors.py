"""What can be wrong with an account, and with what speaks for one."""

from __future__ import annotations

from http import HTTPStatus

from refcheck.errors import WrongUse
from refcheck_server.errors import RegistryFault


class NotAuthenticated(RegistryFault):
    """Nobody knows who asks: no token, or one that this registry never gave out; no session."""

    status = HTTPStatus.UNAUTHORIZED
    headers = (("WWW-Authenticate", 'Bearer realm="refcheck registry"'),)


class NotAllowed(RegistryFault):
    """Whoever asks is known, and has no right to this."""

    status = HTTPStatus.FORBIDDEN


class TokenRefused(RegistryFault):
    """The token was good once: it is revoked or expired."""

    status = HTTPStatus.FORBIDDEN


class SigningKeyRefused(RegistryFault):
    """The result is signed, but by no key that counts for this account."""

    status = HTTPStatus.FORBIDDEN


class FormRefused(RegistryFault):
    """A form came without the token that this registry put into it."""

    status = HTTPStatus.FORBIDDEN


class SignInRefused(RegistryFault):
    """Nobody is signed in: what was given does not belong together, or proves nothing."""

    status = HTTPStatus.UNAUTHORIZED


class NoProvider(RegistryFault):
    """The registry uses no OpenID provider."""

    status = HTTPStatus.NOT_FOUND


class ProviderAway(RegistryFault):
    """The OpenID provider does not answer, or not as one."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class IdentityTaken(RegistryFault):
    """An identity leads to another account, or is all that an account has."""

    status = HTTPStatus.CONFLICT


class BadPassword(RegistryFault):
    """A new password that is too easy to guess, or the old one is not right."""


class BadSecondFactor(RegistryFault):
    """A one-time password does not fit the secret."""


class BadToken(RegistryFault):
    """A new token is asked for that there cannot be."""


class ChallengeRefused(RegistryFault):
    """The number that was signed to show that one holds a key does not count."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class KeyTaken(RegistryFault):
    """The key is registered already, here or elsewhere, or was revoked."""

    status = HTTPStatus.CONFLICT


class NotOneself(RegistryFault):
    """Somebody would lock themselves out."""

    status = HTTPStatus.CONFLICT


class NoSuchThing(RegistryFault):
    """The account has no such token, key or session."""

    status = HTTPStatus.NOT_FOUND


class AccountFault(WrongUse):
    """An administrator's command names an account, token or key that is not there, or is."""
