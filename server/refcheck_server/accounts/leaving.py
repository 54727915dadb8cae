"""What a browser takes along when it leaves for the OpenID provider, and must bring back."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from refcheck_server.accounts import browser
from refcheck_server.accounts.errors import SignInRefused

GOOD_FOR = 600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """One attempt to sign in.

    Attributes:
        left: when, in seconds since 1970.
        number: no two attempts have the same.
        onward: where to go afterwards, within the registry.
        to_link: the account that the identity shall be linked to; 0 to sign in with it.
    """

    left: int
    number: str
    onward: str | None
    to_link: int

    @property
    def state(self) -> str:
        """All of it, sealed with the browser's secret."""
        body = base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()
        return f"{body}.{browser.derived(f'state {body}')}"

    @property
    def nonce(self) -> str:
        """What the ID token must hold."""
        return browser.derived(f"nonce {self.number}")

    @property
    def verifier(self) -> str:
        """What shows the provider that who brings the code is who left."""
        return browser.derived(f"verifier {self.number}")


def leave(onward: str | None, to_link: int, *, now: datetime) -> Leaving:
    """A new attempt of this browser."""
    return Leaving(int(now.timestamp()), secrets.token_urlsafe(16), onward, to_link)


def come_back(state: str, *, now: datetime) -> Leaving:
    """The attempt that this browser comes back from.

    Raises:
        SignInRefused: it never left with this state, or too long ago.
    """
    body, _, seal = state.partition(".")
    if not hmac.compare_digest(seal.encode(), browser.derived(f"state {body}").encode()):
        raise _refused("this browser did not leave from here to sign in")
    found = Leaving(**json.loads(base64.urlsafe_b64decode(body)))
    if not 0 <= now.timestamp() - found.left <= GOOD_FOR:
        raise _refused("signing in took too long")
    return found


def _refused(fault: str) -> SignInRefused:
    return SignInRefused(fault, next_step="Sign in again from this registry's page.")
