"""What documents under one guideline have in common: they are kept as what differs from it.

A dictionary holds the verdicts and the outcomes of a run in which everything passed. Statements
and verdicts of real runs differ from it in little, so that Zstandard needs a few bits a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import zstandard
from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from refcheck.guideline.library import load
from refcheck.guideline.model import Guideline
from refcheck.result.document import outcomes_json
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.judge import judge_all
from refcheck.verdict.verdict import ENGINE
from refcheck_server.columns import Base
from refcheck_server.database import dialect_of, insert_into, kept

_NAME = 200
_LEVEL = 3
_LEVEL_FOR_OUTCOMES = 1
"""Of all levels the one that finds most in a list of outcomes, and the fastest."""
_LEVEL_ALONE = 9
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_DURATION = 1.234


class Dictionary(Base):
    """A dictionary; never changed or removed, since what was kept with it needs it for ever.

    Attributes:
        name: digest of the guideline, and the engine.
        content: compressed by itself.
    """

    __tablename__ = "dictionaries"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(_NAME), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class Packer:
    """Packs bytes with one dictionary."""

    id: int
    general: zstandard.ZstdCompressionDict
    for_outcomes: zstandard.ZstdCompressionDict

    def pack(self, data: bytes) -> bytes:
        """The bytes, small."""
        return zstandard.ZstdCompressor(_LEVEL, self.general).compress(data)

    def pack_outcomes(self, data: bytes) -> bytes:
        """Bytes that are a list of outcomes for the most part, small."""
        return zstandard.ZstdCompressor(_LEVEL_FOR_OUTCOMES, self.for_outcomes).compress(data)


def packer_for(session: Session, guideline: Guideline) -> Packer:
    """The packer for documents under a guideline; no statement once it is known here.

    A dictionary that is new is committed at once, so call it before anything is written.
    """
    name = f"{guideline.sha256}:{ENGINE}"
    known: dict[str, Packer] = kept(session, "packers")
    if name not in known:
        query = select(Dictionary.id, Dictionary.content).where(Dictionary.name == name)
        row = session.execute(query).one_or_none()
        if row is None:
            content = pack_alone(common_text(guideline))
            new = insert_into(dialect_of(session), Dictionary).on_conflict_do_nothing()
            session.execute(new, {"name": name, "content": content})
            session.commit()
            row = session.execute(query).one()
        known[name] = Packer(
            row.id, _ready(row.content, _LEVEL), _ready(row.content, _LEVEL_FOR_OUTCOMES)
        )
    return known[name]


def unpack(session: Session, data: bytes, dictionary_id: int | None) -> bytes:
    """What was packed, byte for byte."""
    dictionary = None if dictionary_id is None else _dictionary(session, dictionary_id)
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(data)


def pack_alone(data: bytes) -> bytes:
    """Packed without a dictionary."""
    return zstandard.ZstdCompressor(level=_LEVEL_ALONE).compress(data)


def unpack_alone(data: bytes) -> bytes:
    """What `pack_alone` packed."""
    return zstandard.ZstdDecompressor().decompress(data)


def common_text(guideline: Guideline) -> bytes:
    """Verdicts and outcomes of a run in which everything passed."""
    tests = dict.fromkeys(
        (test.id, test.name) for one in guideline.capabilities.values() for test in one.tests
    )
    outcomes = tuple(
        TestOutcome(test_id, name, Outcome.PASSED, duration=_DURATION) for test_id, name in tests
    )
    verdicts = judge_all(guideline, outcomes, at=_MOMENT, load=load)
    documents = [verdict.canonical() for verdict in verdicts.values()]
    return b"\n".join([*documents, outcomes_json(outcomes)])


def _dictionary(session: Session, dictionary_id: int) -> zstandard.ZstdCompressionDict:
    known: dict[int, zstandard.ZstdCompressionDict] = kept(session, "dictionaries")
    if dictionary_id not in known:
        content = session.scalars(
            select(Dictionary.content).where(Dictionary.id == dictionary_id)
        ).one()
        known[dictionary_id] = _loaded(content)
    return known[dictionary_id]


def _loaded(content: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(
        unpack_alone(content), dict_type=zstandard.DICT_TYPE_RAWCONTENT
    )


def _ready(content: bytes, level: int) -> zstandard.ZstdCompressionDict:
    found = _loaded(content)
    found.precompute_compress(level=level)
    return found
