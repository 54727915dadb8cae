"""The tables of the tree as files: what each page shows, for spreadsheets and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from refcheck.claim.statement import as_text
from refcheck_server.marketplace.guideline_pages import GuidelinePage
from refcheck_server.marketplace.matrix import Matrix
from refcheck_server.marketplace.tree import NewTree
from refcheck_server.publication.clouds import HistoryRow
from refcheck_server.tables import csv_text

Rows = Iterable[Mapping[str, Any]]
_HELD = ("program", "capability", "status", "verdict", "passed", "tests")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the name of its two files, and its columns."""

    name: str
    columns: tuple[str, ...]

    def put(self, tree: NewTree, folder: str, rows: Rows) -> None:
        """Have both files in a folder of the tree."""
        told = list(rows)
        document = json.dumps({self.name: told}, indent=1, ensure_ascii=False)
        tree.put(f"{folder}{self.name}.json", document.encode() + b"\n")
        tree.put(f"{folder}{self.name}.csv", csv_text(self.columns, told).encode())


CLOUDS = Table(
    "clouds",
    (
        "digest", "name", "holder", "tier", "says", "mark", "program", "guideline", "run_ended",
        "expires",
    ),
)  # fmt: skip
HISTORY = Table(
    "history", ("ended", "program", "guideline", "verdict", "complete", "account", "decides")
)
CAPABILITIES = Table("capabilities", ("guideline", *_HELD))
PRODUCTS = Table("products", ("vendor.slug", "slug", "name", "kind", "marks", "expires"))
APPLICATIONS = Table(
    "applications",
    (
        "number", "version", "title", "guideline", "mark", "state", "speaks", "why", "published",
        "expires", "cloud",
    ),
)  # fmt: skip
CAPABILITIES_OF_VERSIONS = Table("capabilities", ("version", "guideline", *_HELD))
GUIDELINES = Table(
    "guidelines",
    (
        "id", "status", "gives_marks", "programs", "releases", "capabilities", "replaces", "sha256",
    ),
)  # fmt: skip
CAPABILITIES_OF_COMPONENTS = Table(
    "capabilities", ("component", "capability", "status", "tests", "flagged", "description")
)


def history_rows(rows: Iterable[HistoryRow]) -> Rows:
    """The newest results of a cloud."""
    return (
        {
            "result": row.result.id,
            "ended": as_text(row.result.ended),
            "program": row.program,
            "guideline": row.guideline,
            "verdict": row.said.headline,
            "complete": row.result.complete,
            "account": row.result.account.name,
            "decides": row.counts,
        }
        for row in rows
    )


def matrix_rows(one: Matrix, **more: str) -> Rows:
    """A matrix, a row for each capability and program that has it."""
    return (
        {
            **more,
            "guideline": one.guideline,
            "program": program,
            "capability": row.name,
            "status": cell.status,
            "verdict": cell.word,
            "passed": row.passed,
            "tests": row.total,
        }
        for row in one.rows
        for program, cell in zip(one.programs, row.cells, strict=True)
        if cell is not None
    )


def guideline_rows(page: GuidelinePage) -> Rows:
    """The capabilities that a guideline asks for, by component."""
    return (
        {
            "component": component.name,
            "capability": line.name,
            "status": line.status,
            "tests": line.tests,
            "flagged": line.flagged,
            "description": line.description,
        }
        for component in page.components
        for line in component.capabilities
    )
