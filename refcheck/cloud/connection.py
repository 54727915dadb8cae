"""Reaching a cloud that `clouds.yaml` describes."""

from __future__ import annotations

import difflib
import logging
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import openstack.config
import requests
import yaml
from keystoneauth1 import exceptions as ks
from keystoneauth1.access.service_catalog import ServiceCatalog
from keystoneauth1.adapter import Adapter
from keystoneauth1.identity.base import BaseIdentityPlugin
from keystoneauth1.session import Session
from openstack.config.cloud_region import CloudRegion
from openstack.exceptions import ConfigException, SDKException

from refcheck import __version__
from refcheck.cloud import redaction
from refcheck.cloud.budget import OverBudget, within
from refcheck.cloud.exchange import Answer
from refcheck.cloud.recorder import Recorder
from refcheck.cloud.service import REQUEST_BUDGET, Service, to_answer
from refcheck.cloud.signals import HarnessFault
from refcheck.cloud.transport import BoundedAdapter
from refcheck.errors import (
    CertificateRefused,
    CloudConfigFault,
    CredentialsRefused,
    RefcheckError,
    TargetUnreachable,
)

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
    """A cloud that accepted our credentials."""

    name: str
    region: CloudRegion
    session: Session
    recorder: Recorder

    def service(self, kind: str) -> Service:
        """One of its services; whether it exists shows at the first request."""
        return Service(kind, lambda: self._adapter(kind))

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

    @cached_property
    def catalog(self) -> tuple[dict[str, Any], ...]:
        """The service catalogue as the identity service gave it."""
        catalog: ServiceCatalog = self._identity_plugin.get_access(self.session).service_catalog
        return tuple(catalog.catalog)

    def log_in(self) -> Answer:
        """Log in once more with the same credentials; the raw answer, whose token is its own.

        Tests may revoke that token: nothing else uses it. Works with every kind of credentials,
        because the SDK's plugin sends the request.

        Raises:
            HarnessFault: the identity service does not answer at all.
        """
        answers: list[requests.Response] = []

        def keep(response: requests.Response, *_: object, **__: object) -> None:
            answers.append(response)

        hooks = self.session.session.hooks["response"]
        hooks.append(keep)
        try:
            self._identity_plugin.get_auth_ref(self.session)
        except (ks.ClientException, KeyError) as error:
            # A refusal, or an answer without a token, is for the test to judge.
            if not answers:
                reason = f"network: the identity service does not answer ({error})"
                raise HarnessFault(reason) from error
        finally:
            hooks.remove(keep)
        return to_answer(answers[-1], "POST")

    @property
    def _identity_plugin(self) -> BaseIdentityPlugin:
        plugin = self.session.auth
        if not isinstance(plugin, BaseIdentityPlugin):
            raise CloudConfigFault(
                "its credentials come without a service catalogue",
                where=self.name,
                next_step="Use password, token or application credentials in clouds.yaml.",
            )
        return plugin

    def _adapter(self, kind: str) -> Adapter:
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
        if kind == "network":
            adapter.endpoint_override = _with_version(adapter.get_endpoint(), "v2.0")
        return adapter


def _with_version(address: str | None, version: str) -> str | None:
    if not address or address.rstrip("/").endswith(f"/{version}"):
        return address
    return f"{address.rstrip('/')}/{version}"


def connect(name: str) -> Cloud:
    """Log in to the cloud of that name in `clouds.yaml`.

    Raises:
        CloudConfigFault: no such cloud, or its entry is incomplete.
        CredentialsRefused, CertificateRefused, TargetUnreachable: as the cloud answers.
    """
    region = _region(name)
    try:
        session = region.get_session()
    except (SDKException, ks.ClientException) as error:
        raise _incomplete(name, error) from error
    session.timeout = REQUEST_BUDGET
    session.user_agent = f"refcheck/{__version__}"
    for scheme in ("http://", "https://"):
        session.session.mount(scheme, BoundedAdapter())
    recorder = Recorder()
    recorder.watch(session.session)
    for key, value in region.config["auth"].items():
        if redaction.is_secret(key):
            recorder.scrubber.know(value)
    # The SDK tells on standard error what becomes our error message.
    logging.getLogger("keystoneauth").setLevel(logging.CRITICAL)
    cloud = Cloud(name, region, session, recorder)
    _log_in(cloud)
    return cloud


