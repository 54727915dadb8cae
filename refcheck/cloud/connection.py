"""Reaching a cloud that `clouds.yaml` describes."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import requests
from keystoneauth1 import exceptions as ks
from keystoneauth1.access import AccessInfo
from keystoneauth1.access.service_catalog import ServiceCatalog
from keystoneauth1.adapter import Adapter
from keystoneauth1.identity.base import BaseIdentityPlugin
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session
from urllib3.exceptions import InsecureRequestWarning

from refcheck import __version__
from refcheck.cloud import redaction
from refcheck.cloud.budget import OverBudget, within
from refcheck.cloud.catalogue import check_choice, with_version
from refcheck.cloud.exchange import Answer
from refcheck.cloud.login import incomplete, refusal
from refcheck.cloud.recorder import Recorder
from refcheck.cloud.schemas.checking import check
from refcheck.cloud.service import REQUEST_BUDGET, Service, to_answer
from refcheck.cloud.signals import HarnessFault
from refcheck.cloud.surroundings import SettledSession
from refcheck.cloud.token_life import TokenLife
from refcheck.cloud.transport import BoundedAdapter
from refcheck.errors import CloudConfigFault, RefcheckError, TargetUnreachable

if TYPE_CHECKING:  # half a second, which the processes that are handed a connection save
    from openstack.config.cloud_region import CloudRegion

_MAJOR_VERSIONS = {
    "identity": "3",
    "compute": "2",
    "image": "2",
    "block-storage": "3",
    # Not every cloud lets users read the network service's version document, and object storage
    # has none: the address in the catalogue must do.
    "network": None,
    "object-store": None,
}


@dataclass(frozen=True)
class Cloud:
    """A cloud that accepted our credentials.

    Attributes:
        read_entry: gives what clouds.yaml says of it.
        addresses: service type → where it was found; what is missing is asked for when needed.
    """

    name: str
    read_entry: Callable[[], CloudRegion]
    session: Session
    recorder: Recorder
    addresses: dict[str, str] = field(default_factory=dict)

    @cached_property
    def region(self) -> CloudRegion:
        """What clouds.yaml says of it."""
        return self.read_entry()

    def service(self, kind: str) -> Service:
        """One of its services; whether it exists shows at the first request."""
        return Service(kind, lambda: self._adapter(kind), self.recorder.note, self.budget)

    def renew(self) -> None:
        """See to it that the token lasts for a while: a test begins."""
        self._token_life.renew_if_old()

    @cached_property
    def _token_life(self) -> TokenLife:
        return TokenLife(self.identity_plugin)

    @property
    def project_id(self) -> str:
        """The project that the credentials are for."""
        return str(self.session.get_project_id())

    @property
    def user_id(self) -> str:
        """The user that the credentials are of."""
        return str(self.session.get_user_id())

    @property
    def token(self) -> str:
        """A token that is valid now. Secret."""
        return str(self.session.get_token())

    @property
    def access(self) -> AccessInfo:
        """What the identity service said when it let us in."""
        return self.identity_plugin.get_access(self.session)

    @cached_property
    def catalog(self) -> tuple[dict[str, Any], ...]:
        """The service catalogue as the identity service gave it."""
        catalog: ServiceCatalog = self.access.service_catalog
        return tuple(catalog.catalog)

    def log_in_as(self, user_id: str, password: str, project_id: str) -> Cloud:
        """The same cloud for another user, whose exchanges and secrets our recorder keeps too.

        Raises:
            RefcheckError: as `connect`.
        """
        auth = Password(
            str(self.identity_plugin.auth_url),
            user_id=user_id,
            password=password,
            project_id=project_id,
        )
        session = Session(
            auth, verify=self.session.verify, cert=self.session.cert, timeout=self.session.timeout
        )
        outfit(session, self.recorder)
        self.recorder.scrubber.know(password)
        other = Cloud(self.name, self.read_entry, session, self.recorder)
        _log_in(other)
        return other

    def log_in(self) -> Answer:
        """Log in once more with the same credentials; the raw answer, whose token is its own.

        Tests may revoke that token: nothing else uses it. Works with every kind of credentials,
        because the SDK's plugin sends the request.

        Raises:
            HarnessFault: the identity service does not answer at all.
        """
        answers: list[requests.Response] = []
        here = threading.get_ident()

        def keep(response: requests.Response, *_: object, **__: object) -> None:
            if threading.get_ident() == here:  # others may prepare something meanwhile
                answers.append(response)

        hooks = self.session.session.hooks["response"]
        hooks.append(keep)
        try:
            with within(self.budget):
                self.identity_plugin.get_auth_ref(self.session)
        except OverBudget as error:
            raise HarnessFault(
                f"network: the identity service had not answered after {self.budget:g} s"
            ) from error
        except (ks.ClientException, KeyError) as error:
            # A refusal, or an answer without a token, is for the test to judge.
            if not answers:
                raise HarnessFault(
                    f"network: the identity service does not answer ({error})"
                ) from error
        finally:
            hooks.remove(keep)
        answer = to_answer(answers[-1], "POST")
        self.recorder.note(check("identity", "POST", "/auth/tokens", None, answer))
        return answer

    @property
    def budget(self) -> float:
        """Seconds that one request may take."""
        return float(self.session.timeout or REQUEST_BUDGET)

    @property
    def identity_plugin(self) -> BaseIdentityPlugin:
        plugin = self.session.auth
        if not isinstance(plugin, BaseIdentityPlugin):
            raise CloudConfigFault(
                "its credentials come without a service catalogue",
                where=self.name,
                next_step="Use password, token or application credentials in clouds.yaml.",
            )
        return plugin

    def _adapter(self, kind: str) -> Adapter:
        if known := self.addresses.get(kind):
            return Adapter(self.session, service_type=kind, endpoint_override=known)
        major = _MAJOR_VERSIONS.get(kind)
        adapter = Adapter(
            self.session,
            service_type=kind,
            interface=self.region.get_interface(kind),
            region_name=self.region.get_region_name(kind),
            endpoint_override=self.region.get_endpoint(kind),
            min_version=major,
            max_version=f"{major}.latest" if major else None,
        )
        if address := adapter.get_endpoint():
            self.addresses[kind] = with_version(kind, address, self.project_id)
            adapter.endpoint_override = self.addresses[kind]
        return adapter


def connect(name: str, beside: Cloud | None = None) -> Cloud:
    """Log in to the cloud of that name in `clouds.yaml`.

    Args:
        beside: another connection to the same cloud, whose recorder keeps the exchanges of this
            one too, and whose documents of versions are not asked for again.

    Raises:
        CloudConfigFault: no such cloud, or its entry is incomplete.
        CredentialsRefused, CertificateRefused, TargetUnreachable: as the cloud answers.
    """
    from refcheck.cloud.entry import region_of, session_of

    region = region_of(name)
    recorder = beside.recorder if beside else Recorder()
    session = session_of(name, region, recorder.scrubber)
    outfit(session, recorder)
    if beside:  # its constructor takes this, but the SDK calls that
        session._discovery_cache = beside.session._discovery_cache  # noqa: SLF001
    # The SDK tells on standard error what becomes our error message.
    logging.getLogger("keystoneauth").setLevel(logging.CRITICAL)
    cloud = Cloud(name, lambda: region, session, recorder)
    try:
        _log_in(cloud)
    except RefcheckError as error:
        # Some clouds repeat in a refusal what they were sent.
        error.fault = recorder.scrubber.scrub(error.fault)
        raise
    return cloud


def outfit(session: Session, recorder: Recorder) -> None:
    """Give a session our limits, our name and our recorder."""
    session.timeout = session.timeout or REQUEST_BUDGET
    session.user_agent = f"refcheck/{__version__}"
    session.session = SettledSession()
    for scheme in ("http://", "https://"):
        session.session.mount(scheme, BoundedAdapter(recorder.hindrances, 0.75 * session.timeout))
    recorder.watch(session.session)
    if session.verify is False:
        # Said once, as a fact of the result, and not with every request.
        warnings.simplefilter("ignore", InsecureRequestWarning)


def _log_in(cloud: Cloud) -> None:
    """Get the first token, and see that it is good for something."""
    address = str(cloud.region.config["auth"].get("auth_url"))
    where = f"{cloud.name} at {redaction.url(address)}"
    budget = float(cloud.session.timeout or REQUEST_BUDGET)
    if "://" not in address:
        raise incomplete(cloud.name, ValueError(f"auth_url {address!r} has no http:// or https://"))
    cloud.renew()  # from here on no clock of ours decides about tokens
    auth = cloud.region.config["auth"]
    if cloud.region.config.get("auth_type") == "password" and not auth.get("password"):
        raise incomplete(cloud.name, ValueError("it has no password"))
    try:
        with within(budget):
            cloud.session.get_token()
            catalog = cloud.catalog
    except ks.ClientException as error:
        raise refusal(cloud.name, where, error) from error
    except OverBudget as error:
        raise TargetUnreachable(
            f"the identity service had not answered after {budget:g} s",
            where=where,
            next_step="Check auth_url and the network, then try again.",
        ) from error
    except Exception as error:  # the SDK's plugins raise what they like at strange answers
        raise TargetUnreachable(
            f"what answers there is no identity service ({type(error).__name__}: {error})",
            where=where,
            next_step="Check auth_url.",
        ) from error
    if not catalog or not cloud.session.get_project_id():
        raise CloudConfigFault(
            "the credentials are for no project: they come without a service catalogue",
            where=cloud.name,
            next_step="Give project_name and its domain in clouds.yaml.",
        )
    check_choice(cloud.name, cloud.catalog, cloud.region)
