"""Rewriting rows in a migration: what is packed, and rows some at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
import zstandard

_AT_ONCE = 100


def rows(bind: sa.Connection, name: str, *columns: str) -> Iterator[Any]:
    """Id and these columns of every row, some at a time: rows may be written meanwhile."""
    table = sa.table(name, sa.column("id"), *(sa.column(one) for one in columns))
    query = sa.select(table.c.id, *(table.c[one] for one in columns)).order_by(table.c.id)
    last: Any = None
    while True:
        some = bind.execute(
            (query if last is None else query.where(table.c.id > last)).limit(_AT_ONCE)
        ).all()
        yield from some
        if len(some) < _AT_ONCE:
            return
        last = some[-1].id


def dictionaries(bind: sa.Connection) -> dict[int | None, Any]:
    """Every dictionary by its id; None for none."""
    return {None: None} | {
        number: zstandard.ZstdCompressionDict(
            zstandard.decompress(content), dict_type=zstandard.DICT_TYPE_RAWCONTENT
        )
        for number, content in rows(bind, "dictionaries", "content")
    }


def packed(data: bytes) -> bytes:
    """Packed without a dictionary."""
    return zstandard.ZstdCompressor(level=9).compress(data)


def unpacked(data: bytes, dictionary: Any) -> bytes:
    """What was packed, with that dictionary or None."""
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(data)
