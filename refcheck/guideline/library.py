"""The built-in guidelines, by id, and guidelines from files, by path."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from refcheck.errors import BadGuideline, UnknownGuideline
from refcheck.guideline.model import Guideline
from refcheck.guideline.parse import SIZE_LIMIT
from refcheck.guideline.pinned import check_pin, fetch, is_address, split_pin
from refcheck.guideline.reader import read

_ENDINGS = (".json", ".yaml", ".yml")


def folder() -> Path:
    """Where the built-in guidelines are: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_guidelines"
    return installed if installed.is_dir() else package.parent / "guidelines"


def ids() -> tuple[str, ...]:
    """Ids of the built-in guidelines: programs by date, the draft of the next, then all others."""
    names = [path.stem for path in folder().glob("*.yaml")]
    return tuple(sorted(names, key=lambda name: (not name[0].isdigit(), name != "next", name)))


def programs() -> Mapping[str, tuple[str, ...]]:
    """Id of each built-in guideline → the targets it can be judged for."""
    return {guideline_id: tuple(load(guideline_id).programs) for guideline_id in ids()}


def load(id_or_path: str) -> Guideline:
    """A built-in guideline by its id, or any by the path of its file or its pinned address.

    Raises:
        UnknownGuideline: naming the nearest, when there is neither such an id nor such a file.
        BadGuideline: when it cannot be read as a guideline, or is not what its pin says.
        WrongUse: for an address without a digest.
    """
    return _parsed(document(id_or_path), split_pin(id_or_path)[0])


def builtin(guideline_id: str) -> Guideline:
    """A built-in guideline by its id alone: what a document names is no path and no address.

    Raises:
        UnknownGuideline: naming the nearest.
    """
    if guideline_id not in ids():
        raise _unknown(guideline_id)
    return load(guideline_id)


def edition_notes(guideline: Guideline) -> tuple[str, ...]:
    """What must be said of a guideline that carries a built-in id and is another document."""
    if guideline.id not in ids() or builtin(guideline.id).sha256 == guideline.sha256:
        return ()
    note = (
        f"this is not the built-in edition of guideline {guideline.id} (digest"
        f" {guideline.sha256[:12]}): the verdict says nothing about the official one"
    )
    return (note,)


def document(id_or_path: str) -> bytes:
    """The bytes that `load` would read, with the same errors."""
    if id_or_path in ids():
        return _bytes_of(folder() / f"{id_or_path}.yaml", where=id_or_path)
    address, digest = split_pin(id_or_path)
    if is_address(address):
        data = fetch(address, digest)
    elif Path(address).is_file():
        data = _bytes_of(Path(address), where=address)
    else:
        raise _unknown(address)
    check_pin(data, digest, where=address)
    return data


def _unknown(id_or_path: str) -> UnknownGuideline:
    if id_or_path.endswith(_ENDINGS) or "/" in id_or_path:
        return UnknownGuideline(
            f"there is no guideline file {id_or_path!r}",
            next_step="Check the path, or give an id: see `refcheck guideline list`.",
        )
    near = get_close_matches(id_or_path, ids(), n=1, cutoff=0.0)
    known = ", ".join(ids())
    return UnknownGuideline(
        f"there is no guideline {id_or_path[:80]!r}"
        + (f"; the nearest is {near[0]}" if near else ""),
        next_step=f"Give one of {known}, or the path of a guideline file.",
    )


def _bytes_of(path: Path, *, where: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise BadGuideline(
            f"cannot be read ({error.strerror})", where=where, next_step="Check the file."
        ) from error


@lru_cache(maxsize=64)
def _parsed(data: bytes, where: str) -> Guideline:
    """Parse once: the same bytes are the same guideline."""
    return read(data, where=where)
