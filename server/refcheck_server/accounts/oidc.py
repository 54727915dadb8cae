"""Signing in at an OpenID provider: authorization code flow with PKCE.

Nothing is kept between leaving and coming back. The state carries what is needed, sealed with the
secret of the browser that left, and nonce and verifier are derived from both; so nobody can finish
what another browser began, and signing in, which renews the secret, ends it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from refcheck_server.accounts.errors import ProviderAway, SignInRefused
from refcheck_server.accounts.models import SUBJECT
from refcheck_server.settings import OpenIdSettings

_SECONDS = 5.0
_METADATA_GOOD_FOR = 3600.0
_LEEWAY = 60
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_STRONG = frozenset({"mfa", "otp", "hwk", "fido"})
"""Ways of authentication (RFC 8176) that are, or come with, a second factor."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever the provider says it is; issuer and subject together never change.

    Attributes:
        wanted_name: what to call a new account, as far as the provider knows.
        strong: the provider asked for a second factor.
    """

    issuer: str
    subject: str
    wanted_name: str
    strong: bool


class Provider:
    """The OpenID provider of this registry; its metadata and keys are asked for once an hour."""

    def __init__(self, settings: OpenIdSettings) -> None:
        self.settings = settings
        self._metadata: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._read_at = float("-inf")

    def address(self, *, returning: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in.

        Raises:
            ProviderAway: the provider does not tell where that is.
        """
        found, _ = self._session(returning).create_authorization_url(
            self._known()["authorization_endpoint"],
            state=state,
            nonce=nonce,
            code_verifier=verifier,
        )
        return str(found)

    def person(
        self, code: str, *, returning: str, nonce: str, verifier: str, now: datetime
    ) -> Person:
        """Whoever came back with this code.

        Raises:
            ProviderAway: the provider does not answer.
            SignInRefused: it refuses the code, or its answer proves nothing.
        """
        try:
            answer = self._session(returning).fetch_token(
                self._known()["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                timeout=_SECONDS,
                allow_redirects=False,  # the secret goes where the metadata say, and nowhere else
            )
        except requests.RequestException as error:
            raise self._away() from error
        except (AuthlibBaseError, ValueError) as error:
            raise refused("the provider refused the code") from error
        return self.read(str(answer.get("id_token", "")), nonce=nonce, now=now)

    def read(self, id_token: str, *, nonce: str, now: datetime) -> Person:
        """Whoever an ID token is about.

        Raises:
            SignInRefused: another signed it, or it is for another registry, another attempt to
                sign in, or no longer good.
        """
        try:
            token = self._decoded(id_token)
            checks = jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=_LEEWAY,
                iss={"essential": True, "value": self.settings.issuer},
                aud={"essential": True, "value": self.settings.client_id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            )
            checks.validate(token.claims)
        except (JoseError, ValueError) as error:
            raise refused("the provider's answer is not good") from error
        claims = token.claims
        if not 0 < len(claims["sub"]) <= SUBJECT or not claims["sub"].isprintable():
            raise refused("the provider's answer names nobody")
        if claims.get("azp", self.settings.client_id) != self.settings.client_id:
            raise refused("the provider's answer is for another application")
        ways = claims.get("amr")
        shown = isinstance(ways, list) and not _STRONG.isdisjoint(map(str, ways))
        return Person(
            claims["iss"],
            claims["sub"],
            str(claims.get("preferred_username") or claims.get("nickname") or ""),
            self.settings.second_factor or shown,
        )

    def _decoded(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._key_set(), algorithms=_ALGORITHMS)
        except JoseError:
            self._keys = None  # the provider may have a new key
            return jwt.decode(id_token, self._key_set(), algorithms=_ALGORITHMS)

    def _session(self, returning: str) -> Any:
        return OAuth2Session(  # type: ignore[no-untyped-call]
            self.settings.client_id,
            self.settings.client_secret,
            redirect_uri=returning,
            scope="openid profile",
            code_challenge_method="S256",
        )

    def _known(self) -> Mapping[str, Any]:
        if time.monotonic() - self._read_at > _METADATA_GOOD_FOR:
            found = self._get(f"{self.settings.issuer}/.well-known/openid-configuration")
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if found.get("issuer") != self.settings.issuer or not all(
                isinstance(found.get(name), str) for name in needed
            ):
                raise self._away()
            self._metadata, self._keys, self._read_at = found, None, time.monotonic()
        return self._metadata

    def _key_set(self) -> KeySet:
        if self._keys is None:
            try:
                self._keys = KeySet.import_key_set(self._get(self._known()["jwks_uri"]))  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise self._away() from error
        return self._keys

    def _get(self, address: str) -> Mapping[str, Any]:
        try:
            answer = requests.get(address, timeout=_SECONDS, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise self._away() from error
        if not isinstance(found, dict):
            raise self._away()
        return found

    def _away(self) -> ProviderAway:
        return ProviderAway(
            f"{self.settings.title} cannot be used to sign in at the moment",
            next_step="Try again in a minute, or sign in with a password.",
        )


def refused(fault: str) -> SignInRefused:
    """What to answer to who comes back with nothing that counts."""
    return SignInRefused(fault, next_step="Sign in again from this registry's page.")
