"""What belongs to a server: metadata, tags, addresses, ports, volumes, security groups.

API reference: Compute API v2.1, "Server metadata", "Server tags", "Servers IPs (servers, ips)",
"Port interfaces (servers, os-interface)", "Servers with volume attachments (servers,
os-volume_attachments)" and "Servers Security Groups (servers, os-security-groups)".
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas.compute_servers import ADDRESSES
from refcheck.cloud.schemas.microversions import Change, rules_through
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    IP,
    MAC,
    TEXT,
    URL,
    UUID,
    Shape,
    list_of,
    mapping,
    nullable,
    obj,
    one_of,
)

_SERVER: Final = "/servers/{server_id}"
_METADATA: Final = obj({"metadata": mapping(TEXT)})
_META: Final = obj({"meta": {**mapping(TEXT), "minProperties": 1, "maxProperties": 1}})
_TAGS: Final = obj({"tags": list_of(TEXT)})

_DEVICE: Final[Shape] = nullable({"type": "string", "pattern": "^/dev/"})
_ATTACHMENT: Final[dict[str, Shape]] = {"id": UUID, "serverId": UUID, "volumeId": UUID}
_ATTACHMENT_LATER: Final = (
    Change("2.70", {"tag": nullable(TEXT)}),
    Change("2.79", {"delete_on_termination": BOOLEAN}),
)
_ATTACHMENT_SHOWN: Final = (
    Change("", _ATTACHMENT, {"device": _DEVICE}),
    *_ATTACHMENT_LATER,
    Change("2.89", {"attachment_id": UUID, "bdm_uuid": UUID}, gone=("id",)),
)
_ATTACHMENT_MADE: Final = (Change("", {**_ATTACHMENT, "device": _DEVICE}), *_ATTACHMENT_LATER)
_ATTACHMENTS: Final = f"{_SERVER}/os-volume_attachments"

_INTERFACE: Final = (
    Change(
        "",
        {
            "fixed_ips": nullable(list_of(obj({"ip_address": IP, "subnet_id": UUID}))),
            "mac_addr": MAC,
            "net_id": UUID,
            "port_id": UUID,
            "port_state": one_of("ACTIVE", "BUILD", "DOWN", "ERROR", "N/A"),
        },
    ),
    Change("2.70", {"tag": nullable(TEXT)}),
)
_INTERFACES: Final = f"{_SERVER}/os-interface"


def _attachment(shape: Shape) -> Shape:
    return obj({"volumeAttachment": shape})


def _attachments(shape: Shape) -> Shape:
    return obj({"volumeAttachments": list_of(shape)})


def _interface(shape: Shape) -> Shape:
    return obj({"interfaceAttachment": shape})


def _interfaces(shape: Shape) -> Shape:
    return obj({"interfaceAttachments": list_of(shape)})


_METADATA_RULES: Final = (
    *(Rule(method, f"{_SERVER}/metadata", (200,), _METADATA) for method in ("GET", "POST", "PUT")),
    Rule("GET", f"{_SERVER}/metadata/{{key}}", (200,), _META),
    Rule("PUT", f"{_SERVER}/metadata/{{key}}", (200,), _META),
    Rule("DELETE", f"{_SERVER}/metadata/{{key}}", (204,), None),
)
_TAG_RULES: Final = (
    Rule("GET", f"{_SERVER}/tags", (200,), _TAGS, since="2.26"),
    Rule("PUT", f"{_SERVER}/tags", (200,), _TAGS, since="2.26"),
    Rule("DELETE", f"{_SERVER}/tags", (204,), None, since="2.26"),
    Rule("GET", f"{_SERVER}/tags/{{tag}}", (204,), None, since="2.26"),
    # 201 when the server did not have the tag yet.
    Rule("PUT", f"{_SERVER}/tags/{{tag}}", (201,), None, headers={"location": URL}, since="2.26"),
    Rule("PUT", f"{_SERVER}/tags/{{tag}}", (204,), None, since="2.26"),
    Rule("DELETE", f"{_SERVER}/tags/{{tag}}", (204,), None, since="2.26"),
)

RULES: Final[tuple[Rule, ...]] = (
    *_METADATA_RULES,
    *_TAG_RULES,
    Rule("GET", f"{_SERVER}/ips", (200,), obj({"addresses": ADDRESSES})),
    Rule("GET", f"{_SERVER}/ips/{{network_label}}", (200,), ADDRESSES),
    *rules_through("GET", _ATTACHMENTS, (200,), _ATTACHMENT_SHOWN, _attachments),
    *rules_through("GET", f"{_ATTACHMENTS}/{{volume_id}}", (200,), _ATTACHMENT_SHOWN, _attachment),
    *rules_through("POST", _ATTACHMENTS, (200,), _ATTACHMENT_MADE, _attachment, until="2.100"),
    Rule("POST", _ATTACHMENTS, (202,), None, since="2.101"),
    Rule("DELETE", f"{_ATTACHMENTS}/{{volume_id}}", (202,), None),
    *rules_through("GET", _INTERFACES, (200,), _INTERFACE, _interfaces),
    *rules_through("GET", f"{_INTERFACES}/{{port_id}}", (200,), _INTERFACE, _interface),
    *rules_through("POST", _INTERFACES, (200,), _INTERFACE, _interface),
    Rule("DELETE", f"{_INTERFACES}/{{port_id}}", (202,), None),
)
