"""Judging stored results anew: a guideline or the engine has changed, or another one is asked for.

A new judgement is written beside the old one, which only stops being current. Results go by their
outcomes, so that those with the same ones are judged once. Each batch is one transaction, and what
has no new judgement yet is what is left to do: a run that was killed goes on where it ended when
it is started again.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, exists, insert, select, tuple_, update
from sqlalchemy.orm import Session

from refcheck.guideline.library import ids, load
from refcheck.guideline.model import Guideline
from refcheck.verdict.suite_judge import SuiteJudge
from refcheck.verdict.verdict import ENGINE
from refcheck_server.audit.log import REGISTRY, acting_as
from refcheck_server.columns import table_of
from refcheck_server.database import Database
from refcheck_server.results.auditing import record_rejudging
from refcheck_server.results.dictionaries import Packer, packer_for
from refcheck_server.results.judging import Judged, judge_for, judgement_row, verdict_row
from refcheck_server.results.models import Cloud, Judgement, StoredResult, StoredVerdict
from refcheck_server.results.standings import stand_anew
from refcheck_server.results.suites import Suite, others_of, tests_of

_SHARDS = "0123456789abcdef"
_AFTER_HEX = "g"
_AT_ONCE = 500
_CLOUDS_AT_ONCE = 500
_Stored = Row[str, int, int, bytes, str]


@dataclass(frozen=True, slots=True)
class Task:
    """Some results to judge: those whose outcomes have a digest that begins with `shard`.

    Attributes:
        guideline_id: to judge them by.
        named: the guideline that they name.
        own: both are the same, so that the judgement becomes the current one.
        at: the time of judging, the same for all.
        actor: who has it done, for the audit log.
    """

    database_url: str
    guideline_id: str
    named: str
    own: bool
    at: datetime
    actor: str
    shard: str


def rejudge(
    database: Database,
    *,
    at: datetime,
    workers: int,
    guideline_id: str | None = None,
    actor: str = REGISTRY,
) -> Iterator[int]:
    """Judge what has to be judged; yields how many results were, some at a time.

    Args:
        database: the registry's.
        at: the time of judging.
        workers: how many processes.
        guideline_id: judge all results by this guideline, beside what they have; without it
            each by the present edition of its own, and what stands for clouds follows.
        actor: who has it done, for the audit log.
    """
    with database.session() as session:
        named = session.scalars(select(StoredResult.guideline_id).distinct()).all()
    known = sorted(named if guideline_id is not None else set(named) & set(ids()))
    tasks = [
        Task(database.url, guideline_id or one, one, guideline_id is None, at, actor, shard)
        for one in known
        for shard in _SHARDS
    ]
    if workers == 1:
        yield from map(judge_some, tasks)
    else:
        spawning = multiprocessing.get_context("spawn")  # a fork would share connections
        with ProcessPoolExecutor(workers, mp_context=spawning) as pool:
            yield from pool.map(judge_some, tasks)
    _let_standings_follow(database)


def judge_some(task: Task) -> int:
    """Do one task; how many results were judged."""
    database = Database(task.database_url)
    collected = gc.isenabled()
    gc.disable()  # verdicts refer to nothing in circles; to look for such took a third of the time
    try:
        with database.session() as session:
            acting_as(session, task.actor)
            return _Judging(session, task).run()
    finally:
        if collected:
            gc.enable()
        database.engine.dispose()


class _Judging:
    """One task under way."""

    def __init__(self, session: Session, task: Task) -> None:
        self._session, self._task = session, task
        self._guideline: Guideline = load(task.guideline_id)
        self._suites: dict[int, tuple[SuiteJudge, int]] = {}
        self._last: tuple[str, Judged] | None = None

    def run(self) -> int:
        count, last = 0, (self._task.shard, "")
        while rows := self._session.execute(self._left(last)).all():
            self._session.rollback()  # nothing is held while judging
            packer = packer_for(self._session, self._guideline)
            self._keep(rows, [self._judged(row, packer) for row in rows])
            count, last = count + len(rows), (rows[-1].outcomes_sha256, rows[-1].id)
        return count

    def _left(self, last: tuple[str, str]) -> Select[str, int, int, bytes, str]:
        """The next results without this judgement."""
        guideline = self._guideline
        done = exists().where(
            Judgement.result_id == StoredResult.id,
            Judgement.guideline_sha256 == guideline.sha256,
            Judgement.engine == ENGINE,
            *([Judgement.current] if self._task.own else []),
        )
        query = select(
            StoredResult.id,
            StoredResult.cloud_id,
            StoredResult.suite_id,
            StoredResult.outcomes,
            StoredResult.outcomes_sha256,
        )
        place = (StoredResult.outcomes_sha256, StoredResult.id)
        return (
            query.where(
                StoredResult.guideline_id == self._task.named,
                StoredResult.outcomes_sha256 < self._task.shard + _AFTER_HEX,
                tuple_(*place) > last,
                ~done,
            )
            .order_by(*place)
            .limit(_AT_ONCE)
        )

    def _judged(self, row: _Stored, packer: Packer) -> Judged:
        if self._last is None or self._last[0] != row.outcomes_sha256:
            judge, count = self._suite(row.suite_id)
            others = others_of(row.outcomes, count)
            verdicts = judge.judge(others, row.outcomes_sha256, at=self._task.at)
            found = Judged.of(verdicts, self._guideline, packer, self._task.at)
            self._last = row.outcomes_sha256, found
        return self._last[1]

    def _suite(self, suite_id: int) -> tuple[SuiteJudge, int]:
        """The judge of results of a suite, and how many tests it has."""
        if suite_id not in self._suites:
            packed = self._session.scalars(select(Suite.tests).where(Suite.id == suite_id)).one()
            self._session.rollback()
            tests = tests_of(packed)
            judge = judge_for(self._session, self._guideline, suite_id, tests)
            self._suites[suite_id] = judge, len(tests)
        return self._suites[suite_id]

    def _keep(self, rows: Sequence[_Stored], judgements: Sequence[Judged]) -> None:
        session, own = self._session, self._task.own
        if own:
            ids, clouds = [row.id for row in rows], {row.cloud_id for row in rows}
            session.execute(
                update(Cloud).where(Cloud.id.in_(clouds)).values(stale=True),
            )
            session.execute(
                update(Judgement)
                .where(Judgement.result_id.in_(ids), Judgement.current)
                .values(current=False)
            )
        table = table_of(Judgement)
        written = session.execute(
            insert(table).returning(table.c.result_id, table.c.id),
            [
                judgement_row(row.id, one, current=own)
                for row, one in zip(rows, judgements, strict=True)
            ],
        )
        numbers = {row.result_id: row.id for row in written}
        session.execute(
            insert(table_of(StoredVerdict)),
            [
                verdict_row(numbers[row.id], place, verdict)
                for row, one in zip(rows, judgements, strict=True)
                for place, verdict in enumerate(one.verdicts)
            ],
        )
        record_rejudging(session, judgements[0], sorted(row.id for row in rows), current=own)
        session.commit()


def _let_standings_follow(database: Database) -> None:
    """Work out anew what stands for each cloud with a result that was judged anew."""
    with database.session() as session:
        while some := session.scalars(
            select(Cloud.id).where(Cloud.stale).limit(_CLOUDS_AT_ONCE)
        ).all():
            session.execute(update(Cloud).where(Cloud.id.in_(some)).values(stale=False))
            stand_anew(session, some)
            session.commit()
