"""Workers share what they only read, and lend each other what they change."""

import json
import os
import subprocess
import sys

import pytest

from refcheck.cloud.exchange import Body
from refcheck.cloud.signals import CloudFault
from refcheck.plugin.broker import Broker, made_once

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
def worker(file):
    return Broker(file)


@pytest.fixture
def other(file):
    """Another worker, that lives."""
    return Broker(file, holder=os.getppid())


def always(thing):
    return thing


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
    gone = Broker(file, holder=dead.pid)
    assert gone._claim("server") == ("mine", "")
    assert worker.shared("server", lambda: {"id": "s"}) == {"id": "s"}


def test_what_is_lent_is_nobody_elses(worker, other):
    made = iter([Body(id="s1"), Body(id="s2")])
    first = worker.lend("server", lambda: next(made), always)
    second = other.lend("server", lambda: next(made), always)
    assert (first["id"], second["id"]) == ("s1", "s2")


def test_what_was_given_back_is_lent_again_as_it_is_now(worker, other):
    worker.lend("server", lambda: Body(id="s1", name="old"), always)
    worker.give_back()
    lent = other.lend("server", lambda: pytest.fail("a new one"), lambda it: Body(it, name="new"))
    assert lent == {"id": "s1", "name": "new"}


def test_what_is_not_well_is_lent_to_nobody(worker, other):
    worker.lend("server", lambda: Body(id="s1"), always)
    worker.give_back()
    assert other.lend("server", lambda: Body(id="s2"), lambda _it: None)["id"] == "s2"
    other.give_back()
    assert worker.lend("server", lambda: pytest.fail("a new one"), always)["id"] == "s2"


def test_kinds_are_lent_apart(worker):
    worker.lend("server", lambda: Body(id="s1"), always)
    worker.give_back()
    assert worker.lend("volume", lambda: Body(id="v1"), always)["id"] == "v1"


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
