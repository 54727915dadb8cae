"""Clouds, results, verdicts, and what currently stands for a cloud.

Results, judgements and verdicts are written once and never changed, but for two things that say
what counts now: whether a result is shared, and which judgement of it is the current one.
`Standing` says which verdict speaks for a cloud and a program.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    mapped_column,
    object_session,
    relationship,
)

from refcheck_server.accounts.models import Account, PublicKey
from refcheck_server.columns import HEX_DIGEST, Base, Bytewise, Utc
from refcheck_server.results.dictionaries import Dictionary, unpack
from refcheck_server.results.envelopes import envelope_of, payload_of
from refcheck_server.results.suites import Suite

RESULT_ID = 32
"""Characters of a result's id: the first half of its payload's SHA-256."""
TEXT = 200
"""Longest short text taken from a result into a column."""
_SHARED: Any = {f"{name}_where": text("shared_at IS NOT NULL") for name in ("sqlite", "postgresql")}


class Cloud(Base):
    """A cloud, known by the digest of its service catalogue.

    Attributes:
        holder: the account that brought the first result, or that the administrator gave the
            cloud to. Anyone with an account may send results of this cloud, but only the holder's
            decide what the cloud may claim.
        label: a name for people, given by the administrator.
        search: what it is found and sorted by: the label in small letters, or the digest.
        latest_at: when the last shared result came in; None while there is none.
        stale: what stands for it has to be worked out anew: results were judged anew.
    """

    __tablename__ = "clouds"
    __table_args__ = (
        Index(None, "latest_at", "id"),
        Index(None, "search", "id"),
        Index(None, "first_seen", "id"),
        Index(None, "stale", sqlite_where=text("stale"), postgresql_where=text("stale")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    label: Mapped[str | None] = mapped_column(String(TEXT))
    search: Mapped[str] = mapped_column(Bytewise(2 * TEXT))
    holder_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    first_seen: Mapped[datetime] = mapped_column(Utc)
    latest_at: Mapped[datetime | None] = mapped_column(Utc)
    stale: Mapped[bool] = mapped_column(server_default=false())

    holder: Mapped[Account] = relationship()


class StoredResult(Base):
    """One run's result as it was uploaded.

    Attributes:
        id: content address of the signed payload, so that a duplicate cannot get in.
        packed_envelope: the bytes that were uploaded; read them with `envelope`.
        outcomes: what became of each test of the suite, for the judge; `outcomes_sha256` is the
            digest that verdicts name them by.
        guideline_sha256: of the guideline that the run selected its tests from.
        guideline_id, target, tool_version, suite_sha256, run_id, started, ended: copied out of
            the payload.
        complete: the run ended by itself, and left nothing out.
        shared_at: since when anyone may see it; None for its account alone.
        nonce_at: when this registry gave out the nonce that the run was signed with.
    """

    __tablename__ = "results"
    __table_args__ = (
        Index(None, "cloud_id", "shared_at", "id"),
        Index(None, "cloud_id", "ended", "id", **_SHARED),
        Index(None, "cloud_id", "target", "shared_at", "id", **_SHARED),
        Index(None, "cloud_id", "target", "ended", "id", **_SHARED),
        Index(None, "account_id", "uploaded_at", "id"),
        Index(None, "account_id", "ended", "id"),
        Index(None, "account_id", "target", "uploaded_at", "id"),
        Index(None, "account_id", "target", "ended", "id"),
        Index(None, "guideline_id", "outcomes_sha256", "id"),
    )

    id: Mapped[str] = mapped_column(String(RESULT_ID), primary_key=True)
    payload_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST))
    cloud_id: Mapped[int] = mapped_column(ForeignKey("clouds.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("public_keys.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Utc)
    shared_at: Mapped[datetime | None] = mapped_column(Utc)
    nonce_at: Mapped[datetime | None] = mapped_column(Utc)
    run_id: Mapped[str] = mapped_column(String(TEXT))
    deployment: Mapped[str] = mapped_column(String(HEX_DIGEST))
    started: Mapped[datetime] = mapped_column(Utc)
    ended: Mapped[datetime] = mapped_column(Utc)
    complete: Mapped[bool]
    guideline_id: Mapped[str] = mapped_column(String(TEXT))
    guideline_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST))
    target: Mapped[str] = mapped_column(String(TEXT))
    tool_version: Mapped[str] = mapped_column(String(TEXT))
    suite_sha256: Mapped[str] = mapped_column(String(TEXT))
    suite_id: Mapped[int] = mapped_column(ForeignKey(Suite.id))
    outcomes: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    outcomes_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST))
    dictionary_id: Mapped[int | None] = mapped_column(ForeignKey(Dictionary.id))
    packed_envelope: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    cloud: Mapped[Cloud] = relationship()
    account: Mapped[Account] = relationship()
    key: Mapped[PublicKey] = relationship()

    @property
    def envelope(self) -> bytes:
        """The bytes that were uploaded."""
        return envelope_of(self._unpacked)

    @property
    def payload(self) -> bytes:
        """The statement in them, which was checked when they came in."""
        return payload_of(self._unpacked)

    @property
    def _unpacked(self) -> bytes:
        session = object_session(self)
        assert session is not None  # noqa: S101 - it was just read
        return unpack(session, self.packed_envelope, self.dictionary_id)


class Judgement(Base):
    """One judging of a result: a verdict for each program of a guideline.

    Attributes:
        guideline_sha256: of the guideline that it was judged by.
        guideline_status: as the guideline said: `approved`, `reconstructed`, ...
        current: no later one took its place, and it is by the guideline that the result names.
        documents: the canonical JSON of each verdict, a line each, packed.
    """

    __tablename__ = "judgements"
    __table_args__ = (Index(None, "result_id", "current"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[str] = mapped_column(ForeignKey(StoredResult.id))
    guideline_id: Mapped[str] = mapped_column(String(TEXT))
    guideline_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST))
    guideline_status: Mapped[str] = mapped_column(String(TEXT))
    engine: Mapped[str] = mapped_column(String(TEXT))
    judged_at: Mapped[datetime] = mapped_column(Utc)
    current: Mapped[bool]
    dictionary_id: Mapped[int | None] = mapped_column(ForeignKey(Dictionary.id))
    documents: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    result: Mapped[StoredResult] = relationship()


class StoredVerdict(Base):
    """The registry's verdict on a result for one program.

    Attributes:
        place: which of the judgement's documents it is, from 0.
        title: the program's title at that time.
        required_tests, required_passed: the tests that count; flagged ones do not.
    """

    __tablename__ = "verdicts"
    __table_args__ = (Index(None, "judgement_id", "place", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    judgement_id: Mapped[int] = mapped_column(ForeignKey(Judgement.id))
    place: Mapped[int]
    target: Mapped[str] = mapped_column(String(TEXT))
    title: Mapped[str] = mapped_column(String(TEXT))
    qualifies: Mapped[bool]
    capability_rule: Mapped[str] = mapped_column(String(32))
    designated_code_rule: Mapped[str] = mapped_column(String(32))
    mark: Mapped[str | None] = mapped_column(String(TEXT))
    required_tests: Mapped[int]
    required_passed: Mapped[int]

    judgement: Mapped[Judgement] = relationship(lazy="joined", innerjoin=True)

    @property
    def result_id(self) -> str:
        """Of the judged result."""
        return self.judgement.result_id

    @property
    def result(self) -> StoredResult:
        """The judged result."""
        return self.judgement.result

    @property
    def ended(self) -> datetime:
        """When the judged run ended."""
        return self.result.ended

    @property
    def guideline_id(self) -> str:
        """Of the guideline that it was judged by; so the next two."""
        return self.judgement.guideline_id

    @property
    def guideline_sha256(self) -> str:
        """See `Judgement`."""
        return self.judgement.guideline_sha256

    @property
    def guideline_status(self) -> str:
        """See `Judgement`."""
        return self.judgement.guideline_status

    @property
    def engine(self) -> str:
        """The version of the judge."""
        return self.judgement.engine

    @property
    def judged_at(self) -> datetime:
        """The time of judging."""
        return self.judgement.judged_at

    @property
    def document(self) -> bytes:
        """The canonical JSON of the whole verdict."""
        return documents_of([self])[0]


class ShownVerdict(NamedTuple):
    """What lists show of a verdict: see `StoredVerdict`."""

    id: int
    target: str
    title: str
    qualifies: bool
    capability_rule: str
    designated_code_rule: str
    mark: str | None
    required_tests: int
    required_passed: int
    result_id: str
    guideline_id: str
    guideline_sha256: str
    guideline_status: str
    ended: datetime

    @classmethod
    def columns(cls) -> list[InstrumentedAttribute[Any]]:
        """The same, of verdict, judgement and result."""
        owners = [StoredVerdict] * 9 + [Judgement] * 4 + [StoredResult]
        return [getattr(one, name) for one, name in zip(owners, cls._fields, strict=True)]


AnyVerdict = StoredVerdict | ShownVerdict


def documents_of(verdicts: Iterable[StoredVerdict]) -> list[bytes]:
    """The canonical JSON of each verdict; what was packed together is unpacked once."""
    unpacked: dict[int, list[bytes]] = {}
    documents = []
    for verdict in verdicts:
        judgement = verdict.judgement
        if judgement.id not in unpacked:
            session = object_session(verdict)
            assert session is not None  # noqa: S101 - it was just read
            data = unpack(session, judgement.documents, judgement.dictionary_id)
            unpacked[judgement.id] = data.split(b"\n")
        documents.append(unpacked[judgement.id][verdict.place])
    return documents


class Standing(Base):
    """Which verdict speaks for a cloud and a program, with what lists are filtered by.

    It is on a complete, shared run of the holder's; one that decides something goes before one
    that does not, then the newer run.

    Attributes:
        target: the program; `ANY_PROGRAM` in a second row for the verdict that says most.
        decided: the capability rule is held or not held.
        strength: how much it says; the highest of a cloud's is the one for any program.
        guideline_id, qualifies: of the verdict; `ended` of the run.
    """

    __tablename__ = "standings"
    __table_args__ = (
        Index(None, "target", "ended", "cloud_id"),
        Index(None, "target", "guideline_id", "ended", "cloud_id"),
        Index(None, "target", "qualifies", "ended", "cloud_id"),
        Index(None, "target", "guideline_id", "qualifies", "ended", "cloud_id"),
    )

    cloud_id: Mapped[int] = mapped_column(ForeignKey("clouds.id"), primary_key=True)
    target: Mapped[str] = mapped_column(String(TEXT), primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"))
    guideline_id: Mapped[str] = mapped_column(String(TEXT))
    qualifies: Mapped[bool]
    decided: Mapped[bool]
    strength: Mapped[int]
    ended: Mapped[datetime] = mapped_column(Utc)

    verdict: Mapped[StoredVerdict] = relationship()


ANY_PROGRAM = "*"
"""No program is called so."""


class Nonce(Base):
    """A word given out to an account, to be signed into one result: that run is no older.

    Attributes:
        sha256: of the word, which is not kept.
    """

    __tablename__ = "nonces"

    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    issued_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc, index=True)
