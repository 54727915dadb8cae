"""What ends in the middle: connections that a server closes, tokens that expire."""

import contextlib
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from keystoneauth1.adapter import Adapter
from keystoneauth1.noauth import NoAuth
from keystoneauth1.session import Session
from werkzeug import Response

from refcheck.cloud.clock import Skew
from refcheck.cloud.hindrances import Hindrances
from refcheck.cloud.service import Service
from refcheck.cloud.signals import HarnessFault
from refcheck.cloud.token_life import TokenLife
from refcheck.cloud.transport import BoundedAdapter

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextlib.contextmanager
def closing_server(answers):
    """For each connection: reads one request, sends this, closes. Yields address and requests."""
    seen = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                seen.append(connection.recv(65536).split(b" ", 1)[0].decode())
                connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
    finally:
        listener.close()
        thread.join(5)


def service_of(address, hindrances):
    session = Session(auth=NoAuth(endpoint=address))
    session.session.mount("http://", BoundedAdapter(hindrances, 1.0))
    return Service("compute", lambda: Adapter(session))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_changes_nothing_is_sent_once_more_when_the_connection_ends(method):
    hindrances = Hindrances()
    with closing_server([b"", OK]) as (address, seen):
        assert service_of(address, hindrances).request(method, "/x").status == 200
    assert seen == [method, method]
    assert hindrances.take() == {"reconnected": 1}


def test_it_is_sent_once_more_and_not_for_ever():
    silence = pytest.raises(HarnessFault, match="network: the compute service does not answer")
    with closing_server([b"", b""]) as (address, seen), silence:
        service_of(address, Hindrances()).get("/x")
    assert seen == ["GET", "GET"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_may_have_been_done_is_not_sent_again(method):
    silence = pytest.raises(HarnessFault, match="network: the compute service does not answer")
    with closing_server([b""]) as (address, seen), silence:
        service_of(address, Hindrances()).request(method, "/x")
    assert seen == [method]


def test_half_an_answer_is_no_reason_to_ask_again():
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{"
    with closing_server([half]) as (address, seen), pytest.raises(HarnessFault):
        service_of(address, Hindrances()).get("/x")
    assert seen == ["GET"]


def test_a_401_that_stays_is_the_credentials_and_ends_after_two(httpserver, service):
    asked = []

    def refuse(request):
        asked.append(request.path)
        return Response("no", 401)

    httpserver.expect_request("/servers").respond_with_handler(refuse)
    for _ in range(2):
        with pytest.raises(HarnessFault, match="credentials: the compute service refuses a fresh"):
            service.get("/servers")
    with pytest.raises(HarnessFault, match="not asked again"):
        service.get("/servers")
    assert len(asked) == 2


def test_who_sends_no_token_sees_the_401(httpserver, service):
    httpserver.expect_request("/servers").respond_with_data("no", status=401)
    for _ in range(3):
        assert service.get("/servers", authenticated=False).status == 401


class Token:
    """What the plugin holds: a token, by the cloud's clock."""

    def __init__(self, life):
        self.issued = datetime(2031, 1, 1, tzinfo=UTC)
        self.expires = self.issued + timedelta(seconds=life) if life else None


class Plugin:
    """As much of the SDK's identity plugin as is looked at."""

    def __init__(self, token):
        self.auth_ref = token
        self.reauthenticate = True

    def invalidate(self):
        self.auth_ref = None


@pytest.mark.parametrize(
    ("life", "age", "renewed"),
    [(3600, 2990, False), (3600, 3010, True), (60, 29, False), (60, 31, True), (None, 1e9, False)],
)
def test_a_token_is_renewed_by_its_age_whatever_the_clocks_say(life, age, renewed):
    time = [1000.0]
    plugin = Plugin(Token(life))
    watch = TokenLife(plugin, lambda: time[0])
    assert plugin.reauthenticate is False
    watch.renew_if_old()
    time[0] += age
    watch.renew_if_old()
    assert (plugin.auth_ref is None) == renewed


def test_a_new_token_starts_a_new_life():
    time = [0.0]
    plugin = Plugin(Token(3600))
    watch = TokenLife(plugin, lambda: time[0])
    watch.renew_if_old()
    plugin.auth_ref = Token(3600)
    time[0] = 3500.0
    watch.renew_if_old()
    assert plugin.auth_ref is not None


@pytest.mark.parametrize(
    ("date", "skew"),
    [("Fri, 13 Nov 2009 10:00:00 GMT", 3600), ("Fri, 13 Nov 2009 08:59:59 GMT", 0), ("x", None)],
)
def test_the_first_dated_answer_shows_how_far_the_clouds_clock_is_ahead(date, skew):
    session = requests.Session()
    seen = Skew(lambda: datetime(2009, 11, 13, 9, 0, 0, tzinfo=UTC).timestamp())
    seen.watch(session)
    dated = OK.replace(b"OK\r\n", f"OK\r\nDate: {date}\r\n".encode())
    with closing_server([dated]) as (address, _):
        session.get(address)
    assert seen.seconds == skew
