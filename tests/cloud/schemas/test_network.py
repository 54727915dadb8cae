"""What the Networking API declares is taken, and everything else is found."""

import pytest

from refcheck.cloud.schemas import network
from refcheck.cloud.schemas.findings import NOTHING
from tests.cloud.schemas.lies import ID, LINKS, PROJECT, TIME, Example, without_example

FREE = frozenset(
    [
        "alias",
        "availability_zone_hints",
        "availability_zones",
        "binding:host_id",
        "binding:vif_type",
        "collection",
        "description",
        "device_id",
        "device_owner",
        "device_profile",
        "dns_domain",
        "dns_name",
        "external_port_range",
        "fqdn",
        "hostname",
        "internal_port_range",
        "name",
        "opt_name",
        "opt_value",
        "protocol",
        "provider:network_type",
        "provider:physical_network",
        "pvlan_community",
        "rel",
        "segmentation_type",
        "service_types",
        "tags",
        "updated",
    ]
)
OPEN = frozenset({"binding:profile", "binding:vif_details", "hints", "quota", "resource_request"})
ADDRESS = {"subnet_id": ID, "ip_address": "10.0.0.4"}
ROUTE = {"destination": "198.51.100.0/24", "nexthop": "10.0.0.5"}
PROJECT_IDS = {"project_id": PROJECT, "tenant_id": PROJECT}
STANDARD = {
    "created_at": TIME,
    "updated_at": TIME,
    "revision_number": 3,
    "description": "",
    "tags": ["a"],
}
SEGMENT = {
    "provider:network_type": "vlan",
    "provider:physical_network": "physnet1",
    "provider:segmentation_id": 7,
}
NAMED = {**PROJECT_IDS, "id": ID, "name": "one"}

