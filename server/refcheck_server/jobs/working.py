"""Doing the jobs: one worker takes one after the other, beside as many others as there are."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterable
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from refcheck.errors import RefcheckError
from refcheck_server.jobs import queue
from refcheck_server.jobs.errors import JobHopeless
from refcheck_server.jobs.tasks import Routine, Task, Tools

IDLE_SECONDS = 1.0
"""How long a worker that found nothing waits before it looks again."""
_AFTER_FAULT_SECONDS = 10.0
_LAST_SECONDS = 10.0


class Worker:
    """Does jobs of these kinds, and routines between them, until it is told to stop."""

    def __init__(
        self, tools: Tools, tasks: Iterable[Task], routines: Iterable[Routine] = ()
    ) -> None:
        self._tools = tools
        self._tasks = {task.name: task for task in tasks}
        self._routines = tuple(routines)
        self._last: dict[str, datetime] = {}
        self._log = structlog.stdlib.get_logger("refcheck_server.jobs")

    def work(self, stop: threading.Event) -> None:
        """Until `stop` is set; a job that is under way is ended first."""
        while not stop.is_set():
            try:
                pause = 0.0 if self.step() else IDLE_SECONDS
            except SQLAlchemyError as error:
                self._log.error("the database cannot be used", exc_info=error)
                pause = _AFTER_FAULT_SECONDS
            stop.wait(pause)

    def work_off(self) -> int:
        """Until nothing is due; how many jobs were tried."""
        tried = 0
        while self.step():
            tried += 1
        return tried

    def step(self) -> bool:
        """The routines whose time has come, and one job; whether there was one."""
        for routine in self._routines:
            self._repeat(routine)
        with self._tools.database.session() as session:
            taken = queue.take(session, self._tasks, now=self._tools.now())
        if taken is None:
            return False
        self._try(taken)
        return True

    def _repeat(self, routine: Routine) -> None:
        now, last = self._tools.now(), self._last.get(routine.name)
        if last is not None and now - last < routine.every:
            return
        self._last[routine.name] = now
        try:
            routine.run(self._tools)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - one routine must not stop the others
            self._log.error("routine failed", routine=routine.name, exc_info=error)

    def _try(self, taken: queue.Taken) -> None:
        task, fault, hopeless = self._tasks[taken.task], None, False
        try:
            task.run(self._tools, {**taken.arguments, "attempt": taken.attempt})
        except RefcheckError as error:
            fault, hopeless = error.fault, isinstance(error, JobHopeless)
            self._log.warning("job failed", task=task.name, job=taken.id, fault=fault)
        except Exception as error:  # noqa: BLE001 - whatever it is, the job is not lost
            fault = f"the registry itself broke on it ({type(error).__name__})"
            self._log.error("job broke", task=task.name, job=taken.id, exc_info=error)
        with self._tools.database.session() as session, session.begin():
            if fault is None:
                queue.done(session, taken)
            else:
                now = self._tools.now()
                queue.failed(session, taken, task, fault, now=now, hopeless=hopeless)


def work_beside(worker: Worker) -> threading.Event:
    """Let a worker work in a thread of this process, until the process ends or the event is set."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.work, args=(stop,), name="refcheck-jobs", daemon=True)

    def end() -> None:
        stop.set()
        thread.join(_LAST_SECONDS)

    thread.start()
    atexit.register(end)
    return stop
