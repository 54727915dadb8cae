"""What the Object Storage API declares is taken, and everything else is found."""

import pytest

from refcheck.cloud.exchange import Answer
from refcheck.cloud.schemas import checking, object_storage
from refcheck.cloud.schemas.findings import NOTHING
from tests.cloud.schemas.lies import Example, without_example

FREE = frozenset(
    [
        "Errors", 0, "Response Body", "Response Status", "content_type", "name", "storage_policy",
        "subdir", "symlink_path", "version_id", "version", "aliases",
    ]
)  # fmt: skip
MD5 = "d41d8cd98f00b204e9800998ecf8427e"
WHEN = "2026-11-20T16:41:20.470340"
DATE = "Fri, 20 Nov 2026 16:41:27 GMT"

TRANSACTION = {"x-trans-id": "tx1-refcloud"}
ACCOUNT = {
    **TRANSACTION,
    "x-account-container-count": "5",
    "x-account-object-count": "0",
    "x-account-bytes-used": "0",
}
CONTAINER = {**TRANSACTION, "x-container-object-count": "1", "x-container-bytes-used": "13"}
OBJECT = {**TRANSACTION, "etag": MD5, "last-modified": DATE, "content-type": "text/plain"}

LISTED_CONTAINER = {"name": "box", "count": 1, "bytes": 5}
LISTED_CONTAINER_MORE = {"last_modified": WHEN, "storage_policy": "gold"}
LISTED = {"name": "a", "hash": MD5, "bytes": 1, "content_type": "x/y", "last_modified": WHEN}
LISTED_MORE = {
    "slo_etag": f'"{MD5}"',
    "symlink_path": "/v1/AUTH_1/box/a",
    "symlink_bytes": 1,
    "symlink_etag": MD5,
    "version_id": "1",
    "is_latest": True,
}
BULK = {"Response Status": "200 OK", "Response Body": "", "Errors": [["/box/a", "404 Not Found"]]}
DELETED = {**BULK, "Number Deleted": 1, "Number Not Found": 0}
EXTRACTED = {**BULK, "Number Files Created": 1}
SWIFT = {
    "version": "2.38.3",
    "policies": [{"name": "gold", "default": True, "aliases": "gold"}],
    "max_file_size": 5368709122,
    "container_listing_limit": 10000,
}
INFO = {"swift": SWIFT, "tempurl": {}}
PATHS = ("", "~/v1/AUTH_2")


def example(call, body, headers=(), optional=(), opened=()):
    may, free, open_ = frozenset(optional), frozenset(map(str, FREE)), frozenset(opened)
    return Example("object-store", call, body, may, free, open_, headers=dict(headers))


EXAMPLES = [
    *(
        one
        for account in PATHS
        for one in (
            example(
                f"GET {account or '/'}",
                [{**LISTED_CONTAINER, **LISTED_CONTAINER_MORE}],
                ACCOUNT,
                LISTED_CONTAINER_MORE,
            ),
            example(f"POST {account or '/'}", DELETED, TRANSACTION),
            example(f"DELETE {account or '/'}", DELETED, TRANSACTION),
            example(f"PUT {account or '/'}", EXTRACTED, TRANSACTION),
            example(f"GET {account}/box", [{**LISTED, **LISTED_MORE}], CONTAINER, LISTED_MORE),
            example(f"GET {account}/box", [{"subdir": "a/"}], CONTAINER),
            example(f"PUT {account}/box", EXTRACTED, TRANSACTION),
            example(f"PUT {account}/box/a", EXTRACTED, TRANSACTION),
            example(f"DELETE {account}/box/a/b", DELETED, TRANSACTION),
        )
    ),
    example(
        "GET ~/info",
        INFO,
        (),
        {*SWIFT, "tempurl", "default", "aliases"},
        {"", "swift", "tempurl", 0},
    ),
]


def answered(call, status, headers, body=b""):
    """What is found in an answer."""
    method, path = call.split()
    answer = Answer(call, status, {"content-type": "text/html", **headers}, body)
    return checking.check("object-store", method, path, None, answer)


