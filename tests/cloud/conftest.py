"""A cloud of one service on loopback, that answers what a test tells it to."""

import pytest
from keystoneauth1.adapter import Adapter
from keystoneauth1.noauth import NoAuth
from keystoneauth1.session import Session

from refcheck.cloud.recorder import Recorder
from refcheck.cloud.service import Service
from refcheck.cloud.waiting import Clock


class Simulated:
    """A clock that moves only when someone sleeps."""

    def __init__(self):
        self.time = 0.0
        self.pauses = []

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.time += seconds

    def clock(self):
        return Clock(lambda: self.time, self.sleep)


@pytest.fixture
def simulated():
    return Simulated()


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def service(httpserver, recorder):
    session = Session(auth=NoAuth(endpoint=httpserver.url_for("")))
    recorder.watch(session.session)
    return Service("compute", lambda: Adapter(session, service_type="compute"))
