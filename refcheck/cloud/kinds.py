"""The kinds of things that tests create, and where the API creates and removes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AS_ADMINISTRATOR = "administrator:"
"""Before a service type: what an ordinary user may not do, and is sent for with other rights."""
DESCRIPTION = "description"
"""Where a thing that has no name can tell whose it is, if the cloud has that attribute."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource.

    Attributes:
        service: service type that owns it.
        path: collection path; POST there creates.
        key: the member that wraps it in requests and answers, "" when nothing does.
        id_field: what to delete it by.
        lingers: whether a deletion is accepted before it is done.
        name_field: the member that tells whose it is; "" when none does.
        member_of: the kind whose deletion takes this one along; its id is in the field KIND_id.
        deletes_members: query of a deletion that takes its members along.
    """

    service: str
    path: str
    key: str
    id_field: str = "id"
    lingers: bool = False
    name_field: str = "name"
    member_of: str = ""
    deletes_members: Mapping[str, str] = field(default_factory=dict)


KINDS = {
    "server": Kind("compute", "/servers", "server", lingers=True),
    "compute_security_group": Kind("compute", "/os-security-groups", "security_group"),
    "keypair": Kind("compute", "/os-keypairs", "keypair", id_field="name"),
    "volume": Kind(
        "block-storage", "/volumes", "volume", lingers=True, deletes_members={"cascade": "true"}
    ),
    "snapshot": Kind("block-storage", "/snapshots", "snapshot", lingers=True, member_of="volume"),
    "image": Kind("image", "/images", ""),
    "network": Kind("network", "/networks", "network"),
    "subnet": Kind("network", "/subnets", "subnet", member_of="network"),
    "port": Kind("network", "/ports", "port"),
    "router": Kind("network", "/routers", "router"),
    "security_group": Kind("network", "/security-groups", "security_group"),
    "security_group_rule": Kind(
        "network",
        "/security-group-rules",
        "security_group_rule",
        name_field="",
        member_of="security_group",
    ),
    "subnetpool": Kind("network", "/subnetpools", "subnetpool"),
    "floatingip": Kind("network", "/floatingips", "floatingip", name_field=DESCRIPTION),
    "project": Kind(f"{AS_ADMINISTRATOR}identity", "/projects", "project"),
    "user": Kind(f"{AS_ADMINISTRATOR}identity", "/users", "user"),
}