NETWORK = {
    **NAMED,
    "admin_state_up": True,
    "shared": False,
    "status": "ACTIVE",
    "subnets": [ID],
}
NETWORK_EXTENSIONS = {
    **STANDARD,
    **SEGMENT,
    "segments": [SEGMENT],
    "availability_zone_hints": ["nova"],
    "availability_zones": ["nova"],
    "dns_domain": "my-domain.example.",
    "ipv4_address_scope": None,
    "ipv6_address_scope": ID,
    "is_default": False,
    "l2_adjacency": True,
    "mtu": 1450,
    "port_security_enabled": True,
    "project_default": False,
    "pvlan": False,
    "qinq": False,
    "qos_policy_id": ID,
    "router:external": False,
    "vlan_transparent": None,
}
SUBNET = {
    **NAMED,
    "network_id": ID,
    "ip_version": 6,
    "cidr": "2001:db8::/64",
    "gateway_ip": "2001:db8::1",
    "enable_dhcp": True,
    "allocation_pools": [{"start": "2001:db8::2", "end": "2001:db8::9"}],
    "dns_nameservers": ["192.0.2.53"],
    "host_routes": [ROUTE],
    "ipv6_address_mode": "slaac",
    "ipv6_ra_mode": None,
    "subnetpool_id": "prefix_delegation",
}
SUBNET_EXTENSIONS = {
    **STANDARD,
    "dns_publish_fixed_ip": False,
    "leak_routes": False,
    "router:external": False,
    "segment_id": ID,
    "service_types": ["compute:nova"],
}
PORT = {
    **NAMED,
    "network_id": ID,
    "mac_address": "fa:16:3e:a2:47:9f",
    "admin_state_up": True,
    "status": "DOWN",
    "device_id": "",
    "device_owner": "compute:nova",
    "fixed_ips": [ADDRESS],
}
PORT_EXTENSIONS = {
    **STANDARD,
    "allowed_address_pairs": [{"ip_address": "10.0.0.9/8", "mac_address": "fa:16:3e:a2:47:9f"}],
    "binding:host_id": "compute1",
    "binding:profile": {},
    "binding:vif_details": {},
    "binding:vif_type": "ovs",
    "binding:vnic_type": "normal",
    "data_plane_status": None,
    "device_profile": None,
    "dns_assignment": [{"hostname": "h", "ip_address": "10.0.0.4", "fqdn": "h.example."}],
    "dns_domain": "",
    "dns_name": "",
    "extra_dhcp_opts": [{"opt_name": "mtu", "opt_value": "9000", "ip_version": 4}],
    "hardware_offload_type": None,
    "hints": None,
    "ip_allocation": "immediate",
    "mac_learning_enabled": True,
    "numa_affinity_policy": "preferred",
    "port_security_enabled": True,
    "propagate_uplink_status": None,
    "pvlan_community": None,
    "pvlan_type": None,
    "qos_network_policy_id": None,
    "qos_policy_id": ID,
    "resource_request": None,
    "security_groups": [ID],
    "trunk_details": {
        "trunk_id": ID,
        "sub_ports": [
            {
                "port_id": ID,
                "segmentation_id": 7,
                "segmentation_type": "vlan",
            }
        ],
    },
    "trusted": None,
    "uplink_status_propagation": False,
}
SUBNET_POOL = {
    **NAMED,
    "default_prefixlen": "24",
    "min_prefixlen": 8,
    "max_prefixlen": "32",
    "ip_version": 4,
    "is_default": False,
    "prefixes": ["10.0.0.0/8"],
    "shared": False,
}
GATEWAY = {
    "network_id": ID,
    "external_fixed_ips": [ADDRESS],
    "enable_snat": True,
    "qos_policy_id": ID,
}
ROUTER = {
    **NAMED,
    "admin_state_up": True,
    "status": "ACTIVE",
    "external_gateway_info": GATEWAY,
}
ROUTER_EXTENSIONS = {
    **STANDARD,
    "availability_zone_hints": ["nova"],
    "availability_zones": ["nova"],
    "conntrack_helpers": [],
    "distributed": False,
    "enable_default_route_bfd": None,
    "enable_default_route_ecmp": None,
    "enable_ndp_proxy": None,
    "enable_snat": True,
    "evpn_vni": None,
    "external_gateways": [GATEWAY],
    "flavor_id": None,
    "ha": True,
    "routes": [ROUTE],
    "service_type_id": None,
}
INTERFACE = {"id": ID, "network_id": ID, "port_id": ID, "subnet_id": ID, "subnet_ids": [ID]}
FLOATING_IP = {
    **PROJECT_IDS,
    "id": ID,
    "floating_network_id": ID,
    "floating_ip_address": "172.24.4.228",
    "fixed_ip_address": None,
    "port_id": ID,
    "router_id": None,
    "status": "ACTIVE",
}
FORWARDING_RANGES = {"internal_port_range": "80:90", "external_port_range": "8080:8090"}
FORWARDING = {
    "description": "",
    "internal_port_id": ID,
    "internal_port": 25,
    "external_port": 2225,
    **FORWARDING_RANGES,
}
DETAILS = (
    "name",
    "network_id",
    "mac_address",
    "admin_state_up",
    "status",
    "device_id",
    "device_owner",
)
FLOATING_IP_EXTENSIONS = {
    **STANDARD,
    "distributed": None,
    "dns_domain": "",
    "dns_name": "",
    "port_details": {name: PORT[name] for name in DETAILS},
    "port_forwardings": [{"protocol": "tcp", "internal_ip_address": "10.0.0.4", **FORWARDING}],
    "qos_network_policy_id": None,
    "qos_policy_id": None,
}
SECURITY_GROUP_RULE = {
    **PROJECT_IDS,
    "id": ID,
    "security_group_id": ID,
    "direction": "ingress",
    "ethertype": "IPv4",
    "protocol": "tcp",
    "port_range_min": 80,
    "port_range_max": None,
    "remote_group_id": None,
    "remote_ip_prefix": "10.0.0.5/24",
}
SECURITY_GROUP_RULE_EXTENSIONS = {
    **STANDARD,
    "belongs_to_default_sg": False,
    "normalized_cidr": "10.0.0.0/24",
    "remote_address_group_id": None,
    "standard_attr_id": 15,
}
SECURITY_GROUP = {
    **NAMED,
    "description": "Default security group",
    "security_group_rules": [SECURITY_GROUP_RULE],
}
SECURITY_GROUP_EXTENSIONS = {
    **{name: STANDARD[name] for name in ("created_at", "updated_at", "revision_number", "tags")},
    "shared": False,
    "stateful": True,
}


