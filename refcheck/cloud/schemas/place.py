"""Where a call goes, in the words of the rules: without endpoint, query and host."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_VERSION = re.compile(r"/v\d+(?:\.\d+)?(?=/|$)")


def place_of(path: str, endpoint: str, sent: object = None, *, in_part: bool = False) -> str:
    """The path of a call as `rule.Rule.path` writes it, with the real ids.

    Args:
        path: below the endpoint, or an absolute URL.
        endpoint: address of the service, without a trailing slash.
        sent: the JSON of the request; it names the action of `/servers/{server_id}/action`.
        in_part: only some properties were asked for (`fields` of the Networking API).
    """
    place, _, query = path.partition("?")
    in_part = in_part or "fields=" in query  # as in the link to the next page
    if "://" in place:
        place = _relative(place, endpoint)
    if place.endswith("/action") and isinstance(sent, dict) and sent:
        place += f"#{next(iter(sent))}"
    return f"{place}#fields" if in_part else place


def _relative(url: str, endpoint: str) -> str:
    if url == endpoint or url.startswith(f"{endpoint}/"):
        return url[len(endpoint) :]
    # Links may name another host than the catalogue does, where a proxy stands in between.
    own, other = urlsplit(endpoint).path, urlsplit(url).path
    if own and (other == own or other.startswith(f"{own}/")):
        return other[len(own) :]
    version = _VERSION.search(own)
    root = own[: version.start()] if version else own
    return "~" + (other.removeprefix(root) or "/")
