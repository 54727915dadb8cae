"""What can be wrong with an account, a token or a key."""

from __future__ import annotations

from http import HTTPStatus

from refcheck.errors import WrongUse
from refcheck_server.errors import RegistryFault


class NotAuthenticated(RegistryFault):
    """No token, or one that this registry never gave out."""

    status = HTTPStatus.UNAUTHORIZED
    headers = (("WWW-Authenticate", 'Bearer realm="refcheck registry"'),)


class TokenRefused(RegistryFault):
    """The token was good once: it is revoked or expired."""

    status = HTTPStatus.FORBIDDEN


class SigningKeyRefused(RegistryFault):
    """The result is signed, but by no key that counts for this account."""

    status = HTTPStatus.FORBIDDEN


class AccountFault(WrongUse):
    """An administrator's command names an account, token or key that is not there, or is."""
