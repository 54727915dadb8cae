"""What the Block Storage API declares is taken, and everything else is found."""

import pytest

from refcheck.cloud.schemas import block_storage
from refcheck.cloud.schemas.findings import NOTHING
from tests.cloud.schemas.lies import ID, LINKS, PROJECT, TIME, Example, without_example

FREE = frozenset(
    {
        "alias",
        "any",
        "availability_zone",
        "base",
        "binary",
        "container_format",
        "description",
        "device",
        "disabled_reason",
        "disk_format",
        "host",
        "host_name",
        "image_name",
        "migration_status",
        "name",
        "namespace",
        "os-vol-host-attr:host",
        "os-vol-mig-status-attr:migstat",
        "rel",
        "replication_status",
        "type",
        "volume_type",
        "zone",
        "zoneName",
    }
)
OPEN = frozenset({"extra_specs", "meta", "metadata", "quota_set", "volume_image_metadata"})
VOLUME = {
    "id": ID,
    "name": None,
    "description": "",
    "status": "in-use",
    "size": 1,
    "availability_zone": "nova",
    "created_at": "2026-11-20T16:30:18.487897",
    "updated_at": None,
    "user_id": PROJECT,
    "volume_type": "__DEFAULT__",
    "snapshot_id": None,
    "source_volid": ID,
    "consistencygroup_id": None,
    "bootable": "false",
    "encrypted": False,
    "multiattach": False,
    "replication_status": None,
    "metadata": {"any": "text"},
    "attachments": [
        {
            "id": ID,
            "attachment_id": ID,
            "volume_id": ID,
            "server_id": ID,
            "host_name": None,
            "device": "/dev/vdb",
            "attached_at": TIME,
        }
    ],
    "links": LINKS,
}
SHOWN = {**VOLUME, "os-vol-tenant-attr:tenant_id": PROJECT}
SHOWN_TO_SOME = {
    "migration_status": None,
    "volume_image_metadata": {"any": "text"},
    "os-vol-host-attr:host": "h@lvm#LVM",
    "os-vol-mig-status-attr:migstat": None,
    "os-vol-mig-status-attr:name_id": ID,
}
LATER = {
    "group_id": None,
    "shared_targets": None,
    "service_uuid": ID,
    "volume_type_id": ID,
    "consumes_quota": True,
}
LATER_TO_SOME = {"provider_id": None, "cluster_name": None, "encryption_key_id": ID}
SNAPSHOT = {
    "id": ID,
    "name": "one",
    "description": None,
    "volume_id": ID,
    "status": "available",
    "size": 1,
    "created_at": TIME,
    "updated_at": None,
    "metadata": {"any": "text"},
}
SNAPSHOT_SHOWN = {
    **SNAPSHOT,
    "os-extended-snapshot-attributes:project_id": PROJECT,
    "os-extended-snapshot-attributes:progress": "100%",
}
SNAPSHOT_LATER = {"group_snapshot_id": None, "user_id": PROJECT, "consumes_quota": True}
TYPE = {"id": ID, "name": "fast", "description": None, "is_public": True}
TYPE_TO_SOME = {
    "extra_specs": {"any": "text"},
    "qos_specs_id": None,
    "os-volume-type-access:is_public": True,
}
TYPE_OF_UPLOADED = {
    "description": None,
    "is_public": True,
    "extra_specs": {"any": "text"},
    "qos_specs_id": None,
    "projects": [],
    "created_at": TIME,
    "updated_at": None,
    "deleted_at": None,
    "deleted": False,
}
UPLOADED = {
    "id": ID,
    "status": "uploading",
    "size": 1,
    "updated_at": TIME,
    "display_description": None,
    "volume_type": {"id": ID, "name": "fast", **TYPE_OF_UPLOADED},
    "image_id": ID,
    "image_name": "one",
    "container_format": "bare",
    "disk_format": "raw",
    "protected": False,
    "visibility": "private",
    "is_public": False,
}
VERSIONS = {
    "versions": [
        {
            "id": "v3.0",
            "status": "CURRENT",
            "version": "3.71",
            "min_version": "3.0",
            "updated": TIME,
            "links": LINKS,
            "media-types": [{"base": "application/json", "type": "application/vnd"}],
        }
    ]
}
LIMITS = {
    "absolute": {
        "maxTotalVolumes": -1,
        "maxTotalSnapshots": 10,
        "maxTotalVolumeGigabytes": 10,
        "maxTotalBackups": 10,
        "maxTotalBackupGigabytes": 10,
        "totalVolumesUsed": 1,
        "totalSnapshotsUsed": 1,
        "totalGigabytesUsed": 1,
        "totalBackupsUsed": 1,
        "totalBackupGigabytesUsed": 1,
    },
    "rate": [],
}
QUOTAS = {
    "volumes": 10,
    "snapshots": 10,
    "gigabytes": 10,
    "backups": 10,
    "backup_gigabytes": 10,
    "per_volume_gigabytes": -1,
    "groups": 10,
    "volumes_fast": -1,
}
USAGE = {"limit": 10, "in_use": 1, "reserved": 0, "allocated": 0}
EXTENSION = {"alias": "a", "name": "A", "description": "", "updated": TIME, "links": LINKS}
SERVICE = {
    "binary": "cinder-volume",
    "host": "h",
    "zone": "nova",
    "status": "enabled",
    "state": "up",
    "updated_at": TIME,
    "disabled_reason": None,
    "replication_status": "disabled",
    "active_backend_id": None,
    "frozen": False,
    "backend_state": "up",
    "cluster": None,
}


