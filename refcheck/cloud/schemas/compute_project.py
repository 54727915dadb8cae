"""What a project has besides servers: key pairs, security groups, quotas, limits.

API reference: Compute API v2.1, "Keypairs (keypairs)", "Security groups (os-security-groups)",
"Servers Security Groups", "Quota sets (os-quota-sets)" and "Limits (limits)".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from refcheck.cloud.schemas.microversions import Change, rules_through
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    COUNT,
    INTEGER,
    IP_RANGE,
    LINKS,
    NULL,
    OWNER,
    TEXT,
    TIME,
    UUID,
    Shape,
    anything,
    list_of,
    nullable,
    obj,
    one_of,
)

_KEY_PAIR: Final[dict[str, Shape]] = {"name": TEXT, "public_key": TEXT, "fingerprint": TEXT}
_2_2: Final = Change("2.2", {"type": one_of("ssh", "x509")})
_KEY_PAIR_LISTED: Final = (Change("", _KEY_PAIR), _2_2)
_KEY_PAIR_SHOWN: Final = (
    Change(
        "",
        {
            **_KEY_PAIR,
            "id": INTEGER,
            "user_id": OWNER,
            "created_at": TIME,
            # A key pair is neither changed nor shown after its deletion.
            "updated_at": NULL,
            "deleted": {"const": False},
            "deleted_at": NULL,
        },
    ),
    _2_2,
)
_KEY_PAIR_MADE: Final[dict[str, Shape]] = {**_KEY_PAIR, "user_id": OWNER}
_PRIVATE: Final[dict[str, Shape]] = {"private_key": TEXT}
_KEY_PAIR_MADE_LATER: Final = (
    Change("2.2", {**_KEY_PAIR_MADE, **_2_2.required}, _PRIVATE),
    # The service no longer makes pairs, it only takes public keys.
    Change("2.92", gone=("private_key",)),
)
_KEY_PAIRS: Final = "/os-keypairs"

_GROUP_RULE: Final = obj(
    {
        "id": UUID,
        "parent_group_id": UUID,
        "from_port": nullable(INTEGER),
        "to_port": nullable(INTEGER),
        "ip_protocol": nullable(TEXT),
        # Either of them is empty.
        "ip_range": obj({}, {"cidr": IP_RANGE}),
        "group": obj({}, {"name": TEXT, "tenant_id": OWNER}),
    }
)
_GROUP: Final = obj(
    {
        "id": UUID,
        "name": TEXT,
        "description": nullable(TEXT),
        "tenant_id": OWNER,
        "rules": list_of(_GROUP_RULE),
    }
)
_ONE_GROUP: Final = obj({"security_group": _GROUP})
_GROUPS: Final = "/os-security-groups"
_LAST_PROXY: Final = "2.35"
"""Since 2.36 the networking service alone has security groups."""

_LIMIT: Final[Shape] = {"type": "integer", "minimum": -1}
"""-1 is none."""
_USAGE: Final = obj({"limit": _LIMIT, "in_use": COUNT, "reserved": COUNT})
_OF_NETWORK: Final = ("fixed_ips", "floating_ips", "security_groups", "security_group_rules")
_OF_FILES: Final = ("injected_files", "injected_file_content_bytes", "injected_file_path_bytes")
_COUNTED: Final = (
    "cores",
    "instances",
    "key_pairs",
    "metadata_items",
    "ram",
    "server_groups",
    "server_group_members",
    *_OF_NETWORK,
    *_OF_FILES,
)
_LIMITED: Final = (
    "maxImageMeta",
    "maxPersonality",
    "maxPersonalitySize",
    "maxSecurityGroups",
    "maxSecurityGroupRules",
    "maxServerMeta",
    "maxServerGroups",
    "maxServerGroupMembers",
    "maxTotalCores",
    "maxTotalFloatingIps",
    "maxTotalInstances",
    "maxTotalKeypairs",
    "maxTotalRAMSize",
)
_USED: Final = (
    "totalCoresUsed",
    "totalFloatingIpsUsed",
    "totalInstancesUsed",
    "totalRAMUsed",
    "totalSecurityGroupsUsed",
    "totalServerGroupsUsed",
)
_LIMITS: Final = (
    Change("", {**dict.fromkeys(_LIMITED, _LIMIT), **dict.fromkeys(_USED, COUNT)}),
    Change(
        "2.36",
        gone=(
            "maxSecurityGroups",
            "maxSecurityGroupRules",
            "maxTotalFloatingIps",
            "totalFloatingIpsUsed",
            "totalSecurityGroupsUsed",
        ),
    ),
    Change("2.39", gone=("maxImageMeta",)),
    Change("2.57", gone=("maxPersonality", "maxPersonalitySize")),
)
_QUOTAS: Final = "/os-quota-sets/{project_id}"


def _quotas(shape: Shape) -> Sequence[Change]:
    return (
        Change("", {"id": OWNER, **dict.fromkeys(_COUNTED, shape)}),
        Change("2.36", gone=_OF_NETWORK),
        Change("2.57", gone=_OF_FILES),
    )


def _quota_set(shape: Shape) -> Shape:
    return obj({"quota_set": shape})


def _key_pair(shape: Shape) -> Shape:
    return obj({"keypair": shape})


def _key_pairs(shape: Shape) -> Shape:
    return obj({"keypairs": list_of(_key_pair(shape))}, {"keypairs_links": LINKS})


def _limits(shape: Shape) -> Shape:
    return obj({"limits": obj({"absolute": shape, "rate": list_of(anything())})})


_KEY_PAIR_RULES: Final = (
    *rules_through("GET", _KEY_PAIRS, (200,), _KEY_PAIR_LISTED, _key_pairs),
    *rules_through("GET", f"{_KEY_PAIRS}/{{name}}", (200,), _KEY_PAIR_SHOWN, _key_pair),
    Rule("POST", _KEY_PAIRS, (200,), _key_pair(obj(_KEY_PAIR_MADE, _PRIVATE)), until="2.1"),
    *rules_through("POST", _KEY_PAIRS, (201,), _KEY_PAIR_MADE_LATER, _key_pair),
    Rule("DELETE", f"{_KEY_PAIRS}/{{name}}", (202,), None, until="2.1"),
    Rule("DELETE", f"{_KEY_PAIRS}/{{name}}", (204,), None, since="2.2"),
)
_GROUP_RULES: Final = (
    Rule("GET", _GROUPS, (200,), obj({"security_groups": list_of(_GROUP)}), until=_LAST_PROXY),
    Rule("POST", _GROUPS, (200,), _ONE_GROUP, until=_LAST_PROXY),
    Rule("GET", f"{_GROUPS}/{{group_id}}", (200,), _ONE_GROUP, until=_LAST_PROXY),
    Rule("PUT", f"{_GROUPS}/{{group_id}}", (200,), _ONE_GROUP, until=_LAST_PROXY),
    Rule("DELETE", f"{_GROUPS}/{{group_id}}", (202,), None, until=_LAST_PROXY),
    Rule(
        "GET",
        "/servers/{server_id}/os-security-groups",
        (200,),
        obj({"security_groups": list_of(_GROUP)}),
    ),
    Rule(
        "POST",
        "/os-security-group-rules",
        (200,),
        obj({"security_group_rule": _GROUP_RULE}),
        until=_LAST_PROXY,
    ),
    Rule("DELETE", "/os-security-group-rules/{rule_id}", (202,), None, until=_LAST_PROXY),
)

RULES: Final[tuple[Rule, ...]] = (
    *_KEY_PAIR_RULES,
    *_GROUP_RULES,
    *rules_through("GET", _QUOTAS, (200,), _quotas(_LIMIT), _quota_set),
    *rules_through("GET", f"{_QUOTAS}/defaults", (200,), _quotas(_LIMIT), _quota_set),
    *rules_through("GET", f"{_QUOTAS}/detail", (200,), _quotas(_USAGE), _quota_set),
    *rules_through("GET", "/limits", (200,), _LIMITS, _limits),
)