def test_every_call_has_an_example():
    # The others answer whatever was put there, or HTML that no client reads.
    judged = {
        "GET /{container}/{object...}",
        "COPY /{container}/{object...}",
        "POST /{container}/{object...}",
    }
    silent = judged | {f"{call.split()[0]} ~/v1/{{account}}{call.split()[1]}" for call in judged}
    assert set(without_example(object_storage.RULES, EXAMPLES)) == silent


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_a_documented_answer_is_taken(example):
    assert example.findings() == NOTHING


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_every_lie_in_an_answer_is_found(example):
    assert example.believed() == []
    assert example.unmissed_headers() == []


HEADERS = [
    ("HEAD /", 204, ACCOUNT),
    ("GET /", 204, ACCOUNT),
    ("HEAD /box", 204, CONTAINER),
    ("GET /box", 204, CONTAINER),
    ("HEAD /box/a", 200, OBJECT),
    ("GET /box/a", 200, OBJECT),
    ("GET /box/a", 206, OBJECT),
    ("PUT /box/a", 201, {**TRANSACTION, "etag": MD5}),
    ("PUT /box", 201, TRANSACTION),
    ("PUT /box", 202, TRANSACTION),
    ("POST /", 204, TRANSACTION),
    ("POST /box", 204, TRANSACTION),
    ("POST /box/a", 202, TRANSACTION),
    ("COPY /box/a", 201, TRANSACTION),
    ("DELETE /box", 204, TRANSACTION),
    ("DELETE /box/a", 204, TRANSACTION),
    ("GET /box/a", 304, TRANSACTION),
]


@pytest.mark.parametrize(("call", "status", "promised"), HEADERS)
def test_the_promised_headers_are_missed(call, status, promised):
    assert answered(call, status, promised) == NOTHING
    for name in set(promised) - {"content-type"}:
        kept = {key: text for key, text in promised.items() if key != name}
        (fault,) = answered(call, status, kept).faults
        assert f"without `{name}`" in fault


@pytest.mark.parametrize(
    ("call", "status", "promised", "name", "text"),
    [
        ("HEAD /", 204, ACCOUNT, "x-account-bytes-used", "many"),
        ("HEAD /", 204, ACCOUNT, "x-timestamp", "yesterday"),
        ("HEAD /box", 204, CONTAINER, "x-container-object-count", "-1"),
        ("HEAD /box", 204, CONTAINER, "last-modified", "2026-11-20T16:41:27"),
        ("HEAD /box", 204, CONTAINER, "x-container-meta-quota-count", "x"),
        ("HEAD /box/a", 200, OBJECT, "etag", "x"),
        ("HEAD /box/a", 200, OBJECT, "last-modified", "x"),
        ("HEAD /box/a", 200, OBJECT, "x-static-large-object", "maybe"),
        ("HEAD /box/a", 200, OBJECT, "x-delete-at", "soon"),
        ("PUT /box/a", 201, TRANSACTION, "etag", "x"),
        ("COPY /box/a", 201, TRANSACTION, "last-modified", "x"),
    ],
)
def test_a_header_of_another_form_is_found(call, status, promised, name, text):
    (fault,) = answered(call, status, {**promised, name: text}).faults
    assert f"header `{name}`: " in fault


def test_plain_listings_and_the_data_of_objects_are_not_looked_into():
    plain, page = {"content-type": "text/plain"}, {"content-type": "application/json"}
    assert answered("GET /", 200, {**ACCOUNT, **plain}, b"box\n") == NOTHING
    assert answered("GET /box", 200, {**CONTAINER, **plain}, b"a\n") == NOTHING
    assert answered("GET /box/a", 200, {**OBJECT, **page}, b"{") == NOTHING
    assert answered("PUT /box", 202, TRANSACTION, b"<html>Accepted") == NOTHING
    assert answered("DELETE /box/a", 200, {**TRANSACTION, **plain}, b"Number Deleted: 1") == NOTHING
