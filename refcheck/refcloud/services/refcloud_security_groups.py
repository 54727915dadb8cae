"""What the rules of security groups let in from outside."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any


def admits(rules: Iterable[Mapping[str, Any]], peer: str, port: int) -> bool:
    """Whether one of these ingress rules lets an IPv4 address in, by TCP to this port."""
    return any(_admits(rule, peer, port) for rule in rules)


def _admits(rule: Mapping[str, Any], peer: str, port: int) -> bool:
    if rule["ethertype"] != "IPv4" or rule["remote_group_id"]:
        return False  # who comes from outside is in no group
    if rule["protocol"] not in (None, "tcp", "6"):
        return False
    first, last = rule["port_range_min"], rule["port_range_max"]
    if first is not None and not first <= port <= last:
        return False
    prefix = rule["remote_ip_prefix"]
    return prefix is None or ipaddress.ip_address(peer) in ipaddress.ip_network(prefix)
