"""Workers share what they only read, and lend each other what they change."""

import json
import os
import subprocess
import sys
import threading

import pytest

from refcheck.cloud.exchange import Body
from refcheck.cloud.signals import CloudFault
from refcheck.cloud.waiting import Clock
from refcheck.plugin.broker import Broker, Lending, made_once
from tests.cloud.conftest import Simulated

PROGRAM = """
import json, os, sys, time
from pathlib import Path
from refcheck.plugin.broker import Broker
broker = Broker(Path(sys.argv[1]))
def make():
    with open(sys.argv[2], "a") as made:
        made.write("x")
    time.sleep(0.3)
    return {"id": os.getpid()}
print(json.dumps(broker.shared("server", make)))
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "leases.sqlite"


@pytest.fixture
def simulated():
    return Simulated()


@pytest.fixture
def worker(file):
    return Broker(file)


@pytest.fixture
def other(file):
    """Another worker, that lives."""
    return Broker(file, holder=str(os.getppid()))


def always(thing):
    return thing


def never(_thing):
    return None


def lending(make, well=always, left=never):
    """Things that are looked at before they are lent again, unless the test tells otherwise."""
    return Lending(make if callable(make) else lambda: make, well, left)


def no_more():
    pytest.fail("a new one")


def test_what_is_read_only_is_made_once_for_all_workers(worker, other):
    assert worker.shared("network", lambda: {"id": "n1"}) == {"id": "n1"}
    again = other.shared("network", lambda: pytest.fail("made twice"))
    assert isinstance(again, Body)
    assert again == {"id": "n1"}


def test_several_things_come_as_a_tuple(worker):
    made = worker.shared("pair", lambda: ({"id": 1}, {"id": 2}))
    assert made == ({"id": 1}, {"id": 2})


def test_processes_that_need_a_thing_at_once_get_the_same_one(file, tmp_path):
    made = tmp_path / "made"
    command = [sys.executable, "-c", PROGRAM, str(file), str(made)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    assert len({answer["id"] for answer in answers}) == 1
    assert made.read_text() == "x"


def test_one_waits_while_another_makes_a_thing_and_not_else(worker, other):
    worker.wait_for_others("several")  # nobody makes it
    begun, may_end, made = threading.Event(), threading.Event(), []

    def make():
        begun.set()
        may_end.wait(10)
        made.append(1)
        return {}

    maker = threading.Thread(target=other.shared, args=("several", make))
    maker.start()
    begun.wait(10)
    threading.Timer(0.2, may_end.set).start()
    worker.wait_for_others("several")
    assert made
    maker.join()


def test_what_is_offered_is_lent_without_another_look(worker, other):
    worker.offer("server", Body(id="s1"))

    def look(_thing):
        pytest.fail("it has just been seen to be well")

    assert other.lend("server", lending(no_more, well=look)) == {"id": "s1"}


def test_what_failed_is_tried_once_more_and_then_fails_for_all(worker, other):
    tried = []

    def make():
        tried.append(1)
        raise CloudFault("server became ERROR")

    for broker in (worker, other, worker, other):
        with pytest.raises(CloudFault, match="server became ERROR"):
            broker.shared("server", make)
    assert len(tried) == 2


def test_a_second_attempt_may_succeed(worker, other):
    def busy():
        raise CloudFault("busy")

    with pytest.raises(CloudFault):
        worker.shared("server", busy)
    assert other.shared("server", lambda: {"id": "s"}) == {"id": "s"}


def test_a_worker_that_was_interrupted_leaves_it_to_the_next(worker, other):
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.shared("server", interrupted)
    assert other.shared("server", lambda: {"id": "s"}) == {"id": "s"}


def test_a_worker_that_died_while_making_leaves_it_to_the_next(file, worker):
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    dead.wait()
    gone = Broker(file, holder=str(dead.pid))
    assert gone._claim("server") == ("mine", "")
    assert worker.shared("server", lambda: {"id": "s"}) == {"id": "s"}


def test_what_another_thread_makes_is_waited_for_and_not_made_twice(worker):
    begun, end = threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert end.wait(30)
        return {"id": "s"}

    thread = threading.Thread(target=worker.beside("compute").shared, args=("server", slow))
    thread.start()
    assert begun.wait(30)
    threading.Timer(0.1, end.set).start()
    assert worker.shared("server", lambda: pytest.fail("made twice")) == {"id": "s"}
    thread.join()


def test_a_thread_that_makes_it_for_ever_is_left_behind_and_not_believed_later(file, simulated):
    worker = Broker(file, clock=simulated.clock())
    thread = worker.beside("compute")
    assert thread._claim("server") == ("mine", "")
    assert worker.shared("server", lambda: {"id": "ours"}) == {"id": "ours"}
    assert simulated.time > 600
    thread._settle("server", "ready", '{"id": "late"}')
    assert worker.shared("server", no_more) == {"id": "ours"}


def test_what_a_thread_was_lent_is_not_given_back_by_another(worker, other):
    lent = worker.beside("compute").lend("server", lending(Body(id="s1")))
    worker.give_back()
    assert other.lend("server", lending(Body(id="s2"))) != lent


def test_what_is_lent_is_nobody_elses(worker, other):
    made = iter([Body(id="s1"), Body(id="s2")])
    first = worker.lend("server", lending(lambda: next(made)))
    second = other.lend("server", lending(lambda: next(made)))
    assert (first["id"], second["id"]) == ("s1", "s2")


def takes(simulated, seconds, thing):
    """Makes a thing, which takes its time."""

    def make():
        simulated.sleep(seconds)
        return thing

    return lending(make)


def test_what_others_have_is_waited_for_as_long_as_it_takes_to_make_one(file, simulated):
    worker = Broker(file, clock=simulated.clock())
    other = Broker(file, holder=str(os.getppid()), clock=simulated.clock())
    worker.lend("server", takes(simulated, 5.0, Body(id="s1")))
    assert simulated.time == 5.0
    assert other.lend("server", takes(simulated, 4.0, Body(id="s2")))["id"] == "s2"
    assert simulated.time == pytest.approx(14.0, abs=0.1)


def test_what_comes_back_in_time_saves_making_one(file, simulated):
    worker = Broker(file, clock=simulated.clock())

    def sleep(seconds):
        simulated.sleep(seconds)
        if simulated.time > 7.0:
            worker.give_back()

    other = Broker(file, holder=str(os.getppid()), clock=Clock(lambda: simulated.time, sleep))
    worker.lend("server", takes(simulated, 5.0, Body(id="s1")))
    assert other.lend("server", lending(no_more))["id"] == "s1"
    assert simulated.time < 7.2


def test_nobody_waits_for_what_it_has_itself(file, simulated):
    worker = Broker(file, clock=simulated.clock())
    for name in ("s1", "s2"):
        assert worker.lend("server", takes(simulated, 5.0, Body(id=name)))["id"] == name
    assert simulated.time == 10.0


def test_what_was_given_back_is_lent_again_as_it_is_now(worker, other):
    worker.lend("server", lending(Body(id="s1", name="old")))
    worker.give_back()
    lent = other.lend("server", lending(no_more, well=lambda it: Body(it, name="new")))
    assert lent == {"id": "s1", "name": "new"}


def test_what_is_not_well_is_lent_to_nobody(worker, other):
    worker.lend("server", lending(Body(id="s1")))
    worker.give_back()
    assert other.lend("server", lending(Body(id="s2"), well=never))["id"] == "s2"
    other.give_back()
    assert worker.lend("server", lending(no_more))["id"] == "s2"


def test_what_the_last_test_saw_to_be_well_is_lent_as_it_saw_it_and_not_asked_for(worker, other):
    worker.lend("server", lending(Body(id="s1"), left=lambda it: Body(it, name="left")))
    worker.give_back()
    lent = other.lend("server", lending(no_more, well=lambda _it: pytest.fail("asked")))
    assert lent == {"id": "s1", "name": "left"}
    # This test did not look at it last.
    other.give_back()
    lent = worker.lend("server", lending(no_more, well=lambda it: Body(it, name="asked")))
    assert lent == {"id": "s1", "name": "asked"}


def test_kinds_are_lent_apart(worker):
    worker.lend("server", lending(Body(id="s1")))
    worker.give_back()
    assert worker.lend("volume", lending(Body(id="v1")))["id"] == "v1"


def test_second_attempts_have_nothing_of_what_first_ones_had(worker, other):
    worker.shared("network", lambda: {"id": "n1"})
    worker.lend("server", lending(Body(id="s1")))
    worker.give_back()
    afresh = worker.afresh()
    assert afresh.shared("network", lambda: {"id": "n2"}) == {"id": "n2"}
    assert afresh.lend("server", lending(Body(id="s2"))) == {"id": "s2"}
    # They share and lend among themselves.
    assert other.afresh().shared("network", lambda: pytest.fail("made twice")) == {"id": "n2"}
    worker.give_back()
    assert other.afresh().lend("server", lending(no_more))["id"] == "s2"
    assert other.lend("server", lending(no_more))["id"] == "s1"


def test_a_property_that_is_made_once_asks_the_broker_once(worker):
    class Things:
        _broker = worker

        @made_once
        def network(self):
            """A network."""
            return {"id": "n1"}

    things = Things()
    assert things.network == Things().network == {"id": "n1"}
    assert things.network is things.network


def test_no_secret_of_a_reason_is_kept(file):
    broker = Broker(file, scrub=lambda text: text.replace("canary", "[removed]"))

    def make():
        raise CloudFault('the token "canary" was refused')

    with pytest.raises(CloudFault, match="canary"):
        broker.shared("server", make)
    assert b"canary" not in b"".join(
        part.read_bytes() for part in file.parent.glob(f"{file.name}*")
    )


def test_how_long_a_wait_took_is_known_to_all_workers(worker, other):
    for seconds in (9.0, 3.0, 2.0, 5.0, 4.0, 6.0):
        worker.waits().learn("booted server 1", seconds)
    assert other.waits().known("booted server 1") == (6.0, 4.0, 5.0, 2.0, 3.0)
    assert 1.0 < other.waits().first_look("booted server 1") < 2.0
    assert other.waits().first_look("deleted server 1") == 0.0
