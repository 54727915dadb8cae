"""Nothing that a cloud does takes for ever, or all memory."""

import signal
import threading
import time

import pytest
from keystoneauth1.adapter import Adapter
from keystoneauth1.noauth import NoAuth
from keystoneauth1.session import Session
from werkzeug import Response

from refcheck.cloud import transport
from refcheck.cloud.budget import OverBudget, within
from refcheck.cloud.hindrances import Hindrances
from refcheck.cloud.service import Service
from refcheck.cloud.signals import HarnessFault


@pytest.fixture
def impatient(httpserver):
    session = Session(auth=NoAuth(endpoint=httpserver.url_for("")))
    return Service("compute", lambda: Adapter(session), budget=0.3)


def test_what_takes_too_long_is_ended_in_the_middle():
    began = time.monotonic()
    with pytest.raises(OverBudget), within(0.2):
        time.sleep(30)
    assert time.monotonic() - began < 10


def test_a_timer_that_ran_before_goes_on_afterwards():
    rung = threading.Event()
    before = signal.signal(signal.SIGALRM, lambda *_: rung.set())
    outer = signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with within(5):
            pass
        assert rung.wait(5)
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *outer)


def drip(_request):
    def bytes_now_and_then():
        for _ in range(100):
            yield b"x"
            time.sleep(0.05)

    return Response(bytes_now_and_then(), 200)


def test_an_answer_that_drips_is_no_answer(httpserver, impatient):
    httpserver.expect_request("/servers").respond_with_handler(drip)
    with pytest.raises(HarnessFault, match=r"had not answered GET /servers after 0.3 s"):
        impatient.get("/servers")


def test_a_service_that_never_answers_is_not_asked_for_ever(httpserver, impatient):
    asked = []

    def hang(request):
        asked.append(request.path)
        return drip(request)

    httpserver.expect_request("/servers").respond_with_handler(hang)
    for _ in range(5):
        with pytest.raises(HarnessFault, match="network: the compute service"):
            impatient.get("/servers")
    assert len(asked) == 2


def test_one_answer_makes_a_service_trusted_again(httpserver, impatient):
    httpserver.expect_request("/slow").respond_with_handler(drip)
    httpserver.expect_request("/fast").respond_with_data("")
    for _ in range(3):
        with pytest.raises(HarnessFault):
            impatient.get("/slow")
        assert impatient.get("/fast").status == 200


def test_an_endless_answer_is_cut_off(httpserver, monkeypatch):
    monkeypatch.setattr(transport, "BODY_LIMIT", 1000)
    httpserver.expect_request("/servers").respond_with_data("x" * 1_000_000)
    session = Session(auth=NoAuth(endpoint=httpserver.url_for("")))
    session.session.mount("http://", transport.BoundedAdapter(Hindrances(), 1.0))
    with pytest.raises(HarnessFault, match="larger than 1,000 bytes"):
        Service("compute", lambda: Adapter(session)).get("/servers")


def test_a_whole_answer_passes_the_limit(httpserver):
    httpserver.expect_request("/servers").respond_with_data("x" * 300_000)
    session = Session(auth=NoAuth(endpoint=httpserver.url_for("")))
    session.session.mount("http://", transport.BoundedAdapter(Hindrances(), 1.0))
    assert len(Service("compute", lambda: Adapter(session)).get("/servers").content) == 300_000
