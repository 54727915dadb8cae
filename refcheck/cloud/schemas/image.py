"""What Glance answers.

Source: Image Service API v2 reference: "Images", "Image data", "Image tags", "Sharing", "Import",
"Image Schemas", "Tasks", "Discovery: stores and usage", "Cache Manage", "API versions". Users may
add properties of their own to an image; their values are texts.
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    COUNT,
    LINKS,
    OCTETS,
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

_WORDS: Final = nullable(TEXT)

_STATUSES: Final = one_of(
    "queued",
    "saving",
    "active",
    "killed",
    "deleted",
    "uploading",
    "importing",
    "pending_delete",
    "deactivated",
)
_LOCATION: Final = obj(
    {"url": TEXT, "metadata": mapping(anything())}, {"validation_data": mapping(TEXT)}
)
_IMAGE: Final = obj(
    {
        "id": UUID,
        "name": _WORDS,
        "status": _STATUSES,
        "visibility": one_of("public", "private", "shared", "community"),
        "protected": BOOLEAN,
        "owner": _WORDS,
        "checksum": _WORDS,
        "size": nullable(COUNT),
        "virtual_size": nullable(COUNT),
        "min_disk": COUNT,
        "min_ram": COUNT,
        "disk_format": _WORDS,
        "container_format": _WORDS,
        "tags": list_of(TEXT),
        "created_at": TIME,
        "updated_at": TIME,
        "self": TEXT,
        "file": TEXT,
        "schema": TEXT,
    },
    {
        # Since 2.7 (Rocky).
        "os_hidden": BOOLEAN,
        "os_hash_algo": _WORDS,
        "os_hash_value": _WORDS,
        # When the operator shows where the data is.
        "direct_url": TEXT,
        "locations": list_of(_LOCATION),
        "stores": TEXT,
        # Common image properties that may be null.
        "kernel_id": _WORDS,
        "ramdisk_id": _WORDS,
    },
    rest=TEXT,
)
_MEMBER: Final = obj(
    {
        "member_id": TEXT,
        "image_id": UUID,
        "status": one_of("pending", "accepted", "rejected"),
        "created_at": TIME,
        "updated_at": TIME,
        "schema": TEXT,
    }
)
_TASK_STATES: Final = one_of("pending", "processing", "success", "failure")
_TASK_STUB: Final[dict[str, Shape]] = {
    "id": UUID,
    "type": TEXT,
    "status": _TASK_STATES,
    "owner": _WORDS,
    "created_at": TIME,
    "updated_at": TIME,
    "self": TEXT,
    "schema": TEXT,
}
_TASK_MORE: Final[dict[str, Shape]] = {
    "expires_at": nullable(TIME),
    "image_id": _WORDS,
    "request_id": _WORDS,
    "user_id": _WORDS,
}
_TASK: Final = obj(
    _TASK_STUB,
    {**_TASK_MORE, "input": anything(), "result": anything(), "message": _WORDS},
)
_PROPERTY: Final = obj(
    {},
    {
        "type": either(TEXT, list_of(TEXT)),
        "description": TEXT,
        "enum": list_of(anything()),
        "maxLength": COUNT,
        "pattern": TEXT,
        "readOnly": BOOLEAN,
    },
    rest=anything(),
)
_SCHEMA: Final = obj(
    {"name": TEXT, "properties": mapping(_PROPERTY)},
    {
        "additionalProperties": anything(),
        "links": list_of(obj({"rel": TEXT, "href": TEXT})),
        "required": list_of(TEXT),
        "definitions": mapping(anything()),
    },
)
_VERSIONS: Final = obj({"versions": list_of(obj({"id": TEXT, "status": TEXT, "links": LINKS}))})
_STORE: Final = obj(
    {"id": TEXT}, {"description": _WORDS, "default": TEXT, "read-only": TEXT, "weight": COUNT}
)
_STORE_DETAIL: Final = obj(
    {"id": TEXT, "type": TEXT, "properties": mapping(anything())},
    {"description": _WORDS, "default": TEXT, "read-only": TEXT, "weight": COUNT},
)
_CACHE: Final = obj(
    {
        "cached_images": list_of(
            obj(
                {"image_id": UUID},
                {name: anything() for name in ("hits", "last_accessed", "last_modified", "size")},
            )
        ),
        "queued_images": list_of(UUID),
    }
)


def _page(name: str, entry: Shape) -> Shape:
    return obj({name: list_of(entry), "first": TEXT, "schema": TEXT}, {"next": TEXT})


_ONE: Final = "/images/{image_id}"
_MEMBER_OF: Final = f"{_ONE}/members/{{member_id}}"

RULES: Final[tuple[Rule, ...]] = (
    Rule("GET", "~/", (200, 300), _VERSIONS),
    Rule("GET", "~/versions", (200, 300), _VERSIONS),
    Rule("GET", "~/v2", (200, 300), _VERSIONS),
    Rule("GET", "", (200, 300), _VERSIONS),
    Rule("GET", "/images", (200,), _page("images", _IMAGE)),
    Rule("POST", "/images", (201,), _IMAGE, headers={"location": TEXT}),
    Rule("GET", _ONE, (200,), _IMAGE),
    Rule("PATCH", _ONE, (200,), _IMAGE),
    Rule("DELETE", _ONE, (204,), None),
    Rule("PUT", f"{_ONE}/file", (204,), None),
    Rule("GET", f"{_ONE}/file", (200, 206), OCTETS),
    Rule("GET", f"{_ONE}/file", (204,), None),
    Rule("PUT", f"{_ONE}/stage", (204,), None),
    Rule("POST", f"{_ONE}/import", (202,), None),
    Rule("POST", f"{_ONE}/actions/deactivate", (204,), None),
    Rule("POST", f"{_ONE}/actions/reactivate", (204,), None),
    Rule("PUT", f"{_ONE}/tags/{{tag}}", (204,), None),
    Rule("DELETE", f"{_ONE}/tags/{{tag}}", (204,), None),
    Rule("GET", f"{_ONE}/tasks", (200,), obj({"tasks": list_of(_TASK)})),
    Rule("GET", f"{_ONE}/locations", (200,), list_of(_LOCATION)),
    Rule("POST", f"{_ONE}/locations", (202,), None),
    Rule("GET", f"{_ONE}/members", (200,), obj({"members": list_of(_MEMBER), "schema": TEXT})),
    Rule("POST", f"{_ONE}/members", (200,), _MEMBER),
    Rule("GET", _MEMBER_OF, (200,), _MEMBER),
    Rule("PUT", _MEMBER_OF, (200,), _MEMBER),
    Rule("DELETE", _MEMBER_OF, (204,), None),
    Rule("DELETE", "/stores/{store_id}/{image_id}", (204,), None),
    Rule("GET", "/tasks", (200,), _page("tasks", obj(_TASK_STUB, _TASK_MORE))),
    Rule("POST", "/tasks", (201,), _TASK, headers={"location": TEXT}),
    Rule("GET", "/tasks/{task_id}", (200,), _TASK),
    Rule("GET", "/schemas/{name}", (200,), _SCHEMA),
    Rule("GET", "/schemas/metadefs/{name}", (200,), _SCHEMA),
    Rule(
        "GET",
        "/info/import",
        (200,),
        obj(
            {"import-methods": obj({"description": TEXT, "type": TEXT, "value": list_of(TEXT)})},
        ),
    ),
    Rule("GET", "/info/stores", (200,), obj({"stores": list_of(_STORE)})),
    Rule("GET", "/info/stores/detail", (200,), obj({"stores": list_of(_STORE_DETAIL)})),
    Rule(
        "GET",
        "/info/usage",
        (200,),
        obj({"usage": mapping(obj({"usage": COUNT, "limit": {"type": "integer"}}))}),
    ),
    Rule("GET", "/cache", (200,), _CACHE),
)
