"""Which capability holds for which program: one row each, one column per program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refcheck.guideline.model import Guideline
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.marketplace.filters import Filter, offered
from refcheck_server.marketplace.guideline_pages import STATUS
from refcheck_server.publication.capabilities import held_word
from refcheck_server.publication.wording import guideline_of
from refcheck_server.results.models import StoredVerdict

HELD = Filter(
    "held",
    "Verdict",
    {"good": "holds", "bad": "does not hold", "open": "neither"},
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A capability in a program; `status` is how much it counts there."""

    status: str
    word: str
    tone: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Row:
    """A capability; a cell is None where the program does not have it."""

    name: str
    description: str
    passed: int
    total: int
    cells: tuple[Cell | None, ...]

    @property
    def classes(self) -> frozenset[str]:
        """What it is filtered by."""
        return frozenset(word for cell in self.cells if cell for word in (cell.tone, cell.status))


@dataclass(frozen=True, slots=True)
class Matrix:
    """The capabilities of one guideline."""

    guideline: str
    programs: tuple[str, ...]
    rows: tuple[Row, ...]


def capability_filters(matrices: Iterable[Matrix]) -> tuple[Filter, ...]:
    """What the capabilities of these matrices are filtered by."""
    return offered((HELD, STATUS), (row.classes for one in matrices for row in one.rows))


def matrix(
    verdicts: Sequence[tuple[StoredVerdict, Mapping[str, Any]]], guidelines: GuidelineShelf
) -> Matrix:
    """The matrix of verdicts by one guideline, each with its document."""
    first = verdicts[0][0]
    guideline = guidelines.edition(first.guideline_id, first.guideline_sha256)
    documents = [document["capabilities"] for _, document in verdicts]
    names = sorted({name for document in documents for name in document})
    return Matrix(
        guideline_of(first),
        tuple(verdict.title for verdict, _ in verdicts),
        tuple(_row(name, documents, guideline) for name in names),
    )


def _row(name: str, documents: Sequence[Mapping[str, Any]], guideline: Guideline | None) -> Row:
    known = guideline.capabilities.get(name) if guideline is not None else None
    first = next(document[name] for document in documents if name in document)
    outcomes = list(first["tests"].values())
    return Row(
        name,
        known.description if known is not None else "",
        outcomes.count("passed"),
        len(outcomes),
        tuple(_cell(document.get(name)) for document in documents),
    )


def _cell(one: Mapping[str, Any] | None) -> Cell | None:
    if one is None:
        return None
    tone, symbol, word = held_word(one)
    return Cell(one["status"], word, tone, symbol)
