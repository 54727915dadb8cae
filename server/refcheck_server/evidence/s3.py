"""Evidence in a store that speaks S3: an object per digest, below a prefix.

Keys, region and address come from the variables that all programs for S3 read: AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from refcheck_server.evidence.errors import EvidenceAway

_CHUNK = 256 * 1024
_NAME = re.compile(r"(?:.*/)?([0-9a-f]{64})")
_WELL_FOR = 30.0
"""Seconds for which an answer to `is_well` is good: watchers ask often."""


class S3:
    """A store (see `Store`) at `s3://BUCKET/PREFIX`."""

    def __init__(self, address: str) -> None:
        self.place = address
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        self._store = S3Store(
            bucket,
            prefix=prefix.strip("/") or None,
            client_options={
                "allow_http": os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://"),
                "timeout": timedelta(seconds=60),
                "connect_timeout": timedelta(seconds=5),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
        )
        self._looked: tuple[float, bool] | None = None

    @property
    def scratch(self) -> Path:
        return Path(tempfile.gettempdir())

    def keep(self, sha256: str, file: Path) -> None:
        """See `Store`; a large file goes in parts."""
        with _told():
            obstore.put(self._store, sha256, file)

    def read(self, sha256: str) -> Iterator[bytes]:
        with _told():
            for chunk in obstore.get(self._store, sha256).stream(min_chunk_size=_CHUNK):
                yield bytes(chunk)

    def remove(self, sha256: str) -> None:
        with _told():
            try:
                obstore.delete(self._store, sha256)
            except FileNotFoundError:
                return

    def names(self) -> Iterator[tuple[str, datetime]]:
        with _told():
            for some in obstore.list(self._store):
                for one in some:
                    if found := _NAME.fullmatch(one["path"]):
                        yield found[1], one["last_modified"]

    def is_well(self) -> bool:
        now = time.monotonic()
        if self._looked is None or now - self._looked[0] > _WELL_FOR:
            try:
                obstore.list_with_delimiter(self._store, "none")
            except (BaseError, OSError):
                self._looked = now, False
            else:
                self._looked = now, True
        return self._looked[1]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise EvidenceAway(
            f"the store of evidence cannot be used ({type(error).__name__})",
            next_step="Try again later; the registry's operator sees to it.",
        ) from error
