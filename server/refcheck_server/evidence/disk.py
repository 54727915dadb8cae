"""Evidence in a folder: a file per digest, in folders by its first two digits."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from refcheck_server.evidence.errors import EvidenceAway

_CHUNK = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{64}")


class Disk:
    """A store (see `Store`) in a folder, which is made when it is needed."""

    def __init__(self, folder: Path) -> None:
        self.place = str(folder)
        self._folder = folder

    @property
    def scratch(self) -> Path:
        """In the same file system, so that a file moves in one step."""
        folder = self._folder / "incoming"
        with _told():
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def keep(self, sha256: str, file: Path) -> None:
        """See `Store`; the file and its name outlive a power cut."""
        target = self._file(sha256)
        with _told():
            target.parent.mkdir(exist_ok=True)
            _to_disk(file)
            file.replace(target)
            _to_disk(target.parent)
            _to_disk(self._folder)

    def read(self, sha256: str) -> Iterator[bytes]:
        with _told():
            source = self._file(sha256).open("rb")
        with source:
            while chunk := source.read(_CHUNK):
                yield chunk

    def remove(self, sha256: str) -> None:
        with _told():
            self._file(sha256).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        for file in sorted(self._folder.glob("??/*")):
            if _NAME.fullmatch(file.name):
                yield file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def fault(self) -> str | None:
        try:
            folder = self.scratch
        except EvidenceAway as fault:
            return fault.cause
        return None if os.access(folder, os.W_OK | os.X_OK) else "it cannot be written to"

    def _file(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EvidenceAway(error.strerror or type(error).__name__) from error
