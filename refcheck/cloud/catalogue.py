"""Which of a catalogue's regions, interfaces and addresses a run is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from refcheck.errors import CloudConfigFault

if TYPE_CHECKING:
    from openstack.config.cloud_region import CloudRegion

_VERSION = {
    "identity": "v3",
    "compute": "v2.1",
    "image": "v2",
    "network": "v2.0",
    "block-storage": "v3/{project}",
}
_VERSIONED = re.compile(r"/v\d+(\.\d+)?(/|$)")
_SETTING = {"region": "region_name", "interface": "interface"}


def check_choice(name: str, catalog: Iterable[Mapping[str, Any]], region: CloudRegion) -> None:
    """See that region and interface of clouds.yaml exist, and that no region is left to chance.

    Args:
        name: the cloud's, for the message.

    Raises:
        CloudConfigFault: naming what there is to choose from.
    """
    entries = [list(entry["endpoints"]) for entry in catalog]
    for kind, wanted in (
        ("region", region.get_region_name()),
        ("interface", region.get_interface()),
    ):
        words = [wanted] if isinstance(wanted, str) and wanted else wanted or []
        known = _known(kind, (endpoint for entry in entries for endpoint in entry))
        if words and not any(str(word).removesuffix("URL") in known for word in words):
            raise CloudConfigFault(
                f"its catalogue has no {kind} {' or '.join(map(str, words))!r}",
                where=name,
                next_step=f"Set `{_SETTING[kind]}` or leave it away; there are:"
                f" {', '.join(known)}.",
            )
    several = {one for entry in entries for one in _known("region", entry) if _is_split(entry)}
    if several and not region.get_region_name():
        raise CloudConfigFault(
            f"its catalogue has {len(several)} regions and clouds.yaml chooses none",
            where=name,
            next_step=f"Set `region_name` to one of: {', '.join(sorted(several))}.",
        )


def with_version(kind: str, address: str, project_id: str) -> str:
    """The address of a service with the version in it that the suite speaks.

    The SDK finds that by asking, and takes the bare address when it gets no good answer. One bad
    answer must not send a whole run to the wrong place.
    """
    version = _VERSION.get(kind)
    if version is None or _VERSIONED.search(urlsplit(address).path):
        return address
    return f"{address.rstrip('/')}/{version.format(project=project_id)}"


def _is_split(endpoints: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a service is in several regions; each service in one of its own is no choice."""
    return len(_known("region", endpoints)) > 1


def _known(kind: str, endpoints: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted({str(endpoint.get(kind)) for endpoint in endpoints})
