"""Leases: what the worker processes of one run share, and who has what at the moment.

Things that tests only read are made once per run, by the worker that needs them first. Things that
one test at a time may change are lent, and lent again to whoever comes next, if they are well. What
a test needs for itself alone it makes fresh; that is no business of the broker's.
"""

from __future__ import annotations

import copy
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from refcheck.cloud.exchange import Body
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault, Undecided
from refcheck.cloud.waiting import OF_LATE, Clock, Memory

_ATTEMPTS = 2
"""So often is something tried to be made, before every test that needs it hears why it is not."""
_PAUSE = 0.05
_LEFT_BEHIND = 900.0
"""Seconds after which a thread that still makes something is waited for no more: it knows no limit
in wall-clock time."""
_THREAD = "/"
"""Between the process and the thread of a holder."""
_SIGNALS = {signal.__name__: signal for signal in (Absent, CloudFault, HarnessFault, Undecided)}

Shared = TypeVar("Shared")


@dataclass(frozen=True, slots=True)
class Lending:
    """How things of one kind are lent.

    Attributes:
        make: makes a new one.
        well: asks how it is now; None when nobody should have it any more.
        left: how the test that had it saw it last, when that says that it is well; else None.
    """

    make: Callable[[], Body]
    well: Callable[[Body], Body | None]
    left: Callable[[Body], Body | None]


