"""What of an exchange may be kept as evidence.

Headers and query fields are kept by allow-list: a name that is not known to be harmless keeps its
name and loses its value. Bodies lose the value of every field whose name speaks of a secret, and
all of an answer to a request for a token.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from refcheck.cloud.learning import SECRET_HEADER
from refcheck.cloud.scrubbing import REMOVED

_BODY_LIMIT = 2000
_HARMLESS_HEADERS = re.compile(
    r"accept|content-(type|length|encoding|range)|range|if-.*|date|etag|last-modified|vary|allow"
    r"|location|user-agent|openstack-api-version|x-openstack-.*-(api-version|request-id)"
    r"|x-openstack-request-id|x-compute-request-id|x-trans-id|x-timestamp"
    r"|x-(object|container)-(meta-.*|count|bytes-used|manifest)|x-account-(object|container)-count"
    r"|x-copy-from|destination|retry-after|www-authenticate",
    re.IGNORECASE,
)
_HARMLESS_QUERY = frozenset(
    {
        "all_tenants",
        "changes-since",
        "delimiter",
        "device_id",
        "end_marker",
        "fields",
        "flavor",
        "format",
        "id",
        "ip",
        "ip6",
        "description",
        "port_id",
        "subnet_id",
        "tenant_id",
        "project_id",
        "router_id",
        "changes-before",
        "tags",
        "not-tags",
        "tags-any",
        "reverse",
        "metadata",
        "bootable",
        "availability_zone",
        "volume_id",
        "disk_format",
        "container_format",
        "min_ram",
        "minRam",
        "minDisk",
        "locked",
        "image",
        "limit",
        "marker",
        "member_status",
        "multipart-manifest",
        "name",
        "network_id",
        "owner",
        "path",
        "prefix",
        "router:external",
        "size_max",
        "size_min",
        "sort",
        "sort_dir",
        "sort_key",
        "status",
        "temp_url_expires",
        "visibility",
        "with_count",
    }
)
_SECRET_FIELD = re.compile(
    r"pass(word|wd|code)?$|secret|token|blob$|private_key|user_data|(?<!application_)credential"
    r"|signature|adminpass|auth_key",
    re.IGNORECASE,
)


def is_secret(field: str) -> bool:
    """Whether a field of this name holds a secret."""
    return bool(_SECRET_FIELD.search(field))


def headers(given: Mapping[str, str]) -> dict[str, str]:
    """Headers fit to be kept; the authentication token is dropped altogether."""
    return {
        name: value if _is_harmless(name) else REMOVED
        for name, value in given.items()
        if name.lower() not in {"x-auth-token", "connection", "accept-encoding", "content-length"}
    }


def _is_harmless(header: str) -> bool:
    # Among what users may name as they like are keys, such as X-Container-Meta-Temp-URL-Key.
    return bool(_HARMLESS_HEADERS.fullmatch(header)) and not SECRET_HEADER.search(header)


def url(given: str) -> str:
    """A URL fit to be kept: no user information, unknown query values removed."""
    parts = urlsplit(given)
    query = [
        (key, value if key in _HARMLESS_QUERY else REMOVED)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, netloc, parts.path, urlencode(query), ""))


def body(content: bytes | str | None, *, of_token: bool = False) -> str:
    """A body fit to be kept: JSON as text; other bytes as length and digest."""
    if not content:
        return ""
    data = content.encode() if isinstance(content, str) else content
    if of_token:
        return REMOVED
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return f"[{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()[:16]}]"
    return json.dumps(_without_secrets(document), ensure_ascii=False)


def shortened(text: str) -> str:
    """A text, at most 2,000 characters of it."""
    return text if len(text) <= _BODY_LIMIT else text[:_BODY_LIMIT] + " …"


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: REMOVED
            if _SECRET_FIELD.search(key) and inner is not None
            else _without_secrets(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    return value