def example(call, body, optional=(), at=None):
    names = {*optional, "any", "volumes_links", "snapshots_links", "count"}
    return Example("block-storage", call, body, frozenset(names), FREE, OPEN, at)


def page(name, thing):
    return {name: [thing], f"{name}_links": LINKS, "count": 1}


def metadata_of(thing):
    path = f"/{thing}s/1/metadata"
    return [
        *(
            example(f"{method} {path}", {"metadata": {"any": ""}})
            for method in ("GET", "POST", "PUT")
        ),
        example(f"GET {path}/any", {"meta": {"any": ""}}),
        example(f"PUT {path}/any", {"meta": {"any": ""}}),
    ]


NEWEST = {**SHOWN, **SHOWN_TO_SOME, **LATER, **LATER_TO_SOME}
EXAMPLES = [
    example("GET ~/ 300", VERSIONS),
    example("GET ~/v3/", VERSIONS),
    example("GET /extensions", {"extensions": [EXTENSION]}),
    example(
        "GET /os-availability-zone",
        {"availabilityZoneInfo": [{"zoneName": "nova", "zoneState": {"available": True}}]},
    ),
    example("GET /limits", {"limits": LIMITS}),
    example("GET /os-quota-sets/1", {"quota_set": {"id": "1", **QUOTAS}}, {"volumes_fast"}),
    example(
        "GET /os-quota-sets/1/defaults", {"quota_set": {"id": "1", **QUOTAS}}, {"volumes_fast"}
    ),
    example(
        "GET /os-quota-sets/1",
        {"quota_set": {"id": "1", **dict.fromkeys(QUOTAS, USAGE)}},
        {"volumes_fast", "allocated"},
    ),
    example(
        "GET /types",
        {"volume_types": [{**TYPE, **TYPE_TO_SOME}], "volume_type_links": LINKS},
        {*TYPE_TO_SOME, "volume_type_links"},
    ),
    example("GET /types/1", {"volume_type": {**TYPE, **TYPE_TO_SOME}}, TYPE_TO_SOME),
    example("GET /os-services", {"services": [SERVICE]}, list(SERVICE)[6:]),
    example("GET /volumes", page("volumes", {"id": ID, "name": None, "links": LINKS})),
    example("GET /volumes/detail", page("volumes", {**SHOWN, **SHOWN_TO_SOME}), SHOWN_TO_SOME),
    example("GET /volumes/1", {"volume": {**SHOWN, **SHOWN_TO_SOME}}, SHOWN_TO_SOME),
    example("GET /volumes/1", {"volume": NEWEST}, {**SHOWN_TO_SOME, **LATER_TO_SOME}, "3.71"),
    example("GET /volumes/1", {"volume": {**SHOWN, "group_id": ID}}, (), "3.20"),
    example("POST /volumes 202", {"volume": VOLUME}),
    example("POST /volumes 202", {"volume": {**VOLUME, **LATER}}, (), "3.69"),
    example("PUT /volumes/1", {"volume": VOLUME}),
    example(
        "GET /volumes/summary", {"volume-summary": {"total_count": 1, "total_size": 1}}, (), "3.12"
    ),
    *metadata_of("volume"),
    example("POST /volumes/1/action#os-set_image_metadata", {"metadata": {"any": ""}}),
    example("POST /volumes/1/action#os-show_image_metadata", {"metadata": {"any": ""}}),
    example(
        "POST /volumes/1/action#os-volume_upload_image 202",
        {"os-volume_upload_image": UPLOADED},
        {*TYPE_OF_UPLOADED, "protected", "visibility"},
    ),
    example("GET /snapshots", page("snapshots", SNAPSHOT)),
    example("GET /snapshots/detail", page("snapshots", SNAPSHOT_SHOWN)),
    example("GET /snapshots/1", {"snapshot": SNAPSHOT_SHOWN}),
    example("GET /snapshots/1", {"snapshot": {**SNAPSHOT_SHOWN, **SNAPSHOT_LATER}}, (), "3.71"),
    example("POST /snapshots 202", {"snapshot": SNAPSHOT}),
    example("PUT /snapshots/1", {"snapshot": SNAPSHOT}),
    *metadata_of("snapshot"),
]


def test_every_call_has_an_example():
    assert without_example(block_storage.RULES, EXAMPLES) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_a_documented_answer_is_taken(example):
    assert example.findings() == NOTHING


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_every_lie_in_an_answer_is_found(example):
    assert example.believed() == []


def test_a_property_of_a_later_microversion_is_undeclared_in_an_earlier_one():
    told = {"volume": {**SHOWN, **LATER}}
    extras = example("GET /volumes/1", told).findings().extras
    assert sorted(extras) == sorted(f"volume.{name}" for name in LATER)
