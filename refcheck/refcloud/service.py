"""One service of a running cloud: start it, see whether it answers, stop it."""

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from refcheck.errors import RefcloudFault
from refcheck.refcloud import faults, folders, ports, processes
from refcheck.refcloud.folders import Home
from refcheck.refcloud.settings import Settings

ROSTER: Mapping[str, tuple[str, ...]] = {
    "keystone": ("run_wsgi.py", "keystone"),
    "placement": ("run_wsgi.py", "placement"),
    "glance": ("run_wsgi.py", "glance"),
    "neutron": ("run_neutron.py",),
    "nova": ("run_nova.py",),
    "cinder": ("run_cinder.py",),
    "swift": ("run_swift.py",),
}
"""Every service, in the order they are started, with its program and arguments."""

ANSWER_TIMEOUT = 120.0
_PAUSE = 0.05
_RETRY = "Try `refcheck refcloud up` again; if it fails again, `refcheck refcloud up --rebuild`."


@dataclass(frozen=True, slots=True)
class Service:
    """A handle on one service."""

    name: str
    home: Home
    settings: Settings

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return self.settings.ports[self.name]

    @property
    def log(self) -> Path:
        """Everything it says."""
        return self.home.log(self.name)

    @property
    def pid(self) -> int | None:
        """Its process, None when it does not run."""
        return processes.holder(self.home.pid_file(self.name))

    @property
    def answers(self) -> bool:
        """Whether it runs and accepts connections."""
        return self.pid is not None and ports.listens(self.port)

    def launch(self) -> None:
        """Start it without waiting for it.

        Raises:
            RefcloudFault: its port is taken, or it could not even begin.
        """
        for port_name in (self.name, *_EXTRA_PORTS.get(self.name, ())):
            if not ports.is_free(self.settings.ports[port_name]):
                raise faults.port_taken(self.name, self.settings.ports[port_name])
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        python = Path(self.settings.venv, "bin", "python")
        program, *arguments = ROSTER[self.name]
        with self.log.open("wb") as out:
            began = subprocess.run(
                [python, folders.SERVICES / program, *arguments],
                env=environ(self.home),
                cwd=self.home.path,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                check=False,
            )
        if began.returncode:
            raise faults.program_failed(f"{self.name} does not begin", self.log, _RETRY)

    def start(self) -> None:
        """Start it and return when it answers; nothing happens if it does already.

        Raises:
            RefcloudFault: it does not come up.
        """
        if not self.answers:
            self.stop()
            self.launch()
            await_answers([self])

    def stop(self) -> None:
        """End it; nothing happens if it does not run."""
        processes.end([self.home.pid_file(self.name)])


# Swift listens on three more ports, for its own parts; Nova on one, for what is in its servers.
_EXTRA_PORTS = {"swift": ("account", "container", "object"), "nova": ("guest",)}


def await_answers(services: list[Service], timeout: float = ANSWER_TIMEOUT) -> list[Service]:
    """Return the services that answer first, as soon as one does.

    Raises:
        RefcloudFault: one of them ended, or none answers in time.
    """
    deadline = time.monotonic() + timeout
    while True:
        ready = [service for service in services if service.answers]
        if ready:
            return ready
        for service in services:
            if service.pid is None:
                raise faults.program_failed(
                    f"{service.name} ended while starting", service.log, _RETRY
                )
        if time.monotonic() > deadline:
            raise never_answers(services[0], timeout)
        time.sleep(_PAUSE)


def never_answers(service: Service, timeout: float) -> RefcloudFault:
    """Return the error for a service that runs and does not listen."""
    what = f"{service.name} does not answer {timeout:.0f} s after its start"
    return faults.program_failed(what, service.log, _RETRY)


def environ(home: Home) -> dict[str, str]:
    """Return the environment of everything that runs for a cloud.

    Nothing of the caller's clouds, proxies or Python reaches it. HOME is the cloud's own folder,
    so that caches kept there by libraries are neither shared nor left behind.
    """
    dropped = ("OS_", "PYTHON", "VIRTUAL_ENV")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(dropped) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "HOME": str(home.path),
        "REFCLOUD_SETTINGS": str(home.settings),
        # Neutron finds its port binder by the entry point described there.
        "PYTHONPATH": str(home.etc("neutron")),
        "PYTHONNOUSERSITE": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
        # A heap per thread, glibc's default, makes services with many threads grow for nothing.
        "MALLOC_ARENA_MAX": "2",
    }
