"""What a browser takes along when it leaves for the OpenID provider, and must bring back."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from refcheck_server.accounts import browser
from refcheck_server.accounts.oidc import refused


@dataclass(frozen=True, slots=True)
class Leaving:
    """One attempt to sign in.

    Attributes:
        onward: where to go afterwards, within the registry.
        to_link: the account that the identity shall be linked to; 0 to sign in with it.
        state: all of it, sealed with the browser's secret; no two attempts have the same.
    """

    onward: str | None
    to_link: int
    state: str

    @property
    def nonce(self) -> str:
        """What the ID token must hold."""
        return browser.derived(f"nonce {self.state}")

    @property
    def verifier(self) -> str:
        """What shows the provider that who brings the code is who left."""
        return browser.derived(f"verifier {self.state}")


def leave(onward: str | None, to_link: int, *, now: datetime) -> Leaving:
    """A new attempt of this browser."""
    text = json.dumps([onward, to_link, secrets.token_urlsafe(16)])
    sealed = browser.seal("state", base64.urlsafe_b64encode(text.encode()).decode(), now=now)
    return Leaving(onward, to_link, sealed)


def come_back(state: str, *, now: datetime) -> Leaving:
    """The attempt that this browser comes back from.

    Raises:
        SignInRefused: it never left with this state, or too long ago.
    """
    text = browser.unseal("state", state, now=now)
    if text is None:
        raise refused("this browser did not leave from here to sign in, or too long ago")
    onward, to_link, _ = json.loads(base64.urlsafe_b64decode(text))
    return Leaving(onward, to_link, state)
