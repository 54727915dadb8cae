"""The ways refcloud fails, each as the error a person can act on."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from refcheck.errors import RefcloudFault

GIB = 1 << 30
TAIL_LINES = 15
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FREE_SPACE = "Free some space there, or set REFCHECK_CACHE to a folder on a larger disk."


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log, or a remark that there are none."""
    try:
        text = log.read_text(errors="replace").rstrip()
    except FileNotFoundError:
        text = ""
    return "\n".join(text.splitlines()[-lines:]) or "(its log is empty)"


def program_failed(what: str, log: Path, next_step: str) -> RefcloudFault:
    """Return the error for a program that ended badly, with the last lines of its log."""
    last = tail(log)
    if "No space left on device" in last or "Disk quota exceeded" in last:
        return disk_full(log.parent)
    return RefcloudFault(
        f"{what}; the last lines of its log:\n{last}", next_step=next_step, where=str(log)
    )


def port_taken(service: str, port: int) -> RefcloudFault:
    """Return the error for a port of ours that another program listens on."""
    return RefcloudFault(
        f"port {port}, which {service} of refcloud needs, is used by another program",
        next_step="End that program, or add --rebuild to `refcheck refcloud up`: the cloud is "
        "built anew on other ports.",
        where=f"127.0.0.1:{port}",
    )


def disk_full(where: Path) -> RefcloudFault:
    """Return the error for a disk that ran full."""
    return RefcloudFault("the disk is full", next_step=_FREE_SPACE, where=str(where))


def require_space(folder: Path, needed: float) -> None:
    """Fail early when fewer than `needed` bytes are free where `folder` is or will be.

    Raises:
        RefcloudFault: there is less.
    """
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise RefcloudFault(
            f"the disk is full: {needed / GIB:.1f} GiB are needed, {free / GIB:.1f} GiB are free",
            next_step=_FREE_SPACE,
            where=str(existing),
        )


@contextlib.contextmanager
def told_plainly(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses inside the block into an error with a next step.

    Raises:
        RefcloudFault: the disk is full, or a file of the cache cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(Path(error.filename or folder)) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise RefcloudFault(
                f"cannot write there: {error.strerror}",
                next_step="Give your user that folder, or set REFCHECK_CACHE to one it may write.",
                where=str(error.filename or folder),
            ) from error
        raise
