"""Handing a connection over to another process, which then neither logs in nor looks around.

What is handed over holds a token: it goes from process to process and into no file.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from keystoneauth1 import exceptions as ks
from keystoneauth1.access import AccessInfo
from keystoneauth1.identity.base import BaseIdentityPlugin
from keystoneauth1.session import Session

from refcheck.cloud.connection import Cloud, outfit
from refcheck.cloud.recorder import Recorder
from refcheck.errors import RefcheckError

if TYPE_CHECKING:
    from openstack.config.cloud_region import CloudRegion


@dataclass(frozen=True, slots=True)
class Handed:
    """A connection as plain values.

    Attributes:
        name: in clouds.yaml, where the other process finds the credentials should it need them.
        state: what the identity service said, token included. Secret.
        addresses: service type → where it was found.
        verify: as in `requests`: whether certificates are checked, or against which file.
        cert: as in `requests`: our own certificate.
        timeout: seconds that one request may take.
    """

    name: str
    auth_url: str
    state: str = field(repr=False)
    addresses: Mapping[str, str]
    verify: bool | str | None
    cert: Any
    timeout: float


def hand(cloud: Cloud) -> Handed:
    """The connection, to be taken by another process."""
    plugin = cloud.identity_plugin
    return Handed(
        name=cloud.name,
        auth_url=str(plugin.auth_url),
        state=plugin.get_auth_state() or "",
        addresses=dict(cloud.addresses),
        verify=cloud.session.verify,
        cert=cloud.session.cert,
        timeout=cloud.budget,
    )


def take(handed: Handed, recorder: Recorder | None = None) -> Cloud:
    """The connection, without a request. Credentials are read when its token is of no use.

    Args:
        recorder: keeps its exchanges beside those of another connection; else it has its own.
    """
    recorder = recorder or Recorder()
    plugin = _Handed(handed, recorder)
    session = Session(plugin, verify=handed.verify, cert=handed.cert, timeout=handed.timeout)
    outfit(session, recorder)
    logging.getLogger("keystoneauth").setLevel(logging.CRITICAL)
    cloud = Cloud(handed.name, plugin.entry, session, recorder, dict(handed.addresses))
    recorder.scrubber.know(cloud.token)
    cloud.renew()
    return cloud


class _Handed(BaseIdentityPlugin):
    """Has another process's token, and logs in by itself once that is not taken any more."""

    def __init__(self, handed: Handed, recorder: Recorder) -> None:
        super().__init__(auth_url=handed.auth_url, reauthenticate=False)
        self._name = handed.name
        self._recorder = recorder
        self.set_auth_state(handed.state)

    def get_auth_ref(self, session: Session) -> AccessInfo:
        """Log in.

        Raises:
            keystoneauth1.exceptions.ClientException: the cloud does not let us in.
        """
        return self._own.get_auth_ref(session)

    def entry(self) -> CloudRegion:
        """What clouds.yaml says.

        Raises:
            keystoneauth1.exceptions.Unauthorized: nothing that could be used.
        """
        from refcheck.cloud.entry import region_of

        try:
            return region_of(self._name)
        except RefcheckError as error:
            raise ks.Unauthorized(f"they are not at hand: {error}") from error

    @cached_property
    def _own(self) -> BaseIdentityPlugin:
        from refcheck.cloud.entry import session_of

        session = session_of(self._name, self.entry(), self._recorder.scrubber)
        return cast("BaseIdentityPlugin", session.auth)  # as was the one that logged in first