def example(call, body, optional=()):
    return Example("network", call, body, frozenset(optional), FREE, OPEN)


def examples_of(name, core, extensions):
    """All answers about a resource; `core` is what every cloud has of it."""
    many = f"{name}s"
    path = f"/{many.replace('_', '-')}"
    whole = {**core, **extensions}
    # What the extensions' own objects may leave out is listed with them.
    optional = {*extensions, *SEGMENT, "enable_snat", "qos_policy_id", "ip_version", *FORWARDING}
    optional -= core.keys()
    page = {many: [whole], f"{many}_links": LINKS}
    return [
        example(f"POST {path} 201", {name: whole}, optional),
        example(f"POST {path} 201", {many: [whole]}, optional),
        example(f"GET {path}", page, {*optional, f"{many}_links"}),
        example(f"GET {path}/1", {name: whole}, optional),
        example(f"GET {path}/1", {name: core}, optional),
        example(f"PUT {path}/1", {name: whole}, optional),
        example(f"GET {path}#fields", {many: [{"id": ID}]}, {"id"}),
        example(f"GET {path}/1#fields", {name: {"id": ID}}, {"id"}),
    ]


EXTENSION = {"alias": "router", "name": "R", "description": "", "updated": "2012-07", "links": []}
QUOTA = {"network": 100, "subnet": -1, "port": 500, "trunk": 3}
USAGE = {"limit": -1, "used": 3, "reserved": 0}
EXAMPLES = [
    example("GET ~/", {"versions": [{"id": "v2.0", "status": "CURRENT", "links": LINKS}]}),
    example("GET /", {"resources": [{"name": "port", "collection": "ports", "links": LINKS}]}),
    example("GET /extensions", {"extensions": [EXTENSION]}),
    example("GET /extensions#fields", {"extensions": [{"alias": "router"}]}, {"alias"}),
    example("GET /extensions/router", {"extension": EXTENSION}),
    example("GET /quotas/1", {"quota": QUOTA}, {"trunk"}),
    example("GET /quotas/1/default", {"quota": QUOTA}, {"trunk"}),
    example("GET /quotas/1/details.json", {"quota": dict.fromkeys(QUOTA, USAGE)}, {"trunk"}),
    example(
        "GET /availability_zones",
        {"availability_zones": [{"name": "nova", "resource": "network", "state": "available"}]},
    ),
    *examples_of("network", NETWORK, NETWORK_EXTENSIONS),
    *examples_of("subnet", SUBNET, SUBNET_EXTENSIONS),
    *examples_of("port", PORT, PORT_EXTENSIONS),
    *examples_of(
        "subnetpool", SUBNET_POOL, {**STANDARD, "address_scope_id": ID, "default_quota": 1}
    ),
    *examples_of("router", ROUTER, ROUTER_EXTENSIONS),
    *examples_of("floatingip", FLOATING_IP, FLOATING_IP_EXTENSIONS),
    *examples_of("security_group", SECURITY_GROUP, SECURITY_GROUP_EXTENSIONS),
    *examples_of("security_group_rule", SECURITY_GROUP_RULE, SECURITY_GROUP_RULE_EXTENSIONS),
    *(
        example(
            f"PUT /routers/1/{change}_router_interface", {**INTERFACE, **PROJECT_IDS}, PROJECT_IDS
        )
        for change in ("add", "remove")
    ),
]


def test_every_call_has_an_example():
    assert without_example(network.RULES, EXAMPLES) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_a_documented_answer_is_taken(example):
    assert example.findings() == NOTHING


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_every_lie_in_an_answer_is_found(example):
    assert example.believed() == []
