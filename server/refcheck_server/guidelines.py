"""The guidelines that this registry judges by, each read once."""

from __future__ import annotations

from refcheck.guideline import library
from refcheck.guideline.model import Guideline


class GuidelineShelf:
    """Guidelines by id; a name that is not an id of the library is never taken for a file."""

    def __init__(self) -> None:
        self._ids = library.ids()
        self._loaded: dict[str, Guideline] = {}
        self._programs: tuple[str, ...] | None = None

    def ids(self) -> tuple[str, ...]:
        """All known ids."""
        return self._ids

    def get(self, guideline_id: str) -> Guideline | None:
        """The guideline of that id, or None."""
        if guideline_id not in self._ids:
            return None
        if guideline_id not in self._loaded:
            self._loaded[guideline_id] = library.load(guideline_id)
        return self._loaded[guideline_id]

    def edition(self, guideline_id: str, sha256: str) -> Guideline | None:
        """The guideline of that id, if it is still the one with this digest."""
        found = self.get(guideline_id)
        return found if found is not None and found.sha256 == sha256 else None

    def programs(self) -> tuple[str, ...]:
        """The programs of all guidelines."""
        if self._programs is None:
            shelf = filter(None, map(self.get, self._ids))
            self._programs = tuple(sorted({target for one in shelf for target in one.programs}))
        return self._programs
