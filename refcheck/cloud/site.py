"""What a cloud offers a run: asked once, read only, before anything is decided or created."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from keystoneauth1 import exceptions as ks
from keystoneauth1.adapter import Adapter

from refcheck.cloud import quotas
from refcheck.cloud.connection import Cloud
from refcheck.cloud.discovery import Facts, Overrides, discover
from refcheck.cloud.quotas import Quotas
from refcheck.cloud.service import Service
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault

PATIENCE = 10.0
"""Seconds that one request may take; whoever only looks does not want to wait for long."""

_PROBES = {
    "identity": "/auth/catalog",
    "compute": "/limits",
    "image": "/images?limit=1",
    "network": "/networks?limit=1",
    "block-storage": "/limits",
    "object-store": "",
}
"""Service type → what every user of a project may ask it, in an answer of few bytes."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a service is of no use to us now, or a fact is not known.

    Attributes:
        kind: `network`, `quota`, `credentials`, `configuration` or `service`: who has to do
            something about it.
    """

    kind: str
    reason: str

    @classmethod
    def of(cls, fault: str) -> Trouble:
        """Read a reason that begins with whose fault it is."""
        word, _, reason = fault.partition(": ")
        return cls("service" if word == "cloud" else word, reason)


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that was found.

    Attributes:
        absent: types of services that the catalogue does not have.
        troubled: service type → why it is of no use.
        features: parts of the object store's /info; None when it does not tell.
        extensions: aliases of the network service's; None when it does not tell.
        latency: seconds that the median answer took.
    """

    facts: Facts
    quotas: Quotas
    absent: frozenset[str]
    troubled: Mapping[str, Trouble]
    features: frozenset[str] | None
    extensions: frozenset[str] | None
    latency: float


def look(cloud: Cloud, overrides: Overrides = Overrides()) -> Site:  # noqa: B008 - frozen
    """Look at every service; about 25 requests, none of which writes.

    Raises:
        CloudConfigFault: an override names something that the cloud does not have.
    """
    seconds: list[float] = []

    def time(response: requests.Response, *_: object, **__: object) -> None:
        seconds.append(response.elapsed.total_seconds())

    hooks = cloud.session.session.hooks["response"]
    hooks.append(time)
    # A service that hangs is asked once.
    cloud.session.timeout = min(float(cloud.session.timeout or PATIENCE), PATIENCE)
    try:
        absent, troubled = _probe(cloud)
        silent = frozenset(k for k, one in troubled.items() if one.kind in ("network", "quota"))
        known = _Known(
            cloud.name, cloud.read_entry, cloud.session, cloud.recorder, cloud.addresses, silent
        )
        facts = discover(known, overrides)
        return Site(
            facts=facts,
            quotas=quotas.free(known),
            absent=absent,
            troubled=troubled,
            features=_listed(facts, "object_store_features"),
            extensions=_listed(facts, "network_extensions"),
            latency=statistics.median(seconds),
        )
    finally:
        hooks.remove(time)


@dataclass(frozen=True)
class _Known(Cloud):
    """A cloud of which some services are known not to answer: they are not asked again."""

    silent: frozenset[str] = frozenset()

    def service(self, kind: str) -> Service:
        if kind not in self.silent:
            return super().service(kind)

        def fail() -> Adapter:
            raise ks.ConnectFailure("nor did it before")

        return Service(kind, fail)


def _probe(cloud: Cloud) -> tuple[frozenset[str], dict[str, Trouble]]:
    absent, troubled = set(), {}
    for kind, path in _PROBES.items():
        service = cloud.service(kind)
        try:
            answer = service.get(path) if path else service.head(path)
        except Absent:
            absent.add(kind)
        except HarnessFault as fault:
            troubled[kind] = Trouble.of(str(fault))
        except CloudFault as fault:
            troubled[kind] = Trouble("service", str(fault))
        else:
            said = f"{answer.call} answered {answer.status} {answer.message}".rstrip()
            if answer.status in (401, 403):
                troubled[kind] = Trouble("credentials", f"it lets this user do nothing: {said}")
            elif answer.status >= 500:
                troubled[kind] = Trouble("service", said)
    return frozenset(absent), troubled


def _listed(facts: Facts, fact: str) -> frozenset[str] | None:
    return frozenset(facts.found[fact]) if fact in facts.found else None
