"""Where the bytes of evidence are: one of two kinds of stores, which do the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flask import Flask, current_app

from refcheck_server.settings import Settings


class Store(Protocol):
    """Bytes under their SHA-256.

    Every method raises `EvidenceAway` when the store cannot be used.

    Attributes:
        place: where it is, for people.
    """

    place: str

    @property
    def scratch(self) -> Path:
        """A folder for what comes in, before it is known to be whole."""

    def keep(self, sha256: str, file: Path) -> None:
        """Let the store have a file, whole and for good; the file may be gone then."""

    def read(self, sha256: str) -> Iterator[bytes]:
        """The bytes, piece by piece; EvidenceAway for what is not there."""

    def remove(self, sha256: str) -> None:
        """Have the bytes no more; what is not there is gone already."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """All digests, and when each came in last."""

    def fault(self) -> str | None:
        """Why it cannot be used now; None when it can."""


def open_store(settings: Settings) -> Store:
    """The store that the settings name."""
    if settings.evidence.startswith("s3://"):
        from refcheck_server.evidence.s3 import S3

        return S3(settings.evidence)
    from refcheck_server.evidence.disk import Disk

    return Disk(Path(settings.evidence))


def attach(app: Flask, settings: Settings) -> None:
    """Give `app` this store."""
    app.extensions["refcheck_evidence"] = open_store(settings)


def look_at_store(app: Flask) -> threading.Thread:
    """Let the log say if the store cannot be used; nobody has to wait for the thread."""
    store: Store = app.extensions["refcheck_evidence"]

    def look() -> None:
        if cause := store.fault():
            app.logger.warning("the store of evidence %s cannot be used: %s", store.place, cause)

    looking = threading.Thread(target=look, name="refcheck-evidence", daemon=True)
    looking.start()
    return looking


def current_store() -> Store:
    """The store of the application that serves this request."""
    found: Store = current_app.extensions["refcheck_evidence"]
    return found
