"""Servers: created, listed, shown, changed, rebuilt, deleted.

API reference: Compute API v2.1, "Servers (servers)" and "Rebuild Server (rebuild Action)".
Since 2.69 a server of a cell that is down has only a few of these properties. That is not declared
here: it is not how a healthy cloud answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from refcheck.cloud.schemas.microversions import Change, rules_through
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    COUNT,
    INTEGER,
    IP,
    LINKS,
    MAC,
    OWNER,
    TEXT,
    TIME,
    URL,
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

_STATUS: Final = one_of(
    "ACTIVE",
    "BUILD",
    "DELETED",
    "ERROR",
    "HARD_REBOOT",
    "MIGRATING",
    "PASSWORD",
    "PAUSED",
    "REBOOT",
    "REBUILD",
    "RESCUE",
    "RESIZE",
    "REVERT_RESIZE",
    "SHELVED",
    "SHELVED_OFFLOADED",
    "SHUTOFF",
    "SOFT_DELETED",
    "SUSPENDED",
    "UNKNOWN",
    "VERIFY_RESIZE",
)
_VM_STATE: Final = one_of(
    "active",
    "building",
    "deleted",
    "error",
    "paused",
    "rescued",
    "resized",
    "shelved",
    "shelved_offloaded",
    "soft-delete",
    "stopped",
    "suspended",
    None,
)
_POWER_STATE: Final[Shape] = {"enum": [0, 1, 3, 4, 6, 7, None]}
"""Nothing known, running, paused, shut down, crashed, suspended."""
_ACCESS_IP: Final = either(IP, one_of(""))
_DISK_CONFIG: Final = one_of("AUTO", "MANUAL")
_CONFIG_DRIVE: Final = one_of("", "True", "False", None)
GROUP_NAMES: Final = list_of(obj({"name": TEXT}))

_ADDRESS: Final[dict[str, Shape]] = {"addr": IP, "version": {"enum": [4, 6]}}
ADDRESSES: Final = mapping(list_of(obj(_ADDRESS)))
_FULL_ADDRESSES: Final = mapping(
    list_of(
        obj(
            {
                **_ADDRESS,
                "OS-EXT-IPS:type": one_of("fixed", "floating"),
                "OS-EXT-IPS-MAC:mac_addr": MAC,
            }
        )
    )
)
_FAULT: Final = obj({"code": INTEGER, "created": TIME, "message": TEXT}, {"details": TEXT})
_IMAGE: Final[dict[str, Shape]] = {"id": UUID, "links": LINKS}
_EMBEDDED_FLAVOR: Final = obj(
    {
        "vcpus": COUNT,
        "ram": COUNT,
        "disk": COUNT,
        "ephemeral": COUNT,
        "swap": COUNT,
        "original_name": TEXT,
    },
    {"extra_specs": mapping(TEXT)},
)


def _booted_from(**more: Shape) -> Shape:
    """The image, or "" for a server that boots from a volume."""
    return either(one_of(""), obj({**_IMAGE, **more}))


_CORE: Final[dict[str, Shape]] = {
    "id": UUID,
    "name": TEXT,
    "status": _STATUS,
    "tenant_id": OWNER,
    "user_id": OWNER,
    "created": TIME,
    "updated": TIME,
    "hostId": TEXT,
    "accessIPv4": _ACCESS_IP,
    "accessIPv6": _ACCESS_IP,
    "addresses": ADDRESSES,
    "flavor": obj({"id": TEXT, "links": LINKS}),
    "image": _booted_from(),
    "links": LINKS,
    "metadata": mapping(TEXT),
    "OS-DCF:diskConfig": _DISK_CONFIG,
}
_IN_SOME_STATES: Final[dict[str, Shape]] = {"fault": _FAULT, "progress": nullable(COUNT)}

_FULL: Final[dict[str, Shape]] = {
    "addresses": _FULL_ADDRESSES,
    "config_drive": _CONFIG_DRIVE,
    "OS-EXT-AZ:availability_zone": TEXT,
    "OS-EXT-STS:power_state": _POWER_STATE,
    "OS-EXT-STS:task_state": nullable(TEXT),
    "OS-EXT-STS:vm_state": _VM_STATE,
    "OS-SRV-USG:launched_at": nullable(TIME),
    "OS-SRV-USG:terminated_at": nullable(TIME),
}
"""What a server has besides when it is shown, and since 2.75 when it is changed or rebuilt."""
_ATTACHED: Final = "os-extended-volumes:volumes_attached"
_FOR_OPERATORS: Final[dict[str, Shape]] = {
    "OS-EXT-SRV-ATTR:host": nullable(TEXT),
    "OS-EXT-SRV-ATTR:hypervisor_hostname": nullable(TEXT),
    "OS-EXT-SRV-ATTR:instance_name": TEXT,
}
_FOR_OPERATORS_2_3: Final[dict[str, Shape]] = {
    "OS-EXT-SRV-ATTR:hostname": TEXT,
    "OS-EXT-SRV-ATTR:kernel_id": nullable(TEXT),
    "OS-EXT-SRV-ATTR:launch_index": nullable(INTEGER),
    "OS-EXT-SRV-ATTR:ramdisk_id": nullable(TEXT),
    "OS-EXT-SRV-ATTR:reservation_id": nullable(TEXT),
    "OS-EXT-SRV-ATTR:root_device_name": nullable(TEXT),
    "OS-EXT-SRV-ATTR:user_data": nullable(TEXT),
}
_ATTACHED_2_3: Final = list_of(obj({"id": UUID, "delete_on_termination": BOOLEAN}))
_HOST_STATUS: Final = one_of("UP", "DOWN", "MAINTENANCE", "UNKNOWN", "")
_GROUPS_2_71: Final = Change("2.71", {"server_groups": list_of(UUID)})
# Everywhere alike.
_2_9: Final = Change("2.9", {"locked": BOOLEAN})
_2_19: Final = Change("2.19", {"description": nullable(TEXT)})
_2_26: Final = Change("2.26", {"tags": list_of(TEXT)})
_2_47: Final = Change("2.47", {"flavor": _EMBEDDED_FLAVOR})
_2_63: Final = Change("2.63", {"trusted_image_certificates": nullable(list_of(TEXT))})
_2_73: Final = Change("2.73", {"locked_reason": nullable(TEXT)})
_NEWEST: Final = (
    Change("2.96", {"pinned_availability_zone": nullable(TEXT)}),
    Change("2.98", {"image": _booted_from(properties=mapping(anything()))}),
    Change("2.100", {"scheduler_hints": mapping(anything())}),
)
_HOSTNAME_2_90: Final = Change("2.90", {"OS-EXT-SRV-ATTR:hostname": TEXT})


def _shown(*groups: Change) -> Sequence[Change]:
    """A server as it is shown; the detailed list leaves out its `groups`."""
    return (
        Change(
            "",
            {**_CORE, **_FULL, "key_name": nullable(TEXT), _ATTACHED: list_of(obj({"id": UUID}))},
            {**_IN_SOME_STATES, **_FOR_OPERATORS, "security_groups": GROUP_NAMES},
        ),
        Change("2.3", {_ATTACHED: _ATTACHED_2_3}, _FOR_OPERATORS_2_3),
        _2_9,
        Change("2.16", optional={"host_status": _HOST_STATUS}),
        _2_19,
        _2_26,
        _2_47,
        _2_63,
        *groups,
        _2_73,
        _HOSTNAME_2_90,
        *_NEWEST,
    )


def _changed(*only: Change) -> Sequence[Change]:
    """A server as it was changed, with what `only` a rebuilt one has between 2.47 and 2.63."""
    return (
        Change("", _CORE, _IN_SOME_STATES),
        _2_9,
        _2_19,
        _2_26,
        _2_47,
        *only,
        _2_63,
        _GROUPS_2_71,
        _2_73,
        Change(
            "2.75",
            {**_FULL, "config_drive": either(_CONFIG_DRIVE, BOOLEAN), _ATTACHED: _ATTACHED_2_3},
            {
                **_FOR_OPERATORS,
                **_FOR_OPERATORS_2_3,
                "host_status": _HOST_STATUS,
                "key_name": nullable(TEXT),
                "security_groups": GROUP_NAMES,
            },
        ),
        *_NEWEST,
    )


_REBUILT: Final = _changed(
    Change("2.54", {"key_name": nullable(TEXT)}), Change("2.57", {"user_data": nullable(TEXT)})
)
_CREATED: Final = obj(
    {"id": UUID, "links": LINKS, "security_groups": GROUP_NAMES, "OS-DCF:diskConfig": _DISK_CONFIG},
    {"adminPass": TEXT},
)
_LISTED: Final = obj({"id": UUID, "name": TEXT, "links": LINKS})


def _one(server: Shape) -> Shape:
    return obj({"server": server})


def _rebuilt(server: Shape) -> Shape:
    properties = {**server["properties"], "adminPass": nullable(TEXT)}
    return _one({**server, "properties": properties})


def _page(server: Shape) -> Shape:
    return obj({"servers": list_of(server)}, {"servers_links": LINKS})


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "POST",
        "/servers",
        (202,),
        # Several servers at once may be answered by the number of their reservation alone.
        {**obj({}, {"server": _CREATED, "reservation_id": TEXT}), "minProperties": 1},
        optional_headers={"location": URL},
    ),
    Rule("GET", "/servers", (200,), _page(_LISTED)),
    *rules_through("GET", "/servers/detail", (200,), _shown(), _page),
    *rules_through("GET", "/servers/{server_id}", (200,), _shown(_GROUPS_2_71), _one),
    *rules_through("PUT", "/servers/{server_id}", (200,), _changed(), _one),
    *rules_through(
        "POST",
        "/servers/{server_id}/action#rebuild",
        (202,),
        _REBUILT,
        _rebuilt,
        optional_headers={"location": URL},
    ),
    Rule("DELETE", "/servers/{server_id}", (204,), None),
)
