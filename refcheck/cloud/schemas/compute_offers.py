"""What a cloud offers to boot: flavors, images through compute, zones, and server groups.

API reference: Compute API v2.1, "Flavors", "Flavors extra-specs", "Images (deprecated)",
"Availability zones (os-availability-zone)" and "Server groups (os-server-groups)".
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas.microversions import Change, rules_through
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    COUNT,
    LINKS,
    NULL,
    NUMBER,
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

_2_55: Final = Change("2.55", {"description": nullable(TEXT)})
_FLAVOR_NAMED: Final = (Change("", {"id": TEXT, "name": TEXT, "links": LINKS}), _2_55)
_FLAVOR: Final = (
    Change(
        "",
        {
            "id": TEXT,
            "name": TEXT,
            "links": LINKS,
            "vcpus": COUNT,
            "ram": COUNT,
            "disk": COUNT,
            "swap": either(COUNT, one_of("")),
            "rxtx_factor": either(NUMBER, one_of("")),
            "os-flavor-access:is_public": BOOLEAN,
            "OS-FLV-DISABLED:disabled": BOOLEAN,
            "OS-FLV-EXT-DATA:ephemeral": COUNT,
        },
    ),
    _2_55,
    # Who may not see the extra specs does not see the property.
    Change("2.61", optional={"extra_specs": mapping(TEXT)}),
    Change("2.75", {"swap": COUNT}),
    Change("2.102", gone=("rxtx_factor", "OS-FLV-DISABLED:disabled")),
)

_LAST_PROXY: Final = "2.35"
"""Since 2.36 the image service alone has images."""
_IMAGE_NAMED: Final[dict[str, Shape]] = {"id": UUID, "name": nullable(TEXT), "links": LINKS}
_IMAGE: Final = obj(
    {
        **_IMAGE_NAMED,
        "status": one_of("ACTIVE", "SAVING", "DELETED", "ERROR", "UNKNOWN"),
        "progress": {"enum": [0, 25, 50, 100]},
        "created": TIME,
        "updated": nullable(TIME),
        "minDisk": COUNT,
        "minRam": COUNT,
        "metadata": mapping(anything()),
        "OS-EXT-IMG-SIZE:size": nullable(COUNT),
    },
    {
        "server": obj({"id": UUID, "links": LINKS}),
        "OS-DCF:diskConfig": one_of("AUTO", "MANUAL"),
    },
)

_ZONE: Final[dict[str, Shape]] = {
    "zoneName": TEXT,
    "zoneState": obj({"available": BOOLEAN}),
}
_HOSTS: Final = mapping(
    mapping(obj({"active": BOOLEAN, "available": BOOLEAN, "updated_at": nullable(TIME)}))
)

_POLICY: Final = one_of("affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity")
_SERVER_GROUP: Final = (
    Change(
        "",
        {
            "id": UUID,
            "name": TEXT,
            "members": list_of(UUID),
            "metadata": obj({}),
            "policies": list_of(_POLICY),
        },
    ),
    Change("2.13", {"project_id": OWNER, "user_id": OWNER}),
    Change(
        "2.64",
        {"policy": _POLICY, "rules": obj({}, {"max_server_per_host": COUNT})},
        gone=("metadata", "policies"),
    ),
)


def _flavor(shape: Shape) -> Shape:
    return obj({"flavor": shape})


def _flavors(shape: Shape) -> Shape:
    return obj({"flavors": list_of(shape)}, {"flavors_links": LINKS})


def _images(shape: Shape) -> Shape:
    return obj({"images": list_of(shape)}, {"images_links": LINKS})


def _zones(hosts: Shape) -> Shape:
    return obj({"availabilityZoneInfo": list_of(obj({**_ZONE, "hosts": hosts}))})


def _server_group(shape: Shape) -> Shape:
    return obj({"server_group": shape})


def _server_groups(shape: Shape) -> Shape:
    return obj({"server_groups": list_of(shape)})


RULES: Final[tuple[Rule, ...]] = (
    *rules_through("GET", "/flavors", (200,), _FLAVOR_NAMED, _flavors),
    *rules_through("GET", "/flavors/detail", (200,), _FLAVOR, _flavors),
    *rules_through("GET", "/flavors/{flavor_id}", (200,), _FLAVOR, _flavor),
    Rule("GET", "/flavors/{flavor_id}/os-extra_specs", (200,), obj({"extra_specs": mapping(TEXT)})),
    Rule("GET", "/images", (200,), _images(obj(_IMAGE_NAMED)), until=_LAST_PROXY),
    Rule("GET", "/images/detail", (200,), _images(_IMAGE), until=_LAST_PROXY),
    Rule("GET", "/images/{image_id}", (200,), obj({"image": _IMAGE}), until=_LAST_PROXY),
    Rule("DELETE", "/images/{image_id}", (204,), None, until=_LAST_PROXY),
    Rule("GET", "/os-availability-zone", (200,), _zones(NULL)),
    Rule("GET", "/os-availability-zone/detail", (200,), _zones(nullable(_HOSTS))),
    *rules_through("GET", "/os-server-groups", (200,), _SERVER_GROUP, _server_groups),
    *rules_through("POST", "/os-server-groups", (200,), _SERVER_GROUP, _server_group),
    *rules_through("GET", "/os-server-groups/{group_id}", (200,), _SERVER_GROUP, _server_group),
    Rule("DELETE", "/os-server-groups/{group_id}", (204,), None),
)
