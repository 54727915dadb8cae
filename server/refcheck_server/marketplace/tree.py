"""Writing a tree of files that is whole whenever anybody looks.

The folder that readers know is a link. A new tree is made beside the old one, out of new files and
of hard links to those that stay as they are; then the link is renamed over. So nobody sees half a
tree, and a copying program sees which files are new.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]

from refcheck.claim.statement import digest
from refcheck.claim.tree import FILE, Tree, read_tree, sign_tree
from refcheck.errors import BadClaim, BadSignature
from refcheck_server.marketplace.errors import PublicationFault


class NewTree:
    """A tree that is being made.

    Args:
        folder: where it is made.
        old: the tree that is published now; None when nothing is, or it is not to be used.
        known: digests of the old tree's files, by path.

    Attributes:
        files: digests of the files so far, by path.
        written: how many of them are new.
    """

    def __init__(self, folder: Path, old: Path | None, known: Mapping[str, str]) -> None:
        self._folder = folder
        self._old = old
        self._known = known
        self._by_folder: dict[str, list[str]] = {}
        for name in known:
            self._by_folder.setdefault(name.rpartition("/")[0], []).append(name)
        self._folders: set[str] = set()
        self.files: dict[str, str] = {}
        self.written = 0

    @property
    def unchanged(self) -> bool:
        """Whether it has the same files as the old one."""
        return self._old is not None and self._known == self.files

    def old_text(self, name: str) -> bytes | None:
        """A file of the old tree, if it is there as it was published."""
        if self._old is None or name not in self._known:
            return None
        try:
            data = (self._old / name).read_bytes()
        except OSError:
            return None
        return data if digest(data) == self._known[name] else None

    def put(self, name: str, data: bytes) -> None:
        """Have this file in the tree; one that is the same already is taken over."""
        if self.old_text(name) != data or not self._taken_over(name):
            with open(self._place(name), "xb") as file:  # noqa: PTH123 - thousands of them
                file.write(data)
            self.written += 1
        self.files[name] = digest(data)

    def keep(self, folder: str) -> bool:
        """Take over all files of a folder of the old tree; False if they are not all there."""
        names = self._by_folder.get(folder, [])
        if not names or not all(map(self._taken_over, names)):
            shutil.rmtree(self._folder / folder, ignore_errors=True)
            self._folders.discard(folder)
            return False
        self.files.update((name, self._known[name]) for name in names)
        return True

    def _taken_over(self, name: str) -> bool:
        if self._old is None:
            return False
        try:
            os.link(f"{self._old}/{name}", self._place(name))
        except OSError:  # gone from the old tree, or a file system without links
            return False
        return True

    def _place(self, name: str) -> str:
        folder = name.rpartition("/")[0]
        if folder not in self._folders:
            (self._folder / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return f"{self._folder}/{name}"


@contextmanager
def publishing(
    target: Path, signer: CryptoSigner, *, whole: bool, now: datetime
) -> Iterator[NewTree]:
    """A new tree, that `target` leads to once the block ends well; until then to the old one.

    Args:
        target: the folder that readers know.
        signer: signs the index of the tree.
        whole: use nothing of what is published now.
        now: the time of the publication.

    Raises:
        PublicationFault: `target` cannot be used, or somebody else publishes there now.
    """
    target = target.absolute()
    with _alone(target):
        old = _published(target)
        known = {} if whole or old is None else _known(old, signer)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            made.chmod(0o755)
            tree = NewTree(made, old if known else None, known)
            yield tree
            if tree.unchanged:
                shutil.rmtree(made)
                return
            (made / FILE).write_bytes(sign_tree(Tree(now, tree.files), signer))
            _lead_to(target, made)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        _forget_all_but(target, {made, old})


def _published(target: Path) -> Path | None:
    """The tree that is published now; an empty folder is taken for nothing."""
    if target.is_symlink():
        old = target.parent / target.readlink()
        if old.parent != target.parent or not old.name.startswith(f".{target.name}."):
            raise PublicationFault(
                "is a link to somewhere else",
                where=str(target),
                next_step="Name a folder that is not there yet.",
            )
        return old if old.is_dir() else None
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()
    if target.exists():
        raise PublicationFault(
            "is not empty, and not a tree that was published here",
            where=str(target),
            next_step="Name a folder that is not there yet.",
        )
    return None


def _known(old: Path, signer: CryptoSigner) -> Mapping[str, str]:
    try:
        data = (old / FILE).read_bytes()
        return read_tree(data, [signer.public_key], where=str(old / FILE)).files
    except (OSError, BadClaim, BadSignature):  # damaged, or of another key: all is made anew
        return {}


def _lead_to(target: Path, made: Path) -> None:
    link = made.with_name(f"{made.name}.link")
    link.symlink_to(made.name)
    link.replace(target)


def _forget_all_but(target: Path, kept: set[Path | None]) -> None:
    """The tree before stays: somebody may be reading it."""
    for other in target.parent.glob(f".{target.name}.*"):
        if other.is_dir() and not other.is_symlink() and other not in kept:
            shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold the right to publish to this folder."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(target.parent / f".{target.name}.lock", os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise PublicationFault(
            f"cannot be written to ({error.strerror})",
            where=str(target.parent),
            next_step="Name a folder below one that you may write to.",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise PublicationFault(
            "somebody publishes there now",
            where=str(target),
            next_step="Wait until that is done.",
        ) from error
    finally:
        with suppress(OSError):
            os.close(lock)
