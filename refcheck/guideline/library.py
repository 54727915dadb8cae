"""The built-in guidelines, by id, and guidelines from files, by path."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from refcheck.errors import BadGuideline, UnknownGuideline
from refcheck.guideline.model import Guideline
from refcheck.guideline.parse import SIZE_LIMIT
from refcheck.guideline.reader import read

_ENDINGS = (".json", ".yaml", ".yml")


def folder() -> Path:
    """Where the built-in guidelines are: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_guidelines"
    return installed if installed.is_dir() else package.parent / "guidelines"


def ids() -> tuple[str, ...]:
    """Ids of the built-in guidelines: programs by date, then add-ons."""
    names = [path.stem for path in folder().glob("*.yaml")]
    return tuple(sorted(names, key=lambda name: (not name[0].isdigit(), name)))


def programs() -> Mapping[str, tuple[str, ...]]:
    """Id of each built-in guideline → the targets it can be judged for."""
    return {guideline_id: tuple(load(guideline_id).programs) for guideline_id in ids()}


def load(id_or_path: str) -> Guideline:
    """A built-in guideline by its id, or any guideline by the path of its file.

    Raises:
        UnknownGuideline: naming the nearest, when there is neither such an id nor such a file.
        BadGuideline: when the file cannot be read as a guideline.
    """
    if id_or_path in ids():
        return _from_file(folder() / f"{id_or_path}.yaml", where=id_or_path)
    path = Path(id_or_path)
    if path.is_file():
        return _from_file(path, where=id_or_path)
    if id_or_path.endswith(_ENDINGS) or "/" in id_or_path:
        raise UnknownGuideline(
            f"there is no guideline file {id_or_path!r}",
            next_step="Check the path, or give an id: see `refcheck guideline list`.",
        )
    near = get_close_matches(id_or_path, ids(), n=1, cutoff=0.0)
    known = ", ".join(ids())
    raise UnknownGuideline(
        f"there is no guideline {id_or_path[:80]!r}"
        + (f"; the nearest is {near[0]}" if near else ""),
        next_step=f"Give one of {known}, or the path of a guideline file.",
    )


def _from_file(path: Path, *, where: str) -> Guideline:
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise BadGuideline(
            f"cannot be read ({error.strerror})", where=where, next_step="Check the file."
        ) from error
    return _parsed(data, where)


@lru_cache(maxsize=64)
def _parsed(data: bytes, where: str) -> Guideline:
    """Parse once: the same bytes are the same guideline."""
    return read(data, where=where)
