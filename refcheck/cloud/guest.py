"""Looking into a server: a log-in by SSH, and a few files of a Linux guest that tell what it is.

Nothing is changed in a guest and nothing but `cat` is run there. A guest that has just been made is
known to nobody, so its host key is not compared with anything; no secret is ever sent to it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from refcheck.cloud.guest_key import GuestKey
from refcheck.cloud.waiting import Clock

if TYPE_CHECKING:
    import asyncssh

_TRY_BUDGET = 30.0
"""Seconds for one try: to connect, log in and read."""
_PAUSE = 1.0
_KEY_BUDGET = 20.0
"""Seconds that a guest which answers may take to know the key."""
_HOST_NAME = "/proc/sys/kernel/hostname"
_PROCESSORS = "/proc/cpuinfo"
_DISKS = "/proc/partitions"
_BOOT_ID = "/proc/sys/kernel/random/boot_id"
_KEYS = ".ssh/authorized_keys"
_DISK = re.compile(r"^ *\d+ +\d+ +(\d+) (\S+)$", re.MULTILINE)
_NOT_A_DISK = re.compile(r"(loop|ram|zram|sr|fd|dm-)\d+")


class NoGuest(Exception):
    """Nobody could be asked: no connection, no SSH, or no Linux."""


class KeyRefused(NoGuest):
    """A guest answers, and does not let the user in with the key."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where to log in, and as whom."""

    address: str
    port: int
    user: str
    key: GuestKey = field(repr=False)

    def __str__(self) -> str:
        return f"{self.user}@{self.address} at port {self.port}"


@dataclass(frozen=True, slots=True)
class Inside:
    """What a guest tells of itself.

    Attributes:
        host_name: without a domain.
        vcpus: that its kernel uses.
        authorized_keys: lines of the keys that may log in as the user.
        disks: device → KiB; without partitions, and without what is no disk.
        boot_id: another one after every start.
    """

    host_name: str
    vcpus: int
    authorized_keys: tuple[str, ...]
    disks: Mapping[str, int]
    boot_id: str

    def has_key(self, public: str) -> bool:
        """Whether a public key is among those that may log in; its comment does not count."""
        return public.split()[:2] in [line.split()[:2] for line in self.authorized_keys]


def look_inside(door: Door, *, budget: float, clock: Clock = Clock()) -> Inside:  # noqa: B008
    """Log in and read; tried until it works, for a guest may still be starting.

    Args:
        budget: seconds at most.

    Raises:
        KeyRefused: a guest answers and does not know the key.
        NoGuest: there is none, or it does not tell.
    """
    import asyncssh

    start, refused_since = clock.now(), 0.0
    while True:
        try:
            return asyncio.run(asyncio.wait_for(_read(door), min(_TRY_BUDGET, budget)))
        except asyncssh.PermissionDenied as error:
            refused_since = refused_since or clock.now()
            if clock.now() - refused_since >= min(_KEY_BUDGET, budget):
                raise KeyRefused(f"the guest refuses {door}: {error.reason}") from error
        except (OSError, TimeoutError, asyncssh.Error) as error:
            if clock.now() - start >= budget:
                raise NoGuest(
                    f"no guest lets in {door} within {budget:g} s ({type(error).__name__}: {error})"
                ) from error
        clock.sleep(_PAUSE)


async def _read(door: Door) -> Inside:
    import asyncssh

    async with asyncssh.connect(
        door.address,
        door.port,
        username=door.user,
        client_keys=[asyncssh.import_private_key(door.key.private)],
        preferred_auth="publickey",
        known_hosts=None,
        config=None,
        agent_path=None,
    ) as guest:
        paths = (_HOST_NAME, _PROCESSORS, _KEYS, _DISKS, _BOOT_ID)
        texts = dict(zip(paths, [await _text(guest, path) for path in paths], strict=True))
    return Inside(
        host_name=texts[_HOST_NAME].strip().partition(".")[0],
        vcpus=len(re.findall(r"^processor", texts[_PROCESSORS], re.MULTILINE)),
        authorized_keys=tuple(line for line in texts[_KEYS].splitlines() if line.strip()),
        disks=disks_of(texts[_DISKS]),
        boot_id=texts[_BOOT_ID].strip(),
    )


async def _text(guest: asyncssh.SSHClientConnection, path: str) -> str:
    done = await guest.run(f"cat {path}")
    if done.exit_status:
        raise NoGuest(f"the guest does not show {path}: {str(done.stderr or '').strip():.200}")
    return str(done.stdout or "")


def disks_of(partitions: str) -> dict[str, int]:
    """Device → KiB, of the whole disks in `/proc/partitions`."""
    every = {name: int(size) for size, name in _DISK.findall(partitions)}
    return {
        name: size
        for name, size in every.items()
        if not _NOT_A_DISK.fullmatch(name)
        and not any(re.fullmatch(rf"{re.escape(disk)}p?\d+", name) for disk in every)
    }
