"""The library against a folder of official files: nothing lost, nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from refcheck.errors import BadInput
from refcheck.guideline import library
from refcheck.guideline.facts import Change, changes, facts
from refcheck.guideline.sections import EVERYTHING_ELSE

_FOLDERS = (".", "add-ons", "guidelines", "guidelines/add-ons")


@dataclass(frozen=True, slots=True)
class Comparison:
    """An official file and the guideline of the library that stands for it.

    Attributes:
        facts: how many were compared.
        differences: official before, library after; empty when nothing was lost or changed.
        corrected: the id in the file when it is not the file's name; the library uses the name.
    """

    id: str
    file: Path
    facts: int
    differences: tuple[Change, ...]
    corrected: str = ""


def compare_folder(folder: Path) -> Iterator[Comparison]:
    """Compare each official file in `folder` and its add-ons with the library.

    Raises:
        BadInput: when there is no guideline file in it.
        BadGuideline: when a file cannot be read.
    """
    files = [
        file
        for name in _FOLDERS
        for file in sorted((folder / name).glob("*.json"))
        if file.is_file()
    ]
    if not files:
        raise BadInput(
            "there is no guideline file (*.json) in it",
            where=str(folder),
            next_step="Give a checkout of the official guidelines' repository.",
        )
    for file in files:
        yield _compare(file)


def _compare(file: Path) -> Comparison:
    official = dict(facts(library.load(str(file))))
    corrected = official["id"] if official["id"] != file.stem else ""
    official["id"] = file.stem
    ours = facts(library.load(file.stem)) if file.stem in library.ids() else {}
    known = {path: value for path, value in ours.items() if not _is_addition(path, official)}
    return Comparison(
        id=file.stem,
        file=file,
        facts=len(official),
        differences=changes(official, known),
        corrected=corrected,
    )


def _is_addition(path: str, official: dict[str, str]) -> bool:
    """Whether the library adds this: the section that stands for nova's unnamed rest."""
    return path.endswith(f".{EVERYTHING_ELSE}") and path not in official