def _log_in(cloud: Cloud) -> None:
    """Get the first token, and see that it is good for something."""
    address = str(cloud.region.config["auth"].get("auth_url"))
    where = f"{cloud.name} at {address}"
    if "://" not in address:
        raise _incomplete(
            cloud.name, ValueError(f"auth_url {address!r} has no http:// or https://")
        )
    auth = cloud.region.config["auth"]
    if cloud.region.config.get("auth_type") == "password" and not auth.get("password"):
        raise _incomplete(cloud.name, ValueError("it has no password"))
    try:
        with within(REQUEST_BUDGET):
            cloud.session.get_token()
            catalog = cloud.catalog
    except ks.ClientException as error:
        raise _refusal(cloud.name, address, error) from error
    except OverBudget as error:
        raise TargetUnreachable(
            f"the identity service had not answered after {REQUEST_BUDGET:g} s",
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
    _check_region(cloud)


def _check_region(cloud: Cloud) -> None:
    endpoints = [endpoint for entry in cloud.catalog for endpoint in entry["endpoints"]]
    for kind, wanted in (
        ("region", cloud.region.get_region_name()),
        ("interface", cloud.region.get_interface()),
    ):
        words = [wanted] if isinstance(wanted, str) else wanted or []
        known = sorted({str(endpoint.get(kind)) for endpoint in endpoints})
        if words and not any(str(word).removesuffix("URL") in known for word in words):
            raise CloudConfigFault(
                f"its catalogue has no {kind} {' or '.join(map(str, words))!r}",
                where=cloud.name,
                next_step=f"Set `{kind}_name` or leave it away; there are: {', '.join(known)}."
                if kind == "region"
                else f"Set `interface` or leave it away; there are: {', '.join(known)}.",
            )


def _region(name: str) -> CloudRegion:
    _check_named_file()
    try:
        config = openstack.config.OpenStackConfig()
        known = [cloud for cloud in config.get_cloud_names() if cloud]
        if name not in known and name != "envvars":
            near = difflib.get_close_matches(name, known, n=3) or sorted(known)[:5]
            raise CloudConfigFault(
                f"clouds.yaml has no cloud {name!r}",
                where=str(config.config_filename or "clouds.yaml"),
                next_step=f"Did you mean {', '.join(near)}?"
                if near
                else "Describe it in ./clouds.yaml or ~/.config/openstack/clouds.yaml.",
            )
        region: CloudRegion = config.get_one(cloud=name)
    except (SDKException, ConfigException, ks.ClientException) as error:
        raise _incomplete(name, error) from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CloudConfigFault(
            f"clouds.yaml cannot be read ({error})",
            where=name,
            next_step="Mend the file; `openstack --os-cloud NAME catalog list` should work.",
        ) from error
    if not isinstance(region.config.get("auth"), dict):
        raise _incomplete(name, ValueError("it has no `auth`"))
    return region


def _check_named_file() -> None:
    """The SDK passes over a file that it cannot read, and then takes another one: say so."""
    named = os.environ.get("OS_CLIENT_CONFIG_FILE")
    if not named:
        return
    try:
        yaml.safe_load(Path(named).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CloudConfigFault(
            f"cannot be read ({' '.join(str(error).split())})",
            where=named,
            next_step="Mend the file that OS_CLIENT_CONFIG_FILE names, or unset the variable.",
        ) from error


def _incomplete(name: str, error: Exception) -> RefcheckError:
    return CloudConfigFault(
        f"its entry in clouds.yaml does not suffice ({error})",
        where=name,
        next_step="Give auth_url and credentials; see the openstacksdk documentation.",
    )


def _refusal(name: str, auth_url: str, error: ks.ClientException) -> RefcheckError:
    where = f"{name} at {auth_url}"
    if isinstance(error, ks.SSLError) and "WRONG_VERSION_NUMBER" in str(error):
        return TargetUnreachable(
            "it does not speak TLS there",
            where=where,
            next_step="Write http:// in auth_url, or give the port that speaks TLS.",
        )
    if isinstance(error, ks.SSLError):
        return CertificateRefused(
            f"its TLS certificate is not accepted ({_innermost(error)})",
            where=where,
            next_step="Renew the certificate, or name its authority as `cacert` in clouds.yaml.",
        )
    if isinstance(error, ks.Unauthorized | ks.Forbidden):
        return CredentialsRefused(
            f"the cloud refuses the credentials ({error.message})",
            where=where,
            next_step="Check user, password, project and domains in clouds.yaml.",
        )
    if isinstance(error, ks.MissingRequiredOptions | ks.MissingAuthPlugin):
        return _incomplete(name, error)
    if isinstance(error, ks.HttpError):
        return TargetUnreachable(
            f"the identity service answers {error.http_status} to a login",
            where=where,
            next_step="Look into the identity service's log.",
        )
    return TargetUnreachable(
        f"the identity service does not answer ({_innermost(error)})",
        where=where,
        next_step="Check auth_url and the network, then try again.",
    )


def _innermost(error: BaseException) -> str:
    """The first cause: the outer layers of HTTP libraries only repeat the address."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error) or type(error).__name__
