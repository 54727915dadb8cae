"""What things take of a project's quotas while they are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

_BESIDES = {
    # What services make by themselves beside the thing itself, and count.
    "server": {"port": 1},
    "subnet": {"port": 1},  # the port of its DHCP service
    "router_interface": {"port": 1},
    "security_group": {"security_group_rule": 2},  # all outgoing traffic, of IPv4 and IPv6
    "volume": {"volume_gib": 1},
    "snapshot": {"volume_gib": 1},
}
_UNCOUNTED = frozenset({"router_interface", "attachment"})


def takes(kind: str, flavor: Mapping[str, Any] | None = None) -> dict[str, int]:
    """What one thing takes of the quotas, in kinds of `refcheck.cloud.quotas`.

    Args:
        kind: a name of `refcheck.cloud.kinds.KINDS`, or `router_interface`. Volumes and snapshots
            count as 1 GiB, the size that tests give them.
        flavor: of a server; its cores and memory count.
    """
    taken = Counter(_BESIDES.get(kind, {}))
    if kind not in _UNCOUNTED:
        taken[kind] += 1
    if kind == "server" and flavor:
        taken["core"] += int(flavor["vcpus"])
        taken["ram_mib"] += int(flavor["ram"])
    return dict(taken)


def demand(creates: Mapping[str, int], flavor: Mapping[str, Any] | None = None) -> Counter[str]:
    """What several things take together.

    Args:
        creates: kind → number; sizes that are given (`volume_gib`) count instead of the usual.
        flavor: of every server among them.
    """
    whole: Counter[str] = Counter()
    for kind, number in creates.items():
        for taken, each in takes(kind, flavor).items():
            is_usual_size = taken == "volume_gib" and kind != "volume_gib"
            if not (is_usual_size and "volume_gib" in creates):
                whole[taken] += each * number
    return whole
