"""Jobs are kept with what they follow, taken once, tried again, and never lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta

import pytest
from refcheck_server.jobs import queue
from refcheck_server.jobs.errors import JobFailed, JobHopeless
from refcheck_server.jobs.models import Job
from refcheck_server.jobs.tasks import PAUSES, Routine, Task, Tools
from refcheck_server.jobs.working import Worker
from sqlalchemy import select

from tests.server.test_pages import statements
from tests.server.visitor import Role, visiting_as, with_password


def keep(registry, task="note", **arguments):
    with registry.session() as session, session.begin():
        queue.enqueue(session, task, arguments, now=registry.clock())


def tools(registry):
    return Tools(registry.database, registry.settings, registry.clock)


def worker(registry, run, *, routines=(), name="note"):
    return Worker(tools(registry), [Task(name, run)], routines)


def jobs(registry):
    with registry.session() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def fails(_tools, _arguments):
    raise JobFailed("the other side is away", next_step="Wait.")


def test_a_job_is_there_when_what_it_follows_is_and_not_otherwise(registry):
    done = []
    with registry.session() as session:
        queue.enqueue(session, "note", {"number": 1}, now=registry.clock())
        session.rollback()
    keep(registry, number=2)
    doer = worker(registry, lambda _, arguments: done.append(arguments["number"]))
    assert doer.work_off() == 1
    assert done == [2]
    assert jobs(registry) == []


def test_of_many_workers_one_gets_each_job(registry):
    done: Counter[int] = Counter()
    lock = threading.Lock()

    def note(_tools, arguments):
        with lock:
            done[arguments["number"]] += 1

    with registry.session() as session, session.begin():
        for number in range(40):
            queue.enqueue(session, "note", {"number": number}, now=registry.clock())
    workers = [threading.Thread(target=worker(registry, note).work_off) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    worker(registry, note).work_off()  # what a worker saw taken from under its nose
    assert done == dict.fromkeys(range(40), 1)
    assert jobs(registry) == []


def test_a_job_that_fails_is_tried_again_later_each_time_then_it_is_dead(registry):
    keep(registry)
    doer, waits = worker(registry, fails), []
    for _ in PAUSES:
        assert doer.work_off() == 1
        [job] = jobs(registry)
        assert job.dead_at is None
        waits.append(job.due_at - registry.clock())
        registry.clock.now = job.due_at - timedelta(milliseconds=1)
        assert doer.work_off() == 0
        registry.clock.now = job.due_at
    assert waits == sorted(waits)
    assert sum(waits, timedelta()) > timedelta(days=1)
    assert doer.work_off() == 1
    [job] = jobs(registry)
    assert (job.dead_at, job.fault) == (registry.clock(), "the other side is away")
    registry.clock.forward(days=100)
    assert doer.work_off() == 0


def test_what_is_hopeless_is_tried_once(registry):
    def hopeless(_tools, _arguments):
        raise JobHopeless("nobody is called so", next_step="Ask them.")

    keep(registry)
    worker(registry, hopeless).work_off()
    assert jobs(registry)[0].dead_at == registry.clock()


def test_a_job_that_breaks_is_kept_without_what_it_worked_with_and_others_go_on(registry):
    def breaks(_tools, arguments):
        if arguments["number"] == 1:
            raise ZeroDivisionError("secret")

    keep(registry, number=1)
    keep(registry, number=2)
    assert worker(registry, breaks).work_off() == 2
    [job] = jobs(registry)
    assert "ZeroDivisionError" in job.fault
    assert "secret" not in job.fault


def test_a_job_of_a_worker_that_died_is_due_again_and_the_dead_end_nothing(registry):
    keep(registry)
    known = {"note": Task("note", fails)}
    with registry.session() as session:
        lost = queue.take(session, known, now=registry.clock())
        assert queue.take(session, known, now=registry.clock()) is None
    registry.clock.forward(minutes=5, seconds=1)
    with registry.session() as session:
        again = queue.take(session, known, now=registry.clock())
        assert (again.id, again.attempt) == (lost.id, 2)
    with registry.session() as session, session.begin():
        queue.done(session, lost)  # it was only slow
        queue.failed(session, lost, known["note"], "too late", now=registry.clock(), hopeless=True)
    assert [job.dead_at for job in jobs(registry)] == [None]
    with registry.session() as session, session.begin():
        queue.done(session, again)
    assert jobs(registry) == []


HANGS = """
import sys, time
from datetime import UTC, datetime
from refcheck_server.database import Database
from refcheck_server.jobs.tasks import Task, Tools
from refcheck_server.jobs.working import Worker
from refcheck_server.settings import from_environment

