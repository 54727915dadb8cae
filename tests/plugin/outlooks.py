"""Small clouds and tests, for what looks ahead of a run."""

from refcheck.cloud.discovery import Facts
from refcheck.cloud.quotas import Quotas, Room
from refcheck.cloud.site import Site
from refcheck.plugin.calls import Recorded
from refcheck.plugin.catalogue import Card
from refcheck.plugin.needs import needs_of
from refcheck.result.events import Selected

IMAGE = {"id": "i1", "name": "small", "size": 1 << 20}
NANO = {"id": "f1", "name": "nano", "vcpus": 1, "ram": 64}
MICRO = {"id": "f2", "name": "micro", "vcpus": 2, "ram": 128}
BOOT = {"image": IMAGE, "image_alt": None, "flavor": NANO, "flavor_alt": MICRO}


def site(*, found=None, problems=None, rooms=None, absent=(), troubled=None, **told):
    """A cloud that lacks nothing but what is said."""
    facts = {"boot": BOOT, "external_network": {"id": "n", "name": "public"}, "versions": {}}
    return Site(
        facts=Facts({**facts, **(found or {})}, problems or {}),
        quotas=Quotas({kind: Room(*room) for kind, room in (rooms or {}).items()}),
        absent=frozenset(absent),
        troubled=troubled or {},
        features=told.get("features", frozenset({"slo"})),
        extensions=told.get("extensions", frozenset({"dns"})),
        latency=told.get("latency", 0.05),
    )


def recorded(*calls, seconds=1.0, requests=2, **members):
    return Recorded("passed", calls=calls, seconds=seconds, requests=requests, **members)


def card(one=None, *, fixtures=()):
    """A test that was recorded so; None for one that was not."""
    needs = needs_of(one, fixtures)
    return Card("t1", "test_it", "capabilities/x.py:1", "", (), needs, one)


def selected(test_id="t1", service="compute", *, implemented=True):
    return Selected(test_id, f"tempest.{test_id}", service, implemented)
