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
from refcheck_server.settings import PREFIX, S3_ADDRESSES, BadSetting

_CHUNK = 256 * 1024
_NAME = re.compile(r"(?:.*/)?([0-9a-f]{64})")
_WELL_FOR = 30.0
"""Seconds for which an answer to `fault` is good: watchers ask often."""
_ASKED_FOR_KEYS = "169.254.169.254"
"""Where a machine of Amazon's has keys for what runs on it."""
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_STATUS = re.compile(r"status code: (\d{3} [A-Za-z ]{1,60})")


class S3:
    """A store (see `Store`) at `s3://BUCKET/PREFIX`.

    Raises:
        BadSetting: the library cannot work with what the environment gives it.
    """

    def __init__(self, address: str) -> None:
        self.place = address
        addresses = [os.environ.get(name, "") for name in S3_ADDRESSES]
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        try:
            self._store = S3Store(
                bucket,
                prefix=prefix.strip("/") or None,
                client_options={
                    "allow_http": any(one.startswith("http://") for one in addresses),
                    "timeout": timedelta(seconds=60),
                    "connect_timeout": timedelta(seconds=5),
                },
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
            )
        except BaseError as error:
            raise BadSetting(
                f"cannot be used ({str(error).partition(chr(10))[0]})",
                where=f"{PREFIX}EVIDENCE",
                next_step="See the variables whose names begin with AWS_.",
            ) from error
        self._looked: tuple[float, str | None] | None = None

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

    def fault(self) -> str | None:
        now = time.monotonic()
        if self._looked is None or now - self._looked[0] > _WELL_FOR:
            cause = None
            try:
                with _told():
                    obstore.list_with_delimiter(self._store, "none")
            except EvidenceAway as away:
                cause = away.cause
            self._looked = now, cause
        return self._looked[1]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise EvidenceAway(_cause(error)) from error


def _cause(error: Exception) -> str:
    """What the store said, or that it does not answer; the library says it in a page of text."""
    text = str(error)
    if _ASKED_FOR_KEYS in text:
        return "no keys were given"
    if found := _CODE.search(text) or _STATUS.search(text):
        return found[1]
    return "it does not answer" if "HTTP error" in text else type(error).__name__
