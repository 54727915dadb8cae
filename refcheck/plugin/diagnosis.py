"""What `refcheck doctor` says of a cloud, group by group: who, the services, things, quotas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from refcheck.cloud.certificates import valid_until
from refcheck.cloud.check import Check, Sign
from refcheck.cloud.site import Trouble
from refcheck.plugin.forecast import label
from refcheck.plugin.identities import roles_of
from refcheck.plugin.outlook import Outlook
from refcheck.plugin.planning import MOST_WORKERS, Planner

SERVICES = ("identity", "compute", "image", "network", "block-storage", "object-store")
_TOLERATED_SKEW = 300
"""Seconds; what identity services and their signed tokens commonly forgive."""
_RENEW_WITHIN = timedelta(days=14)
_READING_ROLES = frozenset({"reader"})
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def diagnose(outlook: Outlook, planner: Planner, now: datetime) -> dict[str, list[Check]]:
    """Group → its checks, in the order in which a reader wants them.

    Args:
        now: for the validity of certificates.
    """
    return {
        "Who": list(_who(outlook, planner)),
        "Services": [*_services(outlook), *_clock(outlook), *_tls(outlook, valid_until, now)],
        "What tests use": list(_things(outlook)),
        "Quotas": list(_quotas(outlook, planner)),
    }


def _who(outlook: Outlook, planner: Planner) -> Iterator[Check]:
    access = outlook.cloud.access
    roles = roles_of(outlook.cloud)
    told = ", ".join(sorted(roles)) or "none"
    yield Check(
        Sign.GOOD, "user", f"{access.username or access.user_id} of {access.user_domain_name}"
    )
    yield Check(Sign.GOOD, "project", f"{access.project_name} of {access.project_domain_name}")
    if roles and roles <= _READING_ROLES:
        yield Check(
            Sign.BAD, "roles", f"{told}: may read, and create nothing", "credentials",
            "Ask for the role of a member of the project.",
        )  # fmt: skip
    else:
        yield Check(Sign.GOOD, "roles", told)
    yield from _token(outlook, planner)
    yield from _others(outlook)


def _token(outlook: Outlook, planner: Planner) -> Iterator[Check]:
    access = outlook.cloud.access
    if not access.expires or not access.issued:
        yield Check(Sign.OPEN, "token", "the cloud does not say how long it lasts")
        return
    life = access.expires - access.issued
    expected = timedelta(seconds=planner.expectation(1).seconds)
    renewable = outlook.cloud.region.config.get("auth_type") not in ("token", "v3token")
    if life > expected:
        yield Check(Sign.GOOD, "token", f"lasts {_span(life)}, longer than a run")
    elif renewable:
        yield Check(
            Sign.NOTE, "token", f"lasts {_span(life)}, a run up to {_span(expected)}: renewed then"
        )
    else:
        yield Check(
            Sign.BAD, "token", f"lasts {_span(life)}, a run up to {_span(expected)}", "credentials",
            "Use a password or application credentials, whose tokens can be renewed.",
        )  # fmt: skip


def _others(outlook: Outlook) -> Iterator[Check]:
    others = outlook.others
    if others.second:
        yield Check(Sign.GOOD, "second identity", f"{others.second}, given")
    elif others.administrator:
        yield Check(Sign.GOOD, "second identity", f"made by {others.administrator} when needed")
    else:
        yield Check(
            Sign.OPEN, "second identity", "none", "credentials",
            "Name another user of another project with --os-cloud-alt.",
        )  # fmt: skip
    if others.administrator:
        yield Check(Sign.GOOD, "administrator", f"{others.administrator}, to make users only")
    else:
        yield Check(
            Sign.OPEN, "administrator", "none", "credentials",
            "Name with --os-cloud-admin who may make users.",
        )  # fmt: skip


def _services(outlook: Outlook) -> Iterator[Check]:
    site = outlook.site
    wanted = {one.test.service for one in outlook.forecasts}
    for kind in (*SERVICES, *sorted(wanted - set(SERVICES))):
        if kind in site.absent:
            sign = Sign.BAD if kind in wanted else Sign.NOTE
            step = "Offer the service, or choose another target." if kind in wanted else ""
            yield Check(sign, kind, "not in the catalogue", "service", step)
        elif kind in site.troubled:
            trouble = site.troubled[kind]
            yield Check(
                Sign.BAD, kind, trouble.reason, trouble.kind,
                f"Look into the {kind} service and its endpoint in the catalogue.",
            )  # fmt: skip
        else:
            yield Check(Sign.GOOD, kind, _offer(outlook, kind))


def _offer(outlook: Outlook, kind: str) -> str:
    """Version, microversions, and where it answers."""
    told = outlook.site.facts.found["versions"].get(kind) or {}
    words = [f"version {told['version']}"] if told.get("version") else []
    if told.get("max"):
        words.append(f"microversions {told.get('min')} to {told['max']}")
    adapter = outlook.cloud.session
    region = outlook.cloud.region
    address = adapter.get_endpoint(
        service_type=kind,
        interface=region.get_interface(kind),
        region_name=region.get_region_name(kind),
    )
    parts = urlsplit(str(address or ""))
    words.append(f"{parts.scheme}://{parts.netloc}")
    return ", ".join(words)


def _clock(outlook: Outlook) -> Iterator[Check]:
    skew = outlook.cloud.recorder.skew.seconds
    if skew is None:
        yield Check(Sign.OPEN, "clock", "no answer carries a date")
    elif abs(skew) > _TOLERATED_SKEW:
        way = "ahead of" if skew > 0 else "behind"
        yield Check(
            Sign.NOTE, "clock", f"the cloud's is {_span(timedelta(seconds=abs(skew)))} {way} ours",
            "configuration", "Have both clocks set by NTP: tests of times may fail.",
        )  # fmt: skip
    else:
        yield Check(Sign.GOOD, "clock", f"{abs(skew)} s apart")


def _tls(
    outlook: Outlook, ends_of: Callable[[set[str]], dict[str, datetime | None]], now: datetime
) -> Iterator[Check]:
    region = outlook.cloud.region
    addresses = {str(region.config["auth"].get("auth_url"))}
    addresses |= {
        str(endpoint.get("url"))
        for entry in outlook.cloud.catalog
        for endpoint in entry["endpoints"]
        if endpoint.get("interface") == "public"
        and endpoint.get("region") in (None, region.get_region_name(entry["type"]))
    }
    plain = {urlsplit(one).hostname or "" for one in addresses if one.startswith("http://")}
    if plain - _LOOPBACK:
        yield Check(
            Sign.NOTE, "TLS", f"none at {', '.join(sorted(plain))}: passwords travel in the clear",
            "configuration", "Offer the service over https.",
        )  # fmt: skip
    elif plain:
        yield Check(Sign.GOOD, "TLS", "not needed on this machine itself")
    if outlook.cloud.session.verify is False:
        yield Check(
            Sign.NOTE, "TLS", "certificates are not checked (`verify: false`)", "configuration",
            "Name the authority as `cacert` in clouds.yaml.",
        )  # fmt: skip
    ends = [(end, place) for place, end in ends_of(addresses).items() if end]
    if not ends:
        return
    end, place = min(ends)
    if end - now < _RENEW_WITHIN:
        yield Check(
            Sign.NOTE, "TLS", f"the certificate of {place} ends on {end:%Y-%m-%d}",
            "configuration", "Renew it.",
        )  # fmt: skip
    else:
        yield Check(Sign.GOOD, "TLS", f"certificates are valid, the first ends on {end:%Y-%m-%d}")


def _things(outlook: Outlook) -> Iterator[Check]:
    facts = outlook.site.facts
    boot = facts.found.get("boot")
    if boot:
        image, flavor = boot["image"], boot["flavor"]
        yield Check(Sign.GOOD, "image to boot", f"{image['name']}, {_size(image['size'])}")
        yield Check(Sign.GOOD, "flavor to boot", _flavor(flavor))
        for topic, key in (("second image", "image_alt"), ("second flavor", "flavor_alt")):
            other = boot[key]
            if other:
                told = _flavor(other) if "vcpus" in other else other["name"]
                yield Check(Sign.GOOD, topic, told)
    for fact, reason in facts.problems.items():
        topic = "image and flavor" if fact == "boot" else fact.replace("_", " ")
        trouble = Trouble.of(reason)
        yield Check(Sign.BAD, topic, trouble.reason, trouble.kind)
    external = facts.found.get("external_network")
    if external:
        yield Check(Sign.GOOD, "external network", str(external["name"]))
    elif "external_network" not in facts.problems:
        yield Check(
            Sign.BAD, "external network", "none", "configuration",
            "Ask the operator to share one with the project.",
        )  # fmt: skip
    if outlook.site.extensions is not None:
        yield Check(
            Sign.GOOD, "extensions", f"{len(outlook.site.extensions)} of the network service"
        )
    if outlook.site.features is not None:
        yield Check(
            Sign.GOOD, "features", f"{len(outlook.site.features)} in the object store's /info"
        )


def _quotas(outlook: Outlook, planner: Planner) -> Iterator[Check]:
    short = [need for need in planner.needs(1) if not need.fits]
    for need in short:
        yield Check(
            Sign.BAD, label(need.kind),
            f"a run with one worker takes up to {need.peak}, half of what is free is {need.half}",
            "quota",
            f"Raise the quota from {need.limit} to {(need.used or 0) + 2 * need.peak}, or free"
            " some.",
        )  # fmt: skip
    for kind, reason in outlook.site.quotas.untold.items():
        if kind not in outlook.site.absent and kind not in outlook.site.troubled:
            yield Check(Sign.OPEN, kind, f"its quotas are not told: {reason}")
    if not short:
        yield Check(Sign.GOOD, "room", f"for {workers_that_fit(planner)} in half of it")


def workers_that_fit(planner: Planner) -> str:
    """How many workers half of what is free is enough for, in words."""
    most = planner.workers_that_fit()
    return f"{most} worker{'s' * (most != 1)}{' or more' * (most == MOST_WORKERS)}"


def _flavor(flavor: dict[str, object]) -> str:
    plural = "s" * (flavor["vcpus"] != 1)
    return f"{flavor['name']}, {flavor['vcpus']} vCPU{plural}, {flavor['ram']} MiB"


def _size(octets: object) -> str:
    return f"{int(str(octets or 0)) / (1 << 20):,.1f} MiB"


def _span(time: timedelta) -> str:
    """A time for people: `23 h`, `15 min`, `40 s`."""
    seconds = int(time.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