class Broker:
    """Hands out leases; safe to use from several worker processes at once.

    Args:
        file: of the run, made at the first need.
        holder: names this process, and of its threads which.
        scrub: removes secrets from what is kept of a cloud's words.
    """

    def __init__(
        self,
        file: Path,
        holder: str = "",
        clock: Clock = Clock(),  # noqa: B008 - frozen
        scrub: Callable[[str], str] = str,
    ) -> None:
        self._file = file
        self._scrub = scrub
        self._holder = holder or str(os.getpid())
        self._clock = clock
        self._lent: list[tuple[int, Body, Lending]] = []
        self._suffix = ""
        with self._transaction() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS shared (what TEXT PRIMARY KEY, state TEXT CHECK"
                " (state IN ('making', 'ready', 'failed')), holder TEXT, attempts INTEGER,"
                " value TEXT, began REAL)"
            )
            database.execute(
                "CREATE TABLE IF NOT EXISTS lent (number INTEGER PRIMARY KEY, what TEXT,"
                " holder TEXT, value TEXT, well BOOLEAN, seconds REAL)"
            )
            database.execute("CREATE TABLE IF NOT EXISTS waits (kind TEXT, seconds REAL)")

    def afresh(self) -> Broker:
        """The same broker, for second attempts: nothing is had of what first ones had."""
        other = copy.copy(self)  # what is lent is given back together
        other._suffix = " afresh"  # noqa: SLF001 - our own
        return other

    def beside(self, thread: str) -> Broker:
        """The same broker for another thread of this process, that is waited for like another."""
        other = copy.copy(self)
        other._holder, other._lent = f"{self._holder}{_THREAD}{thread}", []  # noqa: SLF001
        return other

    # -- what tests only read --------------------------------------------------------------------

    def shared(self, what: str, make: Callable[[], Any]) -> Any:
        """The thing of that name, made by `make` unless this run has it already.

        Returns:
            what `make` returned, after a way through JSON: objects are `Body`, lists are tuples.

        Raises:
            CloudFault, HarnessFault, Absent, Undecided: it could not be made, now or before.
        """
        what += self._suffix
        while True:
            state, value = self._claim(what)
            if state == "ready":
                return _decoded(value)
            if state == "failed":
                kind, reason = json.loads(value)
                raise _SIGNALS[kind](reason)
            if state == "mine":
                return self._make(what, make)
            self._clock.sleep(_PAUSE)

    def _claim(self, what: str) -> tuple[str, str]:
        """State and value of a shared thing; "mine" when it is for this process to make."""
        with self._transaction() as database:
            row = database.execute(
                "SELECT state, holder, attempts, value, began FROM shared WHERE what=?", (what,)
            ).fetchone()
            state, holder, attempts, value, began = row or ("failed", "", 0, "", 0.0)
            if state == "ready" or (state == "failed" and attempts >= _ATTEMPTS):
                return state, value
            if state == "making" and self._is_at_work(holder, began):
                return state, ""
            database.execute(
                "INSERT OR REPLACE INTO shared VALUES (?, 'making', ?, ?, '', ?)",
                (what, self._holder, attempts + 1, self._clock.now()),
            )
            return "mine", ""

    def _is_at_work(self, holder: str, began: float) -> bool:
        """Whether somebody else still makes what he began then."""
        left_behind = _THREAD in holder and self._clock.now() - began > _LEFT_BEHIND
        return holder != self._holder and not left_behind and _lives(holder)

    def wait_for_others(self, what: str) -> None:
        """Until nobody else makes the shared thing of that name; at once when nobody does."""
        query = "SELECT holder, began FROM shared WHERE what=? AND state='making'"
        while True:
            with closing(sqlite3.connect(self._file, timeout=60)) as database:
                row = database.execute(query, (what + self._suffix,)).fetchone()
            if row is None or not self._is_at_work(*row):
                return
            self._clock.sleep(_PAUSE)

    def _make(self, what: str, make: Callable[[], Any]) -> Any:
        try:
            value = json.dumps(make())
        except tuple(_SIGNALS.values()) as error:
            self._settle(
                what, "failed", json.dumps([type(error).__name__, self._scrub(str(error))])
            )
            raise
        except BaseException:
            # A fault of ours, or Ctrl-C: whoever comes next may try.
            self._settle(
                what, "failed", json.dumps(["HarnessFault", f"harness: {what} was not made"])
            )
            raise
        self._settle(what, "ready", value)
        return _decoded(value)

    def _settle(self, what: str, state: str, value: str) -> None:
        with self._transaction() as database:
            database.execute(
                "UPDATE shared SET state=?, value=? WHERE what=? AND holder=?",
                (state, value, what, self._holder),
            )

    # -- what one test at a time may change --------------------------------------------------------

    def lend(self, what: str, lending: Lending) -> Body:
        """A thing for this test alone: one lent before, if it is well, else a new one.

        It is not asked for again when the last look of the test before showed that it is well. When
        others have all there are, it is waited for as long as it takes to make one.

        Raises:
            CloudFault, HarnessFault, Absent, Undecided: a new one could not be made.
        """
        what += self._suffix
        while taken := self._await(what):
            number, value, well = taken
            now = value if well else lending.well(value)
            if now is not None:
                self._lent.append((number, now, lending))
                return now
            self._forget(number)
        began = self._clock.now()
        made = lending.make()
        self._lent.append((self._note(what, self._holder, made, began), made, lending))
        return made

    def offer(self, what: str, thing: Body) -> None:
        """Lend this from now on; it has just been seen to be well."""
        self._note(what + self._suffix, "", thing, self._clock.now())

    def _note(self, what: str, holder: str, thing: Body, began: float) -> int:
        with self._transaction() as database:
            row = database.execute(
                "INSERT INTO lent (what, holder, value, well, seconds) VALUES (?, ?, ?, ?, ?)",
                (what, holder, json.dumps(thing), not holder, self._clock.now() - began),
            )
        return int(row.lastrowid or 0)

    def _await(self, what: str) -> tuple[int, Body, bool] | None:
        """As `_take`, after waiting for those that other processes have."""
        began = self._clock.now()
        while True:
            taken = self._take(what)
            if taken or self._clock.now() - began >= self._patience(what):
                return taken
            self._clock.sleep(_PAUSE)

    def _patience(self, what: str) -> float:
        """Seconds that it took to make one, of those that others have; 0 when there are none."""
        with closing(sqlite3.connect(self._file, timeout=60)) as database:
            lent = database.execute(
                "SELECT holder, seconds FROM lent WHERE what=? AND holder NOT IN ('', ?)",
                (what, self._holder),
            ).fetchall()
        return max((seconds for holder, seconds in lent if _lives(holder)), default=0.0)

    def give_back(self, only: Body | None = None) -> None:
        """Others may have what this test was lent: it has ended, or needs one thing no more."""
        ended = [one for one in self._lent if only is None or one[1] is only]
        self._lent[:] = [one for one in self._lent if one not in ended]
        for number, lent, lending in ended:
            left = lending.left(lent)
            with self._transaction() as database:
                database.execute(
                    "UPDATE lent SET holder='', well=?, value=? WHERE number=?",
                    (left is not None, json.dumps(left or lent), number),
                )

    def _take(self, what: str) -> tuple[int, Body, bool] | None:
        """Number of a thing that nobody has, how it was last, and whether it was well then.

        This process has it now.
        """
        with self._transaction() as database:
            row = database.execute(
                "SELECT number, value, well FROM lent WHERE what=? AND holder=''", (what,)
            ).fetchone()
            if row is None:
                return None
            number, value, well = row
            database.execute("UPDATE lent SET holder=? WHERE number=?", (self._holder, number))
        return number, json.loads(value, object_hook=Body), bool(well)

    def _forget(self, number: int) -> None:
        with self._transaction() as database:
            database.execute("DELETE FROM lent WHERE number=?", (number,))

    # -- how long things take ----------------------------------------------------------------------

    def waits(self) -> Memory:
        """How long waits took of late, in all worker processes."""
        return Memory(self._waited, self._learn)

    def _waited(self, kind: str) -> tuple[float, ...]:
        with closing(sqlite3.connect(self._file, timeout=60)) as database:
            found = database.execute(
                "SELECT seconds FROM waits WHERE kind=? ORDER BY rowid DESC LIMIT ?",
                (kind, OF_LATE),
            )
            return tuple(seconds for (seconds,) in found)

    def _learn(self, kind: str, seconds: float) -> None:
        with self._transaction() as database:
            database.execute("INSERT INTO waits VALUES (?, ?)", (kind, seconds))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Nobody else reads or writes in between."""
        with closing(sqlite3.connect(self._file, timeout=60, isolation_level=None)) as database:
            # A lost page after a power cut costs less than a sync per lease.
            database.execute("PRAGMA synchronous=OFF")
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")


def _decoded(value: str) -> Any:
    decoded = json.loads(value, object_hook=Body)
    return tuple(decoded) if isinstance(decoded, list) else decoded


def _lives(holder: str) -> bool:
    try:
        os.kill(int(holder.partition(_THREAD)[0]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def made_once(make: Callable[[Any], Shared]) -> cached_property[Shared]:
    """A property that the run makes once, for all its workers; the object has a `_broker`."""

    def get(owner: Any) -> Shared:
        value: Shared = owner._broker.shared(make.__name__, lambda: make(owner))  # noqa: SLF001
        return value

    get.__doc__ = make.__doc__
    return cached_property(get)
