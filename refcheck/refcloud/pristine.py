"""Keep a copy of a cloud's state as it was built, and go back to it."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

from refcheck.refcloud.folders import Home

_PARTS = ("db", "data")
_RECIPE = "recipe"
_TRIES = 20
# Where users' bytes are, below `data`.
_USER_DATA = ("glance/images", "glance/staging", "glance/tasks", "cinder/volumes", "swift/d1")


def recipe_of(home: Home) -> str | None:
    """Return what the kept state was made by, None if none is kept."""
    try:
        return (home.pristine / _RECIPE).read_text()
    except FileNotFoundError:
        return None


def forget(home: Home) -> None:
    """Remove the state and its copy."""
    home.whole.unlink(missing_ok=True)
    for folder in (home.pristine, *(home.path / part for part in _PARTS)):
        shutil.rmtree(folder, ignore_errors=True)


def keep(home: Home, recipe: str) -> None:
    """Copy the state. The services may run, if nobody uses them meanwhile."""
    draft = home.pristine.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "db").mkdir(parents=True)
    for database in (home.path / "db").glob("*.sqlite"):
        _copy_database(database, draft / "db" / database.name)
    shutil.copytree(home.path / "data", draft / "data", symlinks=True)
    (draft / _RECIPE).write_text(recipe)
    draft.rename(home.pristine)
    home.whole.touch()


def restore(home: Home) -> None:
    """Replace the state by its copy; no service may run.

    Killed halfway it leaves the marker `whole` absent, and the next start restores again.
    """
    home.whole.unlink(missing_ok=True)
    for part in _PARTS:
        shutil.rmtree(home.path / part, ignore_errors=True)
        shutil.copytree(home.pristine / part, home.path / part, symlinks=True)
    home.whole.touch()


def restore_running(home: Home) -> None:
    """Replace the state by its copy while the services run, each database in one transaction.

    Nobody may use the cloud meanwhile, and the services must empty their memory afterwards.
    Keys and lock files, which running services hold, are not replaced: no request changes them.
    """
    home.whole.unlink(missing_ok=True)
    for database in (home.pristine / "db").glob("*.sqlite"):
        _copy_database(database, home.path / "db" / database.name)
    for folder in _USER_DATA:
        for old in (home.path / "data" / folder).iterdir():
            _remove(old)
        kept = home.pristine / "data" / folder
        shutil.copytree(kept, home.path / "data" / folder, symlinks=True, dirs_exist_ok=True)
    home.whole.touch()


def _remove(old: Path) -> None:
    """Delete a file, or a folder into which a service may still be writing."""
    if not old.is_dir():
        old.unlink(missing_ok=True)
        return
    for _ in range(_TRIES):
        shutil.rmtree(old, ignore_errors=True)
        if not old.exists():
            return
    shutil.rmtree(old)


def _copy_database(source: Path, target: Path) -> None:
    """Copy by SQLite itself: consistent, and with what is still in the write-ahead log."""
    with (
        contextlib.closing(sqlite3.connect(source)) as original,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