def hang(tools, arguments):
    print("begun", flush=True)
    time.sleep(600)

settings = from_environment({}, database=sys.argv[1])
tools = Tools(Database(settings.database_url), settings, lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))
Worker(tools, [Task("note", hang)]).work_off()
"""


def test_a_job_outlives_a_worker_that_is_killed_in_the_middle_of_it(registry):
    keep(registry)
    address = registry.settings.database_url
    process = subprocess.Popen(
        [sys.executable, "-c", HANGS, address], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = []
    doer = worker(registry, lambda *_: done.append(1))
    assert doer.work_off() == 0
    registry.clock.forward(minutes=6)
    assert doer.work_off() == 1
    assert done == [1]


def test_a_job_of_another_version_waits_for_a_worker_that_knows_it(registry):
    keep(registry, task="of.tomorrow")
    assert worker(registry, fails).work_off() == 0
    assert [one.attempts for one in jobs(registry)] == [0]
    assert worker(registry, lambda *_: None, name="of.tomorrow").work_off() == 1


def test_routines_go_on_when_one_of_them_breaks_and_not_more_often_than_they_should(registry):
    done = []

    def breaks(_tools):
        raise RuntimeError

    routines = [
        Routine("breaks", breaks, timedelta(0)),
        Routine("hourly", lambda _: done.append(registry.clock()), timedelta(hours=1)),
    ]
    doer = worker(registry, fails, routines=routines)
    for _ in range(3):
        doer.step()
    registry.clock.forward(hours=1)
    doer.step()
    assert len(done) == 2


def test_an_idle_worker_only_reads(registry):
    with statements(registry) as seen:
        worker(registry, fails).step()
    assert [one.split()[0] for one in seen] == ["SELECT"]


@pytest.fixture
def dead(registry):
    keep(registry, task="mail.send", notice=7)
    with registry.session() as session, session.begin():
        job = session.scalar(select(Job))
        job.dead_at, job.fault, job.attempts = registry.clock(), "<b>refused</b>", 8
        return job.id


def test_what_failed_for_good_is_shown_and_tried_again_when_somebody_says_so(registry, dead):
    with_password(registry, "root", Role.ADMINISTRATOR)
    root = visiting_as(registry, "root", strong=True)
    page = root.get("/jobs").text
    assert "&lt;b&gt;refused&lt;/b&gt;" in page
    assert "mail.send" in root.get("/jobs.csv").text
    assert root.post(f"/jobs/{dead}/retry").status_code == 303
    assert 'Failed for good</dt><dd class="number">0' in root.get("/jobs").text
    assert root.post(f"/jobs/{dead}/retry").status_code == 409
    done = []
    worker(registry, lambda _, given: done.append(given["notice"]), name="mail.send").work_off()
    assert done == [7]
    assert root.post(f"/jobs/{dead}/drop").status_code == 404


def test_health_and_metrics_know_the_queue(registry, dead):
    keep(registry)
    registry.clock.forward(seconds=90)
    told = registry.client.get("/readyz").json["jobs"]
    assert told == {"waiting": 1, "dead": 1, "oldest_seconds": 90.0}
