"""What is inside a server: the guest as Nova described it, and the few commands that it knows.

There is no shell and no process: every answer is made here, of what is known of the guest.
"""

import json
import shlex
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_GIB = 1 << 30
_KIB = 1 << 10
_SCSI = 8
"""Major number of SCSI disks."""
_MINORS = 16
"""Numbers for the partitions of a disk, itself included."""
_CONFIG_DRIVE = "/mnt/config/openstack/latest"


@dataclass(slots=True)
class Machine:
    """One server's hardware and what it was given to start with.

    Attributes:
        host_name: that it gives itself.
        root_gib: size of its root disk, unless a volume is that.
        authorized_keys: lines of public keys that may log in.
        meta_data: of its config drive.
        volumes: device name → the file behind it, for attached volumes.
        ports: ids of the network ports that it is plugged into.
        is_on: whether anything runs in it.
        booted: when, in seconds of the monotonic clock.
    """

    uuid: str
    host_name: str
    vcpus: int
    memory_mib: int
    root_device: str
    root_gib: int
    authorized_keys: tuple[str, ...] = ()
    meta_data: Mapping[str, Any] = field(default_factory=dict)
    user_data: bytes = b""
    volumes: dict[str, str] = field(default_factory=dict)
    ports: set[str] = field(default_factory=set)
    is_on: bool = False
    booted: float = 0.0
    boot_id: str = ""

    def boot(self) -> None:
        """Start, or start anew."""
        self.is_on, self.booted, self.boot_id = True, time.monotonic(), str(uuid.uuid4())

    @property
    def disks(self) -> dict[str, int]:
        """Device name → bytes, of the root disk and every volume that is there."""
        disks = {self.root_device: self.root_gib * _GIB}
        disks |= {name: _size(path) for name, path in self.volumes.items()}
        return dict(sorted(disks.items()))

    def files(self) -> dict[str, Callable[[], str]]:
        """Path → what it holds, made when it is read."""
        keys = "".join(f"{key.strip()}\n" for key in self.authorized_keys)
        return {
            "/etc/hostname": lambda: f"{self.host_name}\n",
            "/proc/sys/kernel/hostname": lambda: f"{self.host_name}\n",
            "/proc/sys/kernel/random/boot_id": lambda: f"{self.boot_id}\n",
            "/proc/uptime": lambda: f"{time.monotonic() - self.booted:.2f} 0.00\n",
            "/proc/cpuinfo": lambda: "\n".join(
                f"processor\t: {number}\nmodel name\t: refcloud\n" for number in range(self.vcpus)
            ),
            "/proc/meminfo": lambda: f"MemTotal: {self.memory_mib * _KIB} kB\n",
            "/proc/partitions": self._partitions,
            ".ssh/authorized_keys": lambda: keys,
            f"{_CONFIG_DRIVE}/meta_data.json": lambda: json.dumps(self.meta_data),
            f"{_CONFIG_DRIVE}/user_data": lambda: self.user_data.decode("utf-8", "replace"),
        }

    def _partitions(self) -> str:
        lines = [
            f"{_SCSI:4} {number * _MINORS:8} {size // _KIB:10} {name}\n"
            for number, (name, size) in enumerate(self.disks.items())
        ]
        return "".join(["major minor  #blocks  name\n\n", *lines])

    def carry_out(self, command: str) -> tuple[str, str, int]:
        """What a command prints, what it complains of, and its status."""
        try:
            name, *arguments = shlex.split(command) or [""]
        except ValueError as error:
            return "", f"sh: {error}\n", 2
        match name:
            case "cat":
                return self._cat(arguments)
            case "hostname":
                return f"{self.host_name}\n", "", 0
            case "nproc":
                return f"{self.vcpus}\n", "", 0
            case "lsblk":
                lines = [f"{device} {size} disk\n" for device, size in self.disks.items()]
                return "".join(["NAME SIZE TYPE\n", *lines]), "", 0
        return "", f"sh: {name}: not found\n", 127

    def _cat(self, paths: list[str]) -> tuple[str, str, int]:
        files = self.files()
        missing = [path for path in paths if path not in files]
        found = "".join(files[path]() for path in paths if path in files)
        complaints = "".join(f"cat: {path}: No such file or directory\n" for path in missing)
        return found, complaints, int(bool(missing))


def _size(path: str) -> int:
    """Bytes of the file behind a volume: as long as it is now, 0 when it is gone."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0
