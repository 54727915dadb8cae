"""What a run has left in a cloud, asked of the cloud and not of the run's own ledger."""

from __future__ import annotations

from refcheck.cloud.connection import Cloud

_LISTS = (
    ("compute", "/servers", "servers"),
    ("block-storage", "/volumes", "volumes"),
    ("block-storage", "/snapshots", "snapshots"),
    ("image", "/images", "images"),
    ("network", "/networks", "networks"),
    ("network", "/ports", "ports"),
    ("network", "/routers", "routers"),
    ("network", "/security-groups", "security_groups"),
    ("network", "/subnetpools", "subnetpools"),
)


def leftovers(cloud: Cloud) -> list[str]:
    """Names of everything in the project that begins as the names of runs do."""
    names = []
    for kind, path, key in _LISTS:
        names += [f"{path}: {one['name']}" for one in cloud.service(kind).get(path)[key]]
    floating = cloud.service("network").get("/floatingips")["floatingips"]
    names += [f"/floatingips: {one['description']}" for one in floating]
    keypairs = cloud.service("compute").get("/os-keypairs")["keypairs"]
    names += [f"/os-keypairs: {one['keypair']['name']}" for one in keypairs]
    listing = cloud.service("object-store").get("", params={"format": "json"})
    names += [f"container: {one['name']}" for one in listing.json]
    return [name for name in names if ": rc-" in name]
