"""Choose the ports of a cloud: one free block, below the range systems hand out by themselves."""

import socket
from collections.abc import Collection

from refcheck.errors import RefcloudFault

NAMES = (
    "keystone",
    "glance",
    "placement",
    "nova",
    "neutron",
    "cinder",
    "swift",
    "account",
    "container",
    "object",
    "guest",
)
FLOATING_IP = "127.24.4.2"
"""One of the external network, see `services/fill_cloud.py`: an address of this machine alone."""
FIRST_BASE = 15000
LAST_BASE = 30000  # 32768 is where Linux begins to give ports to outgoing connections
STEP = 20


def listens(port: int) -> bool:
    """Whether something accepts connections on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_free(port: int) -> bool:
    """Whether we could listen on this port of 127.0.0.1 now."""
    if listens(port):  # some systems let a second program bind beside a wildcard listener
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def reaches_floating_ips() -> bool:
    """Whether this system has all of 127.0.0.0/8, as Linux has, and not only 127.0.0.1."""
    with socket.socket() as probe:
        try:
            probe.bind((FLOATING_IP, 0))
        except OSError:
            return False
    return True


def block(base: int) -> dict[str, int]:
    """Return the ports of a cloud whose first port is `base`."""
    return {name: base + offset for offset, name in enumerate(NAMES)}


def choose(base: int | None = None, avoid: Collection[int] = ()) -> dict[str, int]:
    """Return free ports, those from `base` on, or the first free block that avoids `avoid`.

    Raises:
        RefcloudFault: a port of the wanted block is taken, or no block is free.
    """
    if base is not None:
        wanted = block(base)
        for name, port in wanted.items():
            if not is_free(port):
                raise RefcloudFault(
                    f"port {port}, wanted for {name}, is used by another program",
                    next_step="Choose another --port-base, or leave it out.",
                    where=f"127.0.0.1:{port}",
                )
        return wanted
    for candidate in range(FIRST_BASE, LAST_BASE, STEP):
        wanted = block(candidate)
        if all(port not in avoid and is_free(port) for port in wanted.values()):
            return wanted
    raise RefcloudFault(
        f"no block of {len(NAMES)} free ports between {FIRST_BASE} and {LAST_BASE}",
        next_step="Name the first of eleven free ports with --port-base.",
    )
