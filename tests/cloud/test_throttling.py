"""A cloud that asks to be asked later is waited for, as long as it says and no longer than sensible."""

import pytest
from keystoneauth1.adapter import Adapter
from keystoneauth1.noauth import NoAuth
from keystoneauth1.session import Session
from requests import Response as Received
from werkzeug import Response

from refcheck.cloud.hindrances import Hindrances
from refcheck.cloud.service import Service
from refcheck.cloud.signals import HarnessFault
from refcheck.cloud.throttling import Throttled, heeding, retry_after
from refcheck.cloud.transport import BoundedAdapter
from refcheck.cloud.waiting import Clock


def answer(status, **headers):
    response = Received()
    response.status_code = status
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


class Cloud:
    """Answers one after the other, the last one for ever; notes when it was asked."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.time = 0.0
        self.asked = []
        self.hindrances = Hindrances()

    def send(self):
        self.asked.append(self.time)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def sleep(self, seconds):
        self.time += seconds

    def ask(self):
        clock = Clock(lambda: self.time, self.sleep)
        return heeding(self.send, 45.0, self.hindrances, clock)


@pytest.mark.parametrize("status", [429, 503, 498])
def test_the_seconds_that_it_says_are_waited(status):
    cloud = Cloud(answer(status, Retry_After="7"), answer(200))
    assert cloud.ask().status_code == 200
    assert cloud.asked == [0, 7]
    assert cloud.hindrances.take() == {"throttled": 1, "seconds_waited": 7}
    assert cloud.hindrances.take() == {}


def test_a_date_is_read_by_the_clouds_own_clock():
    told = answer(
        503, Retry_After="Fri, 13 Nov 2009 10:00:09 GMT", Date="Fri, 13 Nov 2009 10:00:00 GMT"
    )
    assert Cloud(told, answer(200)).ask().status_code == 200
    assert retry_after(told) == 9


def test_a_date_that_is_over_is_waited_for_only_a_moment():
    told = answer(
        429, Retry_After="Fri, 13 Nov 2009 09:00:00 GMT", Date="Fri, 13 Nov 2009 10:00:00 GMT"
    )
    cloud = Cloud(told, answer(200))
    cloud.ask()
    assert cloud.asked == [0, 0.2]


@pytest.mark.parametrize("nonsense", ["soon", "-1", "1.5", "", "١٢", "Fri, 99 Nov"])
def test_without_a_time_a_503_is_the_answer_and_a_429_is_tried_at_growing_intervals(nonsense):
    assert retry_after(answer(503, Retry_After=nonsense)) is None
    ill = Cloud(answer(503, Retry_After=nonsense), answer(200))
    assert ill.ask().status_code == 503
    assert ill.hindrances.take() == {}
    busy = Cloud(*[answer(429, Retry_After=nonsense)] * 3, answer(200))
    assert busy.ask().status_code == 200
    assert busy.asked == [0, 1, 3, 7]


@pytest.mark.parametrize("status", [200, 404, 413, 500, 502])
def test_any_other_answer_stands_whatever_it_says_of_time(status):
    cloud = Cloud(answer(status, Retry_After="1"), answer(200))
    assert cloud.ask().status_code == status
    assert cloud.asked == [0]


def test_too_long_a_wait_is_not_begun():
    cloud = Cloud(answer(503, Retry_After="3600"))
    with pytest.raises(Throttled, match="answered 503 and asks to wait 3600 s more"):
        cloud.ask()
    assert cloud.time == 0


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "0"}, {"Retry_After": "4"}])
def test_patience_ends(headers):
    cloud = Cloud(answer(429, **headers))
    with pytest.raises(Throttled):
        cloud.ask()
    assert 25 < cloud.time <= 45
    assert len(cloud.asked) < 250


def service_at(httpserver, hindrances, patience):
    session = Session(auth=NoAuth(endpoint=httpserver.url_for("")))
    session.session.mount("http://", BoundedAdapter(hindrances, patience))
    return Service("compute", lambda: Adapter(session))


def test_what_was_not_done_is_sent_again_whole(httpserver):
    bodies = []

    def handle(request):
        bodies.append(request.get_data())
        return Response("{}", 202) if len(bodies) > 1 else Response("", 429, {"Retry-After": "0"})

    httpserver.expect_request("/servers", method="POST").respond_with_handler(handle)
    service = service_at(httpserver, Hindrances(), 5.0)
    assert service.post("/servers", json={"server": {"name": "x"}}).status == 202
    assert len(bodies) == 2
    assert bodies[0] == bodies[1] != b""


def test_an_endless_limit_is_an_error_and_the_service_is_left_alone(httpserver):
    asked = []

    def handle(request):
        asked.append(request.path)
        return Response("", 429, {"Retry-After": "100"})

    httpserver.expect_request("/servers").respond_with_handler(handle)
    service = service_at(httpserver, Hindrances(), 5.0)
    for _ in range(2):
        with pytest.raises(HarnessFault, match="rate limit: the compute service asks"):
            service.get("/servers")
    with pytest.raises(HarnessFault, match="not asked again"):
        service.get("/servers")
    assert len(asked) == 2
