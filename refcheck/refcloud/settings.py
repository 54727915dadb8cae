"""Ports and passwords of one cloud: chosen at its build, kept for its life."""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from refcheck.refcloud import locks, ports
from refcheck.refcloud.folders import Home

USERS = ("admin", "demo", "alt")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration files, the services and the users of a cloud must agree on."""

    home: str
    venv: str
    ports: Mapping[str, int]
    passwords: Mapping[str, str]
    """By user name, `service` for those of the services and `swift_hash` for Swift's secret."""

    @property
    def identity_url(self) -> str:
        """Where Keystone answers."""
        return f"http://127.0.0.1:{self.ports['keystone']}/v3"


def load(home: Home) -> Settings | None:
    """Return the settings of a cloud, None if it has none (or an unreadable file of them)."""
    try:
        return Settings(**json.loads(home.settings.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def choose(home: Home, venv: Path, port_base: int | None = None) -> Settings:
    """Make and keep settings for a build.

    An earlier build's passwords and, while they are free, ports are used again, so that a
    clouds.yaml entry stays right.

    Raises:
        RefcloudFault: no ports are free.
    """
    clouds = home.path.parent
    with locks.exclusive(clouds / "ports.lock"):
        before = load(home)
        chosen = Settings(
            home=str(home.path),
            venv=str(venv),
            ports=_ports(before, port_base, clouds, home),
            passwords=before.passwords if before else _passwords(),
        )
        save(home, chosen)
    return chosen


def _ports(
    before: Settings | None, base: int | None, clouds: Path, home: Home
) -> Mapping[str, int]:
    if base is None and before and _fit(before.ports):
        return before.ports
    others = (Home(path) for path in clouds.iterdir() if path.is_dir() and path != home.path)
    return ports.choose(base, avoid=set(_remembered(others)))


def _fit(known: Mapping[str, int]) -> bool:
    """Whether an earlier build's ports are free, and as many as a cloud has today."""
    return known.keys() == set(ports.NAMES) and all(map(ports.is_free, known.values()))


def _remembered(homes: Iterable[Home]) -> Iterable[int]:
    """Ports of other clouds, which may be down now and up later."""
    for home in homes:
        other = load(home)
        if other:
            yield from other.ports.values()


def _passwords() -> dict[str, str]:
    return {name: secrets.token_hex(16) for name in (*USERS, "service", "swift_hash")}


def save(home: Home, settings: Settings) -> None:
    """Write the settings whole or not at all, for their owner's eyes only."""
    home.path.mkdir(parents=True, exist_ok=True)
    draft = home.settings.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(settings), file, indent=1)
    draft.replace(home.settings)
