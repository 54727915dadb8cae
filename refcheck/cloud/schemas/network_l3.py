"""Routers and their interfaces, and floating IPs.

API reference: Networking API v2.0, "Routers (routers)" and "Floating IPs (floatingips)".
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas.network_common import (
    FIXED_IPS,
    PORT_STATUS,
    PROJECT,
    STANDARD,
    resource,
)
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    CIDR,
    INTEGER,
    IP,
    MAC,
    TEXT,
    UUID,
    anything,
    list_of,
    mapping,
    nullable,
    obj,
    one_of,
)

_GATEWAY: Final = obj(
    {"network_id": UUID, "external_fixed_ips": FIXED_IPS},
    {"enable_snat": BOOLEAN, "qos_policy_id": nullable(UUID)},
)

ROUTER: Final = obj(
    {
        **PROJECT,
        "id": UUID,
        "name": TEXT,
        "admin_state_up": BOOLEAN,
        "status": one_of("ACTIVE", "ALLOCATING", "BUILD", "DOWN", "ERROR"),
        "external_gateway_info": nullable(_GATEWAY),
    },
    {
        **STANDARD,
        "availability_zone_hints": list_of(TEXT),
        "availability_zones": list_of(TEXT),
        "conntrack_helpers": list_of(mapping(anything())),
        "distributed": BOOLEAN,
        "enable_default_route_bfd": nullable(BOOLEAN),
        "enable_default_route_ecmp": nullable(BOOLEAN),
        "enable_ndp_proxy": nullable(BOOLEAN),
        "enable_snat": BOOLEAN,
        "evpn_vni": nullable(INTEGER),
        "external_gateways": list_of(_GATEWAY),
        "flavor_id": nullable(UUID),
        "ha": BOOLEAN,
        "routes": list_of(obj({"destination": CIDR, "nexthop": IP})),
        "service_type_id": nullable(UUID),
    },
)

_INTERFACE: Final = obj(
    {
        "id": UUID,
        "network_id": UUID,
        "port_id": UUID,
        "subnet_id": UUID,
        "subnet_ids": list_of(UUID),
    },
    {**PROJECT, "tags": list_of(TEXT)},
)

_PORT_DETAILS: Final = obj(
    {
        "name": TEXT,
        "network_id": UUID,
        "mac_address": MAC,
        "admin_state_up": BOOLEAN,
        "status": PORT_STATUS,
        "device_id": TEXT,
        "device_owner": TEXT,
    }
)
_PORT_FORWARDING: Final = obj(
    {"protocol": TEXT, "internal_ip_address": IP},
    {
        "id": UUID,
        "description": nullable(TEXT),
        "internal_port_id": UUID,
        "internal_port": INTEGER,
        "external_port": INTEGER,
        "internal_port_range": TEXT,
        "external_port_range": TEXT,
    },
)

FLOATING_IP: Final = obj(
    {
        **PROJECT,
        "id": UUID,
        "floating_network_id": UUID,
        "floating_ip_address": IP,
        "fixed_ip_address": nullable(IP),
        "port_id": nullable(UUID),
        "router_id": nullable(UUID),
        "status": one_of("ACTIVE", "DOWN", "ERROR"),
    },
    {
        **STANDARD,
        "distributed": nullable(BOOLEAN),
        "dns_domain": TEXT,
        "dns_name": TEXT,
        "port_details": nullable(_PORT_DETAILS),
        "port_forwardings": list_of(_PORT_FORWARDING),
        "qos_network_policy_id": nullable(UUID),
        "qos_policy_id": nullable(UUID),
    },
)

RULES: Final[tuple[Rule, ...]] = (
    *resource("router", ROUTER),
    Rule("PUT", "/routers/{router_id}/add_router_interface", (200,), _INTERFACE),
    Rule("PUT", "/routers/{router_id}/remove_router_interface", (200,), _INTERFACE),
    *resource("floatingip", FLOATING_IP),
)
