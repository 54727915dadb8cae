"""The kinds of things that tests create, and where the API creates and removes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource.

    Attributes:
        service: service type that owns it.
        path: collection path; POST there creates.
        key: the member that wraps it in requests and answers, "" when nothing does.
        id_field: what to delete it by.
        lingers: whether a deletion is accepted before it is done.
        named: whether it carries a name.
    """

    service: str
    path: str
    key: str
    id_field: str = "id"
    lingers: bool = False
    named: bool = True


KINDS = {
    "server": Kind("compute", "/servers", "server", lingers=True),
    "keypair": Kind("compute", "/os-keypairs", "keypair", id_field="name"),
    "volume": Kind("block-storage", "/volumes", "volume", lingers=True),
    "snapshot": Kind("block-storage", "/snapshots", "snapshot", lingers=True),
    "image": Kind("image", "/images", ""),
    "network": Kind("network", "/networks", "network"),
    "subnet": Kind("network", "/subnets", "subnet"),
    "port": Kind("network", "/ports", "port"),
    "router": Kind("network", "/routers", "router"),
    "security_group": Kind("network", "/security-groups", "security_group"),
    "security_group_rule": Kind(
        "network", "/security-group-rules", "security_group_rule", named=False
    ),
    "subnetpool": Kind("network", "/subnetpools", "subnetpool"),
    "floatingip": Kind("network", "/floatingips", "floatingip", named=False),
}
