"""Networks, subnets, ports and subnet pools.

API reference: Networking API v2.0, "Networks", "Subnets", "Ports" and "Subnet pools extension
(subnetpools)".
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas.network_common import (
    FIXED_IPS,
    IP_VERSION,
    PORT_STATUS,
    PROJECT,
    STANDARD,
    resource,
)
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    CIDR,
    COUNT,
    INTEGER,
    IP,
    IP_RANGE,
    MAC,
    TEXT,
    UUID,
    WHOLE_NUMBER,
    Shape,
    anything,
    either,
    list_of,
    mapping,
    nullable,
    obj,
    one_of,
)

_SEGMENT: Final[dict[str, Shape]] = {
    "provider:network_type": TEXT,
    "provider:physical_network": nullable(TEXT),
    "provider:segmentation_id": nullable(INTEGER),
}
"""Extension provider; by default only administrators see it."""

NETWORK: Final = obj(
    {
        **PROJECT,
        "id": UUID,
        "name": TEXT,
        "admin_state_up": BOOLEAN,
        "shared": BOOLEAN,
        "status": one_of("ACTIVE", "BUILD", "DOWN", "ERROR"),
        "subnets": list_of(UUID),
    },
    {
        **STANDARD,
        **_SEGMENT,
        "segments": list_of(obj({}, _SEGMENT)),  # multi-provider
        "availability_zone_hints": list_of(TEXT),
        "availability_zones": list_of(TEXT),
        "dns_domain": TEXT,
        "ipv4_address_scope": nullable(UUID),
        "ipv6_address_scope": nullable(UUID),
        "is_default": BOOLEAN,  # auto-allocated-topology
        "l2_adjacency": BOOLEAN,
        "mtu": COUNT,
        "port_security_enabled": BOOLEAN,
        "project_default": BOOLEAN,  # project-default-networks
        "pvlan": BOOLEAN,
        "qinq": nullable(BOOLEAN),
        "qos_policy_id": nullable(UUID),
        "router:external": BOOLEAN,
        "vlan_transparent": nullable(BOOLEAN),
    },
)

_IPV6_MODE: Final = one_of("slaac", "dhcpv6-stateful", "dhcpv6-stateless", None)

SUBNET: Final = obj(
    {
        **PROJECT,
        "id": UUID,
        "name": TEXT,
        "network_id": UUID,
        "ip_version": IP_VERSION,
        "cidr": CIDR,
        "gateway_ip": nullable(IP),
        "enable_dhcp": BOOLEAN,
        "allocation_pools": list_of(obj({"start": IP, "end": IP})),
        "dns_nameservers": list_of(IP),
        "host_routes": list_of(obj({"destination": CIDR, "nexthop": IP})),
        "ipv6_address_mode": _IPV6_MODE,
        "ipv6_ra_mode": _IPV6_MODE,
        # The other text stands for a prefix that a router of the provider delegates.
        "subnetpool_id": either(UUID, one_of("prefix_delegation", None)),
    },
    {
        **STANDARD,
        "dns_publish_fixed_ip": BOOLEAN,
        "leak_routes": BOOLEAN,  # ovn-bgp
        "router:external": BOOLEAN,
        "segment_id": nullable(UUID),
        "service_types": list_of(TEXT),
    },
)

_VNIC_TYPES: Final = one_of(
    "normal",
    "direct",
    "macvtap",
    "baremetal",
    "direct-physical",
    "virtio-forwarder",
    "smart-nic",
    "vdpa",
    "accelerator-direct",
    "accelerator-direct-physical",
    "remote-managed",
)
_SUB_PORT: Final = obj(
    {"port_id": UUID, "segmentation_id": INTEGER, "segmentation_type": TEXT}, {"mac_address": MAC}
)
_BINDING: Final[dict[str, Shape]] = {
    "binding:host_id": TEXT,
    "binding:profile": mapping(anything()),
    "binding:vif_details": mapping(anything()),
    "binding:vif_type": TEXT,
    "binding:vnic_type": _VNIC_TYPES,
}

PORT: Final = obj(
    {
        **PROJECT,
        "id": UUID,
        "name": TEXT,
        "network_id": UUID,
        "mac_address": MAC,
        "admin_state_up": BOOLEAN,
        "status": PORT_STATUS,
        "device_id": TEXT,
        "device_owner": TEXT,
        "fixed_ips": FIXED_IPS,
    },
    {
        **STANDARD,
        **_BINDING,
        "allowed_address_pairs": list_of(obj({"ip_address": IP_RANGE, "mac_address": MAC})),
        "data_plane_status": one_of("ACTIVE", "DOWN", None),
        "device_profile": nullable(TEXT),
        "dns_assignment": nullable(
            list_of(obj({"hostname": TEXT, "ip_address": IP, "fqdn": TEXT}))
        ),
        "dns_domain": TEXT,
        "dns_name": TEXT,
        "extra_dhcp_opts": list_of(
            obj({"opt_name": TEXT, "opt_value": TEXT}, {"ip_version": IP_VERSION})
        ),
        "hardware_offload_type": one_of("switchdev", "", None),
        "hints": nullable(mapping(anything())),
        "ip_allocation": one_of("immediate", "deferred", "none"),
        "mac_learning_enabled": BOOLEAN,
        "numa_affinity_policy": one_of("required", "preferred", "legacy", "socket", None),
        "port_security_enabled": BOOLEAN,
        "propagate_uplink_status": nullable(BOOLEAN),
        "pvlan_community": nullable(TEXT),
        "pvlan_type": one_of("isolated", "promiscuous", "community", "", None),
        "qos_network_policy_id": nullable(UUID),
        "qos_policy_id": nullable(UUID),
        "resource_request": nullable(mapping(anything())),
        "security_groups": list_of(UUID),
        "trunk_details": obj({"trunk_id": UUID, "sub_ports": list_of(_SUB_PORT)}),
        "trusted": nullable(BOOLEAN),
        # The reference's name for what the service calls propagate_uplink_status.
        "uplink_status_propagation": BOOLEAN,
    },
)

_PREFIX_LENGTH: Final = either(COUNT, WHOLE_NUMBER)
"""A number, which the service writes as text except after a change."""

SUBNET_POOL: Final = obj(
    {
        **PROJECT,
        "id": UUID,
        "name": TEXT,
        "default_prefixlen": _PREFIX_LENGTH,
        "min_prefixlen": _PREFIX_LENGTH,
        "max_prefixlen": _PREFIX_LENGTH,
        "ip_version": IP_VERSION,
        "is_default": BOOLEAN,
        "prefixes": list_of(CIDR),
        "shared": BOOLEAN,
    },
    # The answer to a change has neither of the two.
    {**STANDARD, "address_scope_id": nullable(UUID), "default_quota": nullable(COUNT)},
)

RULES: Final[tuple[Rule, ...]] = (
    *resource("network", NETWORK),
    *resource("subnet", SUBNET),
    *resource("port", PORT),
    *resource("subnetpool", SUBNET_POOL),
)
