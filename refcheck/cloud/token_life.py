"""A token is renewed before it expires, whatever our clock says.

How long it lives is the difference of two moments of the cloud's own clock; how old it is, we
measure. So a clock that goes wrong on either side neither uses up tokens nor lets them expire.
A token that ends before its time shows as a 401, which the SDK's session answers with a log-in.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from keystoneauth1.access import AccessInfo
from keystoneauth1.identity.base import BaseIdentityPlugin

MARGIN = 600.0
"""Seconds that a token should be good for when a test begins; half its life when that is less."""


class TokenLife:
    """Watches over the token of one plugin, whose own comparison of clocks it turns off.

    Args:
        now: seconds of a clock that only goes forward.
    """

    def __init__(
        self, plugin: BaseIdentityPlugin, now: Callable[[], float] = time.monotonic
    ) -> None:
        plugin.reauthenticate = False
        self._plugin = plugin
        self._now = now
        self._watched: AccessInfo | None = None
        self._since = 0.0

    def renew_if_old(self) -> None:
        """Drop a token that has too little left, so that the next request gets a new one."""
        token = self._plugin.auth_ref
        if token is None:
            return
        if token is not self._watched:
            self._watched, self._since = token, self._now()
        life = _life(token)
        if self._now() - self._since > max(life - MARGIN, life / 2):
            self._plugin.invalidate()


def _life(token: AccessInfo) -> float:
    """Seconds from issue to expiry; endless when the cloud does not say: a 401 will."""
    try:
        issued, expires = token.issued, token.expires
    except (KeyError, TypeError, ValueError):
        return math.inf
    return (expires - issued).total_seconds() if issued and expires else math.inf
