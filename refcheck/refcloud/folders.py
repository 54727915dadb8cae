"""Where refcloud keeps its environments and its state."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).parent
SERVICES = PACKAGE / "services"
TEMPLATES = PACKAGE / "templates"
LOCK = PACKAGE / "requirements.lock"


def cache_root() -> Path:
    """Folder of everything that can be made again: REFCHECK_CACHE, else the user's cache."""
    return Path(os.environ.get("REFCHECK_CACHE") or platformdirs.user_cache_dir("refcheck"))


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one cloud and what lies where in it."""

    path: Path

    @property
    def settings(self) -> Path:
        """Ports and passwords; readable by its owner only."""
        return self.path / "settings.json"

    @property
    def lock(self) -> Path:
        """Held while someone changes the cloud."""
        return self.path / "lock"

    @property
    def whole(self) -> Path:
        """Marker: `db` and `data` belong together. Absent while they are being replaced."""
        return self.path / "whole"

    @property
    def pristine(self) -> Path:
        """Copy of `db` and `data` as they were after the build."""
        return self.path / "pristine"

    def etc(self, *parts: str) -> Path:
        """Return the path of a configuration file."""
        return self.path.joinpath("etc", *parts)

    def log(self, name: str) -> Path:
        """Return the path of the log of a service or a tool."""
        return self.path / "log" / f"{name}.log"

    def pid_file(self, service: str) -> Path:
        """Return the path of the file a running service holds locked, with its pid."""
        return self.path / "run" / f"{service}.pid"

    def forgot(self, service: str) -> Path:
        """Return the path of the file a service makes when it has emptied its memory."""
        return self.path / "run" / f"{service}.forgot"
