"""What the Image API declares is taken, and everything else is found."""

import pytest

from refcheck.cloud.schemas import image
from refcheck.cloud.schemas.findings import NOTHING
from tests.cloud.schemas.lies import ID, LINKS, PROJECT, TIME, Example, without_example

FREE = frozenset(
    [
        "additionalProperties", "checksum", "container_format", "default", "description",
        "direct_url", "disk_format", "file", "first", "href", "id", "image_id", "kernel_id",
        "member_id", "message", "name", "next", "os_hash_algo", "os_hash_value", "owner",
        "ramdisk_id", "read-only", "rel", "request_id", "required", "schema", "self", "status",
        "stores", "tags", "type", "url", "user_id", "value", "hw_disk_bus", "pattern",
    ]
)  # fmt: skip
# Ids, states and times say something: these are not among the free texts where they are checked.
FREE_ELSEWHERE = frozenset({"id", "image_id", "status"})


def example(call, body, optional=(), opened=(), free=FREE - FREE_ELSEWHERE, **more):
    return Example("image", call, body, frozenset(optional), free, frozenset(opened), **more)


LOCATION = {"url": "file:///x", "metadata": {}, "validation_data": {}}
IMAGE = {
    "id": ID,
    "name": "cirros",
    "status": "active",
    "visibility": "public",
    "protected": False,
    "owner": PROJECT,
    "checksum": "a" * 32,
    "size": 1,
    "virtual_size": None,
    "min_disk": 0,
    "min_ram": 0,
    "disk_format": "raw",
    "container_format": "bare",
    "tags": ["a"],
    "created_at": TIME,
    "updated_at": TIME,
    "self": f"/v2/images/{ID}",
    "file": f"/v2/images/{ID}/file",
    "schema": "/v2/schemas/image",
}
IMAGE_OPTIONAL = {
    "os_hidden": False,
    "os_hash_algo": "sha512",
    "os_hash_value": "b" * 128,
    "direct_url": "file:///x",
    "locations": [LOCATION],
    "stores": "a,b",
    "kernel_id": None,
    "ramdisk_id": None,
}
OWN = {"hw_disk_bus": "scsi"}
WHOLE = {**IMAGE, **IMAGE_OPTIONAL, **OWN}
MAY = {*IMAGE_OPTIONAL, *OWN, "validation_data", "next"}
# Users name properties as they like; only the forms of what they are is declared.
OPENED = {"", 0, "metadata", "validation_data"}
MEMBER = {
    "member_id": PROJECT,
    "image_id": ID,
    "status": "pending",
    "created_at": TIME,
    "updated_at": TIME,
    "schema": "/v2/schemas/member",
}
TASK_STUB = {
    "id": ID,
    "type": "import",
    "status": "pending",
    "owner": PROJECT,
    "created_at": TIME,
    "updated_at": TIME,
    "self": f"/v2/tasks/{ID}",
    "schema": "/v2/schemas/task",
}
TASK_MORE = {"expires_at": TIME, "image_id": ID, "request_id": "req-1", "user_id": PROJECT}
TASK = {**TASK_STUB, **TASK_MORE, "message": ""}
TASK_MAY = {*TASK_MORE, "message", "next"}
TASK_FREE = FREE - {"id", "status"}
PROPERTY = {
    "type": ["null", "string"],
    "description": "x",
    "enum": [],
    "maxLength": 5,
    "pattern": ".*",
    "readOnly": True,
}
SCHEMA = {
    "name": "image",
    "properties": {"id": PROPERTY},
    "links": [{"rel": "self", "href": "{self}"}],
    "required": ["id"],
}
VERSIONS = {"versions": [{"id": "v2.9", "status": "CURRENT", "links": LINKS}]}
STORE = {"id": "fast", "description": "", "default": "true", "read-only": "true", "weight": 0}
STORE_MAY = {"description", "default", "read-only", "weight"}
DETAIL = {**STORE, "type": "file", "properties": {}}
PLAIN = {"free": FREE}
LOCATED = {"headers": {"location": "/v2/x"}}

EXAMPLES = [
    *(example(f"GET {path} 300", VERSIONS, **PLAIN) for path in ("~/", "~/versions", "~/v2", "/")),
    example("GET /images/1", WHOLE, MAY, OPENED),
    example(
        "GET /images",
        {"images": [WHOLE], "first": "/v2/images", "next": "/v2/images?x", "schema": "/x"},
        MAY,
        OPENED - {""},
    ),
    example("POST /images 201", WHOLE, MAY, OPENED, **LOCATED),
    example("PATCH /images/1", WHOLE, MAY, OPENED),
    example("GET /images/1/tasks", {"tasks": [TASK]}, TASK_MAY, free=TASK_FREE),
    example(
        "GET /images/1/locations", [LOCATION], {"validation_data"}, {"metadata", "validation_data"}
    ),
    example("GET /images/1/members", {"members": [MEMBER], "schema": "/v2/schemas/members"}),
    example("POST /images/1/members", MEMBER),
    example("GET /images/1/members/2", MEMBER),
    example("PUT /images/1/members/2", MEMBER),
    example(
        "GET /tasks",
        {"tasks": [{**TASK_STUB, **TASK_MORE}], "first": "/x", "next": "/y", "schema": "/z"},
        TASK_MAY,
        free=TASK_FREE,
    ),
    example("POST /tasks 201", TASK, TASK_MAY, free=TASK_FREE, **LOCATED),
    example("GET /tasks/1", TASK, TASK_MAY, free=TASK_FREE),
    *(
        example(
            f"GET /schemas/{name}",
            SCHEMA,
            {"links", "required", "id", *PROPERTY},
            {"properties", "id"},
            **PLAIN,
        )
        for name in ("image", "metadefs/objects")
    ),
    example(
        "GET /info/import",
        {"import-methods": {"description": "", "type": "array", "value": ["glance-direct"]}},
        **PLAIN,
    ),
    example("GET /info/stores", {"stores": [STORE]}, STORE_MAY, **PLAIN),
    example("GET /info/stores/detail", {"stores": [DETAIL]}, STORE_MAY, {"properties"}, **PLAIN),
    example(
        "GET /info/usage",
        {"usage": {"image_size_total": {"usage": 1, "limit": -1}}},
        {"image_size_total"},
        {"usage"},
    ),
    example("GET /cache", {"cached_images": [{"image_id": ID}], "queued_images": [ID]}),
]


def test_every_call_has_an_example():
    assert without_example(image.RULES, EXAMPLES) == [
        # The data of an image is whatever was put there.
        "GET /images/{image_id}/file"
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_a_documented_answer_is_taken(example):
    assert example.findings() == NOTHING


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_every_lie_in_an_answer_is_found(example):
    assert example.believed() == []
    assert example.unmissed_headers() == []


def test_a_property_of_the_users_own_is_a_text():
    assert example("GET /images/1", {**IMAGE, "mine": "x"}).findings() == NOTHING
    (fault,) = example("GET /images/1", {**IMAGE, "mine": 5}).findings().faults
    assert fault == 'GET /images/{image_id} answered `mine`: 5 is not of type "string"'
