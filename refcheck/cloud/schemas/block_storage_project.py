"""What the block storage service tells of itself and of what a project may have.

API reference: Block Storage API v3, "API Versions", "API extensions (extensions)", "Availability
zones (os-availability-zone)", "Limits (limits)", "Quota sets extension (os-quota-sets)", "Volume
types (types)" and "Services (os-services)".
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    COUNT,
    LINKS,
    OWNER,
    TEXT,
    TIME,
    UUID,
    Shape,
    anything,
    either,
    list_of,
    mapping,
    nullable,
    obj,
    one_of,
)

_MICROVERSION: Final[Shape] = {"type": "string", "pattern": r"^(\d+\.\d+)?$"}
"""Empty for a version that has none."""
_VERSIONS: Final = obj(
    {
        "versions": list_of(
            obj(
                {
                    "id": {"type": "string", "pattern": r"^v\d+\.\d+$"},
                    "status": one_of("CURRENT", "SUPPORTED", "DEPRECATED"),
                    "version": _MICROVERSION,
                    "min_version": _MICROVERSION,
                    "updated": TIME,
                    "links": LINKS,
                    "media-types": list_of(obj({"base": TEXT, "type": TEXT})),
                }
            )
        )
    }
)
_EXTENSION: Final = obj(
    {"alias": TEXT, "name": TEXT, "description": TEXT, "updated": TIME, "links": LINKS},
    {"namespace": TEXT},
)
_ZONE: Final = obj({"zoneName": TEXT, "zoneState": obj({"available": BOOLEAN})})

_LIMIT: Final[Shape] = {"type": "integer", "minimum": -1}
"""-1 is none."""
_LIMITED: Final = (
    "maxTotalVolumes",
    "maxTotalSnapshots",
    "maxTotalVolumeGigabytes",
    "maxTotalBackups",
    "maxTotalBackupGigabytes",
)
_USED: Final = (
    "totalVolumesUsed",
    "totalSnapshotsUsed",
    "totalGigabytesUsed",
    "totalBackupsUsed",
    "totalBackupGigabytesUsed",
)
_LIMITS: Final = obj(
    {
        "absolute": obj({**dict.fromkeys(_LIMITED, _LIMIT), **dict.fromkeys(_USED, COUNT)}),
        "rate": list_of(anything()),
    }
)
_USAGE: Final = obj({"limit": _LIMIT, "in_use": COUNT, "reserved": COUNT}, {"allocated": COUNT})
# With the query `usage=True` every limit comes with what is used of it.
_QUOTA: Final = either(_LIMIT, _USAGE)
_COUNTED: Final = (
    "volumes",
    "snapshots",
    "gigabytes",
    "backups",
    "backup_gigabytes",
    "per_volume_gigabytes",
    "groups",
)
# Every volume type has limits of its own, under names such as "volumes_fast".
_QUOTAS: Final = obj(
    {"quota_set": obj({"id": OWNER, **dict.fromkeys(_COUNTED, _QUOTA)}, rest=_QUOTA)}
)

_TYPE: Final = obj(
    {"id": UUID, "name": TEXT, "is_public": BOOLEAN, "description": nullable(TEXT)},
    {
        "extra_specs": mapping(TEXT),
        "qos_specs_id": nullable(UUID),
        "os-volume-type-access:is_public": BOOLEAN,
    },
)
_SERVICE: Final = obj(
    {
        "binary": TEXT,
        "host": TEXT,
        "zone": TEXT,
        "status": one_of("enabled", "disabled"),
        "state": one_of("up", "down"),
        "updated_at": nullable(TIME),
    },
    {
        "disabled_reason": nullable(TEXT),
        "replication_status": nullable(TEXT),
        "active_backend_id": nullable(TEXT),
        "frozen": BOOLEAN,
        "backend_state": one_of("up", "down", None),
        "cluster": nullable(TEXT),
    },
)

RULES: Final[tuple[Rule, ...]] = (
    # 300: the root offers a choice.
    Rule("GET", "~/", (300,), _VERSIONS),
    Rule("GET", "~/v3", (200,), _VERSIONS),
    Rule("GET", "/extensions", (200,), obj({"extensions": list_of(_EXTENSION)})),
    Rule("GET", "/os-availability-zone", (200,), obj({"availabilityZoneInfo": list_of(_ZONE)})),
    Rule("GET", "/limits", (200,), obj({"limits": _LIMITS})),
    Rule("GET", "/os-quota-sets/{project_id}", (200,), _QUOTAS),
    Rule("GET", "/os-quota-sets/{project_id}/defaults", (200,), _QUOTAS),
    Rule(
        "GET", "/types", (200,), obj({"volume_types": list_of(_TYPE)}, {"volume_type_links": LINKS})
    ),
    Rule("GET", "/types/{type_id}", (200,), obj({"volume_type": _TYPE})),
    Rule("GET", "/os-services", (200,), obj({"services": list_of(_SERVICE)})),
)
