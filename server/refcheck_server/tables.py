"""A table as a file that spreadsheets read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from flask import Response

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    next_place: str | None = None,
) -> Response:
    """A CSV file to download.

    Args:
        name: of the file, without its ending.
        columns, rows: see `csv_text`.
        next_place: the `after` with which the table goes on, for the header `X-Next`.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    if next_place is not None:
        headers["X-Next"] = next_place
    text = csv_text(columns, rows)
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A table as CSV (RFC 4180); no cell is a formula to whoever opens it.

    Args:
        columns: names of the columns, each a path like `vendor.slug` into the rows.
        rows: as programs get them.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(at(row, column)) for column in columns])
    return out.getvalue()


def at(row: Mapping[str, Any], path: str) -> Any:
    """What a row has at a path like `vendor.slug`; None if there is nothing on the way."""
    return reduce(_step, path.split("."), row)


def _step(value: Any, name: str) -> Any:
    return None if value is None else value[name]


def _cell(value: Any) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case list():
            text = " ".join(map(str, value))
        case dict():
            text = json.dumps(value)
        case _:
            text = str(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text
