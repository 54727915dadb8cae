"""Write the configuration of the services from the templates."""

import base64
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from refcheck.refcloud import folders
from refcheck.refcloud.folders import Home
from refcheck.refcloud.settings import Settings

_PLACE = re.compile(r"@([A-Za-z_]+)@")
_FOLDERS = (
    "log",
    "run",
    "db",
    "data/fernet-keys",
    "data/credential-keys",
    "data/glance/images",
    "data/glance/staging",
    "data/glance/tasks",
    "data/nova",
    "data/neutron",
    "data/cinder/volumes",
    "data/swift/d1",
)
FROM_PACKAGES = (
    "nova/api-paste.ini",
    "neutron/api-paste.ini",
    "cinder/api-paste.ini",
    "cinder/resource_filters.json",
)


def words(settings: Settings) -> dict[str, str]:
    """Return what the @places@ of the templates stand for."""
    return {
        "HOME": settings.home,
        "VENV": settings.venv,
        "service_password": settings.passwords["service"],
        "swift_hash": settings.passwords["swift_hash"],
        **{name: str(port) for name, port in settings.ports.items()},
    }


def render(text: str, values: Mapping[str, str]) -> str:
    """Fill the @places@ of a template.

    Raises:
        KeyError: a place has no value.
    """
    return _PLACE.sub(lambda place: values[place[1]], text)


def write(home: Home, settings: Settings) -> None:
    """Make the folders, configuration files and keys of a new cloud."""
    for folder in _FOLDERS:
        (home.path / folder).mkdir(parents=True, exist_ok=True)
    values = words(settings)
    for template in folders.TEMPLATES.rglob("*"):
        if template.is_file():
            target = home.etc(*template.relative_to(folders.TEMPLATES).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            _write_private(target, render(template.read_text(), values).encode())
    for name in FROM_PACKAGES:
        shutil.copy(Path(settings.venv, "etc", name), home.etc(name))
    for repository in ("fernet-keys", "credential-keys"):
        for number in ("0", "1"):  # the key in waiting and the one in use
            key = base64.urlsafe_b64encode(os.urandom(32))
            _write_private(home.path / "data" / repository / number, key)


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
