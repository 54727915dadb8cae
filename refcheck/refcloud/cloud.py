"""A whole cloud: build, start, stop, go back to pristine, ask how it is."""

import contextlib
import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refcheck.errors import RefcloudFault, WrongUse
from refcheck.refcloud import (
    clouds_yaml,
    configuration,
    faults,
    folders,
    install,
    locks,
    memory,
    ports,
    pristine,
    processes,
    settings,
)
from refcheck.refcloud.databases import Builder
from refcheck.refcloud.folders import Home
from refcheck.refcloud.progress import Progress, Silent
from refcheck.refcloud.service import ROSTER, Service, await_answers, environ
from refcheck.refcloud.settings import Settings
from refcheck.refcloud.tools import Tools
from refcheck.refcloud.warm import warm

DEFAULT_NAME = "default"
_NAME = re.compile(r"[A-Za-z0-9_-]+")
STATE_SPACE = 0.2 * faults.GIB
# What the others ask when they start, so it comes first in a build.
_FOUNDATION = ("keystone", "placement")


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How one service is."""

    service: str
    port: int
    pid: int | None
    rss_mib: int
    up: bool
    log: str


class RefCloud:
    """A real OpenStack for one user, on 127.0.0.1.

    Args:
        name: which of the user's clouds; each has its own state, ports and passwords.
        home: its folder, by default `refcloud/NAME` in the cache.

    Raises:
        WrongUse: the name is not fit for a folder.
    """

    def __init__(self, name: str = DEFAULT_NAME, home: Path | None = None) -> None:
        if not _NAME.fullmatch(name):
            raise WrongUse(
                f"{name!r} cannot be the name of a refcloud",
                next_step="Use letters, digits, - and _.",
            )
        self.name = name
        self.home = Home((home or folders.cache_root() / "refcloud" / name).absolute())

    # -- asking ------------------------------------------------------------------------------

    @property
    def is_up(self) -> bool:
        """Whether every service runs and answers."""
        return all(status.up for status in self.status())

    @property
    def is_built(self) -> bool:
        """Whether a finished build is there, running or not."""
        return pristine.recipe_of(self.home) is not None

    def status(self) -> list[ServiceStatus]:
        """Return how each service is; empty ports (0) if the cloud was never built."""
        known = settings.load(self.home)
        if known is None:
            return [ServiceStatus(name, 0, None, 0, up=False, log="") for name in ROSTER]
        return [_status(Service(name, self.home, known)) for name in ROSTER]

    def service(self, name: str) -> Service:
        """Return a handle on one service, for tests that stop or start it.

        Raises:
            RefcloudFault: the cloud was never built, or has no such service.
        """
        if name not in ROSTER:
            raise RefcloudFault(
                f"refcloud has no service {name!r}", next_step=f"It has {', '.join(ROSTER)}."
            )
        return Service(name, self.home, self.settings())

    def settings(self) -> Settings:
        """Return its ports and passwords.

        Raises:
            RefcloudFault: the cloud was never built.
        """
        known = settings.load(self.home)
        if known is None:
            raise RefcloudFault(
                f"there is no refcloud named {self.name!r}",
                next_step=f"Build it with `{self._command('up')}`.",
                where=str(self.home.path),
            )
        return known

    def clouds_yaml(self) -> dict[str, Any]:
        """Return the content of a clouds.yaml: a member of each project, and the administrator.

        Raises:
            RefcloudFault: the cloud was never built.
        """
        return clouds_yaml.content(self.settings())

    # -- doing -------------------------------------------------------------------------------

    def up(
        self,
        progress: Progress | None = None,
        *,
        rebuild: bool = False,
        port_base: int | None = None,
    ) -> None:
        """Make it run: install, build and start what is not there yet.

        Whatever ends this early (a fault, Ctrl-C) ends the services it started.

        Args:
            progress: told what happens.
            rebuild: forget the state and build anew, on other ports if the old ones are taken.
            port_base: first of eleven ports for a build.

        Raises:
            RefcloudFault: something cannot be installed, built or started, and what to do.
            WrongUse: it was built on other ports than `port_base`.
        """
        progress = progress or Silent()
        with self._alone(progress):
            whole = self._is_current and self.home.whole.exists()
            if whole and not rebuild and self.is_up:
                progress.note(f"refcloud {self.name!r} is already up")
                return
            venv = install.ensure(folders.LOCK, "services", progress).path
            with self._all_or_nothing():
                known = settings.load(self.home)
                built = known and known.venv == str(venv) and self._is_current
                if known and built and not rebuild:
                    self._refuse_other_ports(known, port_base)
                    self._start_again(known, progress)
                else:
                    known = self._build(venv, port_base, progress)
                warm(known, ROSTER)

    def down(self) -> None:
        """End every service; the state stays."""
        if not self.home.path.exists():
            return
        with self._alone(Silent()):
            self._end_services()

    def reset(self, progress: Progress | None = None, *, restart: bool = False) -> None:
        """Go back to the state it was built with, in less than a second.

        A cloud that runs goes on running: each database is replaced in one transaction, then
        every service empties its memory (caches, the fake hypervisor's servers). Nobody may use
        the cloud meanwhile. A cloud that is down stays down; one that is half up comes up.

        Args:
            progress: told what happens.
            restart: start the services anew, which takes some ten seconds more, so that
                certainly nothing in memory outlives the old state.

        Raises:
            RefcloudFault: the cloud was never built, or a service does not start again.
        """
        progress = progress or Silent()
        with self._alone(progress):
            known = self.settings()
            if not self._is_current:
                raise RefcloudFault(
                    f"refcloud {self.name!r} has no finished build of this version of refcheck",
                    next_step=f"Build it with `{self._command('up')}`.",
                    where=str(self.home.path),
                )
            began = time.monotonic()
            if self.is_up and not restart:
                pristine.restore_running(self.home)
                if memory.forgotten(self.home, ROSTER):
                    progress.ends("the state is pristine", time.monotonic() - began)
                    return
                progress.note("a service does not answer the wish to forget; restarting them all")
            self._reset_stopped(known, progress)

    def _reset_stopped(self, known: Settings, progress: Progress) -> None:
        ran = any(status.pid for status in self.status())
        with self._all_or_nothing():
            began = time.monotonic()
            pristine.restore(self.home)
            progress.ends("the state is pristine", time.monotonic() - began)
            if ran:
                self._start(known, tuple(ROSTER), progress)
                warm(known, ROSTER)

    # -- parts -------------------------------------------------------------------------------

    @property
    def _is_current(self) -> bool:
        """Whether there is a finished build, made as this version of refcheck makes it."""
        return pristine.recipe_of(self.home) == _recipe()

    def _command(self, verb: str) -> str:
        option = "" if self.name == DEFAULT_NAME else f" --name {self.name}"
        return f"refcheck refcloud {verb}{option}"

    @contextlib.contextmanager
    def _alone(self, progress: Progress) -> Iterator[None]:
        waiting = f"another refcheck works on refcloud {self.name!r}; waiting for it"
        with (
            faults.told_plainly(self.home.path),
            locks.exclusive(self.home.lock, lambda: progress.note(waiting)),
        ):
            yield

    @contextlib.contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """End what an earlier, killed start left; on an error end what this one started."""
        self._end_services()
        try:
            yield
        except BaseException:
            self._end_services()
            raise

    def _end_services(self) -> None:
        processes.end([self.home.pid_file(name) for name in ROSTER])

    def _start_again(self, known: Settings, progress: Progress) -> None:
        faults.require_space(self.home.path, STATE_SPACE)
        if not self.home.whole.exists():  # a reset was killed halfway
            pristine.restore(self.home)
        self._start(known, tuple(ROSTER), progress)

    def _refuse_other_ports(self, known: Settings, port_base: int | None) -> None:
        first = known.ports[ports.NAMES[0]]
        if port_base not in (None, first):
            raise WrongUse(
                f"refcloud {self.name!r} was built on the ports from {first} on",
                next_step="Leave out --port-base, or add --rebuild to build it anew on others.",
            )

    def _build(self, venv: Path, port_base: int | None, progress: Progress) -> Settings:
        faults.require_space(self.home.path, STATE_SPACE)
        if self.is_built and not self._is_current:
            progress.note("this refcheck makes refcloud differently from the one that built it")
        pristine.forget(self.home)
        known = settings.choose(self.home, venv, port_base)
        configuration.write(self.home, known)
        bootstrap = {"OS_BOOTSTRAP_PASSWORD": known.passwords["admin"]}

        def builder() -> Builder:
            return Builder(self.home, known, Tools(environ(self.home) | bootstrap, self.home.path))

        with _timed("databases made", progress, begins="making the databases"):
            builder().make_all()
        self._start(known, _FOUNDATION, progress)
        builder().fill_identity()
        self._start(known, tuple(name for name in ROSTER if name not in _FOUNDATION), progress)
        with _timed("users, flavors, images and the external network made", progress):
            builder().fill_cloud()
        pristine.keep(self.home, _recipe())
        return known

    def _start(self, known: Settings, names: Sequence[str], progress: Progress) -> None:
        began = time.monotonic()
        progress.begins(f"starting {', '.join(names)}")
        waiting = [Service(name, self.home, known) for name in names]
        for service in waiting:
            service.launch()
        while waiting:
            for service in await_answers(waiting):
                waiting.remove(service)
                progress.ends(f"{service.name} answers", time.monotonic() - began)


@contextlib.contextmanager
def _timed(what: str, progress: Progress, begins: str = "") -> Iterator[None]:
    began = time.monotonic()
    progress.begins(begins or what)
    yield
    progress.ends(what, time.monotonic() - began)


def _status(service: Service) -> ServiceStatus:
    pid = service.pid
    return ServiceStatus(
        service=service.name,
        port=service.port,
        pid=pid,
        rss_mib=processes.resident_mib(pid) if pid else 0,
        up=pid is not None and ports.listens(service.port),
        log=str(service.log),
    )


def _recipe() -> str:
    """Digest of everything that decides what a build makes."""
    digest = hashlib.sha256(folders.LOCK.read_bytes())
    for folder in (folders.SERVICES, folders.TEMPLATES):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
                digest.update(file.read_bytes())
    return digest.hexdigest()
