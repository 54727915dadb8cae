"""The Block Storage API v3, at every microversion: volumes and snapshots.

API reference: Block Storage API v3, "Volumes (volumes)", "Volume actions (volumes, action)" and
"Volume snapshots (snapshots)"; what belongs to the project is in the module that is joined here.
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas import block_storage_project
from refcheck.cloud.schemas.microversions import Change, rules_through
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
    list_of,
    mapping,
    nullable,
    obj,
    one_of,
)

_ATTACHMENT: Final = obj(
    {
        "id": UUID,
        "attachment_id": UUID,
        "volume_id": UUID,
        "server_id": nullable(UUID),
        "host_name": nullable(TEXT),
        "device": nullable(TEXT),
        "attached_at": nullable(TIME),
    }
)
_VOLUME: Final[dict[str, Shape]] = {
    "id": UUID,
    "name": nullable(TEXT),
    "description": nullable(TEXT),
    "status": one_of(
        "attaching",
        "available",
        "awaiting-transfer",
        "backing-up",
        "creating",
        "deleting",
        "detaching",
        "downloading",
        "error",
        "error_backing-up",
        "error_deleting",
        "error_extending",
        "error_restoring",
        "extending",
        "in-use",
        "maintenance",
        "reserved",
        "restoring-backup",
        "retyping",
        "uploading",
    ),
    "size": COUNT,
    "availability_zone": nullable(TEXT),
    "created_at": TIME,
    "updated_at": nullable(TIME),
    "user_id": OWNER,
    "volume_type": nullable(TEXT),
    "snapshot_id": nullable(UUID),
    "source_volid": nullable(UUID),
    "consistencygroup_id": nullable(UUID),
    # A flag as text, and one that is none.
    "bootable": one_of("true", "false"),
    "encrypted": BOOLEAN,
    "multiattach": BOOLEAN,
    "replication_status": nullable(TEXT),
    "metadata": mapping(TEXT),
    "attachments": list_of(_ATTACHMENT),
    "links": LINKS,
}
_FOR_OPERATORS: Final[dict[str, Shape]] = {"migration_status": nullable(TEXT)}
_SHOWN: Final[dict[str, Shape]] = {"os-vol-tenant-attr:tenant_id": OWNER}
_SHOWN_TO_SOME: Final[dict[str, Shape]] = {
    "volume_image_metadata": mapping(TEXT),
    "os-vol-host-attr:host": nullable(TEXT),
    "os-vol-mig-status-attr:migstat": nullable(TEXT),
    "os-vol-mig-status-attr:name_id": nullable(UUID),
}
_VOLUME_LATER: Final = (
    Change("3.13", {"group_id": nullable(UUID)}),
    Change("3.21", optional={"provider_id": nullable(TEXT)}),
    Change("3.48", {"shared_targets": BOOLEAN, "service_uuid": nullable(UUID)}),
    Change("3.61", optional={"cluster_name": nullable(TEXT)}),
    Change("3.63", {"volume_type_id": nullable(UUID)}),
    Change("3.64", optional={"encryption_key_id": UUID}),
    Change("3.65", {"consumes_quota": BOOLEAN}),
    Change("3.69", {"shared_targets": nullable(BOOLEAN)}),
)
_VOLUME_CHANGED: Final = (Change("", _VOLUME, _FOR_OPERATORS), *_VOLUME_LATER)
_VOLUME_SHOWN: Final = (
    Change("", {**_VOLUME, **_SHOWN}, {**_FOR_OPERATORS, **_SHOWN_TO_SOME}),
    *_VOLUME_LATER,
)
_VOLUME_NAMED: Final = obj({"id": UUID, "name": nullable(TEXT), "links": LINKS})
_SUMMARY: Final = (
    Change("3.12", {"total_count": COUNT, "total_size": COUNT}),
    Change("3.36", {"metadata": mapping(list_of(TEXT))}),
)

_SNAPSHOT: Final[dict[str, Shape]] = {
    "id": UUID,
    "name": nullable(TEXT),
    "description": nullable(TEXT),
    "volume_id": UUID,
    "status": one_of(
        "available",
        "backing-up",
        "creating",
        "deleted",
        "deleting",
        "error",
        "error_deleting",
        "restoring",
        "unmanaging",
        "updating",
    ),
    "size": COUNT,
    "created_at": TIME,
    "updated_at": nullable(TIME),
    "metadata": mapping(TEXT),
}
_EXTENDED: Final[dict[str, Shape]] = {
    "os-extended-snapshot-attributes:project_id": OWNER,
    "os-extended-snapshot-attributes:progress": nullable(
        {"type": "string", "pattern": r"^\d{1,3}%$"}
    ),
}
_SNAPSHOT_LATER: Final = (
    Change("3.14", {"group_snapshot_id": nullable(UUID)}),
    Change("3.41", {"user_id": OWNER}),
    Change("3.65", {"consumes_quota": BOOLEAN}),
)
_SNAPSHOT_CHANGED: Final = (Change("", _SNAPSHOT), *_SNAPSHOT_LATER)
_SNAPSHOT_SHOWN: Final = (Change("", {**_SNAPSHOT, **_EXTENDED}), *_SNAPSHOT_LATER)

_TYPE_OF_UPLOADED: Final = obj(
    {"id": UUID, "name": TEXT},
    {
        "description": nullable(TEXT),
        "is_public": BOOLEAN,
        "extra_specs": mapping(TEXT),
        "qos_specs_id": nullable(UUID),
        "projects": list_of(anything()),
        "created_at": nullable(TIME),
        "updated_at": nullable(TIME),
        "deleted_at": nullable(TIME),
        "deleted": BOOLEAN,
    },
)
_UPLOADED: Final = obj(
    {
        "id": UUID,
        "status": one_of("uploading"),
        "size": COUNT,
        "updated_at": nullable(TIME),
        "display_description": nullable(TEXT),
        "volume_type": nullable(_TYPE_OF_UPLOADED),
        "image_id": UUID,
        "image_name": TEXT,
        "container_format": TEXT,
        "disk_format": TEXT,
    },
    {
        "protected": BOOLEAN,
        "visibility": one_of("private", "public", "shared", "community"),
        "is_public": BOOLEAN,
    },
)
_SILENT: Final = (
    "os-attach",
    "os-begin_detaching",
    "os-detach",
    "os-extend",
    "os-force_delete",
    "os-reserve",
    "os-reset_status",
    "os-retype",
    "os-roll_detaching",
    "os-unreserve",
    "os-update_readonly_flag",
    "revert",
)
"""Actions that are accepted without a word."""
_ACTION: Final = "/volumes/{volume_id}/action"
_METADATA: Final = obj({"metadata": mapping(TEXT)})
_META: Final = obj({"meta": {**mapping(TEXT), "minProperties": 1, "maxProperties": 1}})


def _volume(shape: Shape) -> Shape:
    return obj({"volume": shape})


def _volumes(shape: Shape) -> Shape:
    return obj({"volumes": list_of(shape)}, {"volumes_links": LINKS, "count": COUNT})


def _snapshot(shape: Shape) -> Shape:
    return obj({"snapshot": shape})


def _snapshots(shape: Shape) -> Shape:
    return obj({"snapshots": list_of(shape)}, {"snapshots_links": LINKS, "count": COUNT})


def _metadata_of(thing: str) -> tuple[Rule, ...]:
    path = f"/{thing}s/{{{thing}_id}}/metadata"
    return (
        *(Rule(method, path, (200,), _METADATA) for method in ("GET", "POST", "PUT")),
        Rule("GET", f"{path}/{{key}}", (200,), _META),
        Rule("PUT", f"{path}/{{key}}", (200,), _META),
        Rule("DELETE", f"{path}/{{key}}", (200,), None),
    )


_VOLUME_RULES: Final = (
    Rule("GET", "/volumes", (200,), _volumes(_VOLUME_NAMED)),
    *rules_through("GET", "/volumes/detail", (200,), _VOLUME_SHOWN, _volumes),
    *rules_through(
        "GET", "/volumes/summary", (200,), _SUMMARY, lambda shape: obj({"volume-summary": shape})
    ),
    *rules_through("POST", "/volumes", (202,), _VOLUME_CHANGED, _volume),
    *rules_through("GET", "/volumes/{volume_id}", (200,), _VOLUME_SHOWN, _volume),
    *rules_through("PUT", "/volumes/{volume_id}", (200,), _VOLUME_CHANGED, _volume),
    Rule("DELETE", "/volumes/{volume_id}", (202,), None),
    *_metadata_of("volume"),
)
_ACTION_RULES: Final = (
    *(Rule("POST", f"{_ACTION}#{name}", (202,), None) for name in _SILENT),
    Rule("POST", f"{_ACTION}#os-set_bootable", (200,), None),
    Rule("POST", f"{_ACTION}#os-set_image_metadata", (200,), _METADATA),
    Rule("POST", f"{_ACTION}#os-show_image_metadata", (200,), _METADATA),
    Rule("POST", f"{_ACTION}#os-unset_image_metadata", (200,), None),
    Rule(
        "POST",
        f"{_ACTION}#os-volume_upload_image",
        (202,),
        obj({"os-volume_upload_image": _UPLOADED}),
    ),
)
_SNAPSHOT_RULES: Final = (
    Rule("GET", "/snapshots", (200,), _snapshots(obj(_SNAPSHOT))),
    *rules_through("GET", "/snapshots/detail", (200,), _SNAPSHOT_SHOWN, _snapshots),
    *rules_through("POST", "/snapshots", (202,), _SNAPSHOT_CHANGED, _snapshot),
    *rules_through("GET", "/snapshots/{snapshot_id}", (200,), _SNAPSHOT_SHOWN, _snapshot),
    *rules_through("PUT", "/snapshots/{snapshot_id}", (200,), _SNAPSHOT_CHANGED, _snapshot),
    Rule("DELETE", "/snapshots/{snapshot_id}", (202,), None),
    *_metadata_of("snapshot"),
)

RULES: Final[tuple[Rule, ...]] = (
    *_VOLUME_RULES,
    *_ACTION_RULES,
    *_SNAPSHOT_RULES,
    *block_storage_project.RULES,
)
