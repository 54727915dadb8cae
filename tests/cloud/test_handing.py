"""A process goes on with another's connection, and logs in by itself only when it must."""

import contextlib
import http.server
import json
import threading
from dataclasses import asdict

import pytest

from refcheck.cloud.connection import connect
from refcheck.cloud.handing import Handed, hand, take
from refcheck.cloud.signals import HarnessFault

TOKEN = "gAAAA-first-token-of-this-cloud"


class Keystone(http.server.BaseHTTPRequestHandler):
    """Lets one user in, gives a new token each time, and takes only the last one."""

    def do_GET(self):
        self._note()
        if self.path == "/v3":
            links = [{"rel": "self", "href": self._address("/v3")}]
            version = {"id": "v3.14", "status": "stable", "links": links}
            return self._answer(200, {"version": version})
        known = self.headers.get("X-Auth-Token") == self.server.token
        return self._answer(200 if known else 401, {"servers": []})

    def do_POST(self):
        self._note()
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.closed:
            return self._answer(401, {"error": {"message": "no"}})
        address = self._address("/compute/v2.1")
        token = {
            "user": {"id": "u1"},
            "project": {"id": "p1"},
            "roles": [],
            "issued_at": "2026-01-01T00:00:00Z",
            "expires_at": "2026-01-01T01:00:00Z",
            "catalog": [
                {
                    "type": "compute",
                    "id": "s1",
                    "endpoints": [{"interface": "public", "region": "r", "url": address}],
                }
            ],
        }
        return self._answer(201, {"token": token}, **{"X-Subject-Token": self.server.token})

    def log_message(self, *_):
        pass

    def _note(self):
        self.server.asked.append(f"{self.command} {self.path}")

    def _address(self, path):
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def _answer(self, status, body, **headers):
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": len(content)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def keystone(tmp_path, monkeypatch):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keystone) as server:
        server.asked, server.token, server.closed = [], TOKEN, False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        file = tmp_path / "clouds.yaml"
        auth = f"http://127.0.0.1:{server.server_port}/v3"
        file.write_text(
            f"clouds: {{mine: {{auth: {{auth_url: '{auth}', username: u, password: hunter2-long,"
            " project_name: p, user_domain_id: d, project_domain_id: d}}}\n"
        )
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server
        server.shutdown()


def handed_over(cloud):
    """What arrives at another process."""
    return Handed(**json.loads(json.dumps(asdict(hand(cloud)))))


@contextlib.contextmanager
def asked(keystone):
    """What is asked in the block."""
    seen = []
    before = len(keystone.asked)
    yield seen
    seen += keystone.asked[before:]


def test_the_other_process_asks_for_nothing_but_what_it_is_there_for(keystone):
    first = connect("mine")
    assert first.service("compute").get("/servers").status == 200
    with asked(keystone) as requests:
        second = take(handed_over(first))
        assert (second.project_id, second.user_id) == ("p1", "u1")
        assert second.catalog == first.catalog
        assert second.service("compute").get("/servers").status == 200
    assert requests == ["GET /compute/v2.1/servers"]


def test_a_token_that_is_taken_no_more_is_replaced_with_the_credentials_of_clouds_yaml(keystone):
    second = take(handed_over(connect("mine")))
    keystone.token = "gAAAA-another-token-of-this-cloud"
    assert second.service("compute").get("/servers").status == 200
    assert second.token == keystone.token
    assert "hunter2-long" not in second.recorder.scrubber.scrub("password hunter2-long of it")


def test_credentials_that_are_refused_later_are_the_fault_of_nobody_but_themselves(keystone):
    second = take(handed_over(connect("mine")))
    keystone.token, keystone.closed = "another", True
    with pytest.raises(HarnessFault, match="credentials: the cloud refuses them"):
        second.service("compute").get("/servers")


def test_a_process_without_the_clouds_yaml_says_so_when_it_needs_it(keystone, monkeypatch):
    second = take(handed_over(connect("mine")))
    keystone.token = "another"
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", "/nowhere/clouds.yaml")
    with pytest.raises(HarnessFault, match=r"credentials: .*not at hand: .*clouds\.yaml"):
        second.service("compute").get("/servers")


def test_the_token_is_known_as_a_secret_on_the_other_side_and_shown_by_no_value(keystone):
    handed = handed_over(connect("mine"))
    assert TOKEN in handed.state
    assert TOKEN not in repr(handed)
    assert TOKEN not in take(handed).recorder.scrubber.scrub(f"X-Auth-Token: {TOKEN}")


def test_a_service_that_nobody_has_looked_for_is_found_by_the_other_process_itself(keystone):
    handed = handed_over(connect("mine"))
    assert handed.addresses == {}
    assert take(handed).service("compute").get("/servers").status == 200


def test_another_connection_beside_asks_for_no_version_again(keystone):
    first = connect("mine")
    with asked(keystone) as requests:
        second = connect("mine", first)
    assert requests == ["POST /v3/auth/tokens"]
    assert second.recorder is first.recorder
