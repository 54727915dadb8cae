"""A table as a file that spreadsheets read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    next_place: str | None = None,
) -> Response:
    """A CSV file (RFC 4180) to download; no cell is a formula to whoever opens it.

    Args:
        name: of the file, without its ending.
        head: names of the columns.
        rows: their cells.
        next_place: the `after` with which the table goes on, for the header `X-Next`.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    if next_place is not None:
        headers["X-Next"] = next_place
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text
