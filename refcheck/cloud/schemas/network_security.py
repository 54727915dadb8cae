"""Security groups and their rules.

API reference: Networking API v2.0, "Security groups (security-groups)" and "Security group rules
(security-group-rules)".
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas.network_common import PROJECT, STANDARD, resource
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    CIDR,
    INTEGER,
    IP_RANGE,
    TEXT,
    UUID,
    list_of,
    nullable,
    obj,
    one_of,
)

SECURITY_GROUP_RULE: Final = obj(
    {
        **PROJECT,
        "id": UUID,
        "security_group_id": UUID,
        "direction": one_of("ingress", "egress"),
        "ethertype": one_of("IPv4", "IPv6"),
        "protocol": nullable(TEXT),
        "port_range_min": nullable(INTEGER),
        "port_range_max": nullable(INTEGER),
        "remote_group_id": nullable(UUID),
        "remote_ip_prefix": nullable(IP_RANGE),
    },
    {
        **STANDARD,
        "belongs_to_default_sg": nullable(BOOLEAN),
        "normalized_cidr": nullable(CIDR),
        "remote_address_group_id": nullable(UUID),
        # Undeclared, but every release shows it of the rules inside a group.
        "standard_attr_id": INTEGER,
    },
)

SECURITY_GROUP: Final = obj(
    {
        **PROJECT,
        "id": UUID,
        "name": TEXT,
        "description": TEXT,
        "security_group_rules": list_of(SECURITY_GROUP_RULE),
    },
    {
        **STANDARD,
        "shared": BOOLEAN,
        "stateful": BOOLEAN,
    },
)

RULES: Final[tuple[Rule, ...]] = (
    *resource("security_group", SECURITY_GROUP),
    *resource("security_group_rule", SECURITY_GROUP_RULE),
)
