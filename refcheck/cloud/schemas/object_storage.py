"""What Swift answers, and Ceph's gateway in its place.

Source: Object Storage API reference: "Discoverability", "Accounts", "Containers", "Objects", and
"Bulk operations" of the API guide. Most of it is headers. Listings are JSON only when that was
asked for, refusals and a few successes are HTML or text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    COUNT,
    HTTP_DATE,
    MD5,
    OCTETS,
    SECONDS,
    TEXT,
    TIME,
    WHOLE_NUMBER,
    anything,
    either,
    list_of,
    mapping,
    obj,
    one_of,
)

_ID: Final = {"x-trans-id": TEXT}
_WHEN: Final = {"last-modified": HTTP_DATE, "x-timestamp": SECONDS}
_ACCOUNT: Final = {
    **_ID,
    "x-account-container-count": WHOLE_NUMBER,
    "x-account-object-count": WHOLE_NUMBER,
    "x-account-bytes-used": WHOLE_NUMBER,
}
_ACCOUNT_MORE: Final = {"x-timestamp": SECONDS, "x-account-meta-quota-bytes": WHOLE_NUMBER}
_CONTAINER: Final = {
    **_ID,
    "x-container-object-count": WHOLE_NUMBER,
    "x-container-bytes-used": WHOLE_NUMBER,
}
_CONTAINER_MORE: Final = {
    **_WHEN,
    "x-container-read": TEXT,
    "x-container-write": TEXT,
    "x-storage-policy": TEXT,
    "x-versions-location": TEXT,
    "x-history-location": TEXT,
    "x-container-meta-quota-bytes": WHOLE_NUMBER,
    "x-container-meta-quota-count": WHOLE_NUMBER,
}
_TRUE: Final = one_of("True", "true")
_OBJECT: Final = {**_ID, "etag": MD5, "last-modified": HTTP_DATE, "content-type": TEXT}
_OBJECT_MORE: Final = {
    "content-length": WHOLE_NUMBER,
    "x-timestamp": SECONDS,
    "x-delete-at": WHOLE_NUMBER,
    "x-static-large-object": _TRUE,
    "x-object-manifest": TEXT,
}
_WRITTEN: Final = {"etag": MD5, "last-modified": HTTP_DATE}

_CONTAINERS: Final = list_of(
    obj(
        {"name": TEXT, "count": COUNT, "bytes": COUNT},
        {"last_modified": TIME, "storage_policy": TEXT},
    )
)
_OBJECTS: Final = list_of(
    either(
        obj(
            {
                "name": TEXT,
                "hash": MD5,
                "bytes": COUNT,
                "content_type": TEXT,
                "last_modified": TIME,
            },
            {
                "slo_etag": MD5,
                "symlink_path": TEXT,
                "symlink_bytes": COUNT,
                "symlink_etag": MD5,
                "version_id": TEXT,
                "is_latest": BOOLEAN,
            },
        ),
        obj({"subdir": TEXT}),
    )
)
_BULK: Final = {
    "Response Status": TEXT,
    "Response Body": TEXT,
    # Pairs of what it is about and its status.
    "Errors": list_of(list_of(TEXT)),
}
_DELETED: Final = obj({**_BULK, "Number Deleted": COUNT, "Number Not Found": COUNT})
_EXTRACTED: Final = obj({**_BULK, "Number Files Created": COUNT})
_POLICY: Final = obj({"name": TEXT}, {"default": BOOLEAN, "aliases": TEXT}, rest=anything())
_LIMITS: Final = (
    "account_listing_limit",
    "container_listing_limit",
    "max_account_name_length",
    "max_container_name_length",
    "max_file_size",
    "max_header_size",
    "max_meta_count",
    "max_meta_name_length",
    "max_meta_overall_size",
    "max_meta_value_length",
    "max_object_name_length",
)
# Each feature tells what its developers found worth telling.
_SWIFT: Final = obj(
    {},
    {"version": TEXT, "policies": list_of(_POLICY), **dict.fromkeys(_LIMITS, COUNT)},
    rest=anything(),
)
_INFO: Final = obj({"swift": _SWIFT}, rest=mapping(anything()))


def _account(path: str) -> Iterator[Rule]:
    told = partial(Rule, headers=_ACCOUNT, optional_headers=_ACCOUNT_MORE)
    yield told("GET", path, (200,), _CONTAINERS, or_plain=True)
    yield told("GET", path, (204,), None)
    yield told("HEAD", path, (200, 204), None)
    yield Rule("POST", path, (204,), None, headers=_ID)
    yield Rule("POST", path, (200,), _DELETED, headers=_ID, or_plain=True)
    yield Rule("DELETE", path, (200,), _DELETED, headers=_ID, or_plain=True)
    yield Rule("PUT", path, (200,), _EXTRACTED, headers=_ID, or_plain=True)


def _container(path: str) -> Iterator[Rule]:
    told = partial(Rule, headers=_CONTAINER, optional_headers=_CONTAINER_MORE)
    yield told("GET", path, (200,), _OBJECTS, or_plain=True)
    yield told("GET", path, (204,), None)
    yield told("HEAD", path, (200, 204), None)
    yield Rule("PUT", path, (201, 202), OCTETS, headers=_ID)
    yield Rule("PUT", path, (200,), _EXTRACTED, headers=_ID, or_plain=True)
    yield Rule("POST", path, (204,), None, headers=_ID)
    yield Rule("DELETE", path, (204,), None, headers=_ID)


def _object(path: str) -> Iterator[Rule]:
    told = partial(Rule, headers=_OBJECT, optional_headers=_OBJECT_MORE)
    yield told("GET", path, (200, 206), OCTETS)
    yield Rule("GET", path, (304,), None, headers=_ID, optional_headers=_WRITTEN)
    yield told("HEAD", path, (200,), None)
    yield Rule("PUT", path, (201,), OCTETS, headers={**_ID, "etag": MD5}, optional_headers=_WRITTEN)
    yield Rule("PUT", path, (200,), _EXTRACTED, headers=_ID, or_plain=True)
    yield Rule("COPY", path, (201,), OCTETS, headers=_ID, optional_headers=_WRITTEN)
    yield Rule("POST", path, (202,), OCTETS, headers=_ID)
    yield Rule("DELETE", path, (204,), None, headers=_ID)
    # Deleting a large object with its segments is a bulk operation.
    yield Rule("DELETE", path, (200,), _DELETED, headers=_ID, or_plain=True)


def _below(account: str) -> Iterator[Rule]:
    yield from _account(account)
    yield from _container(f"{account}/{{container}}")
    yield from _object(f"{account}/{{container}}/{{object...}}")


RULES: Final[tuple[Rule, ...]] = (
    Rule("GET", "~/info", (200,), _INFO),
    *_below(""),
    # Other accounts than our own.
    *_below("~/v1/{account}"),
)
