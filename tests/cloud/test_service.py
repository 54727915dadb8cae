"""A service is asked raw, and what stands in the way is told apart from what the cloud does."""

import socket

import pytest
from keystoneauth1.adapter import Adapter
from keystoneauth1.noauth import NoAuth
from keystoneauth1.session import Session
from keystoneauth1.token_endpoint import Token as TokenEndpoint

from refcheck.cloud.service import Service
from refcheck.cloud.signals import CloudFault, HarnessFault
from refcheck.testing import expect, refused


def test_a_refusal_is_an_answer_not_an_exception(httpserver, service):
    httpserver.expect_request("/servers/x").respond_with_json(
        {"itemNotFound": {"message": "Instance x could not be found.", "code": 404}}, status=404
    )
    answer = service.get("/servers/x")
    assert (answer.status, answer.message) == (404, "Instance x could not be found.")


def test_an_unexpected_status_names_request_answer_and_words(httpserver, service):
    httpserver.expect_request("/servers").respond_with_json({"x": {"message": "boom"}}, status=500)
    with pytest.raises(CloudFault, match=r"GET .*/servers answered 500, expected 200: boom"):
        expect(service.get("/servers"), 200)


def test_a_refusal_without_a_word_is_a_fault(httpserver, service):
    httpserver.expect_request("/servers/x").respond_with_data("", status=404)
    with pytest.raises(CloudFault, match="without saying why"):
        refused(service.get("/servers/x"), 404)


def test_a_missing_field_is_the_clouds_fault_however_deep(httpserver, service):
    httpserver.expect_request("/servers/x").respond_with_json({"server": {"flavor": {}}})
    with pytest.raises(CloudFault, match="no field 'id'"):
        service.get("/servers/x")["server"]["flavor"]["id"]


@pytest.mark.parametrize("content", ["", "<html>", "[1, 2]"])
def test_a_body_of_another_form_is_the_clouds_fault(httpserver, service, content):
    httpserver.expect_request("/servers").respond_with_data(content)
    with pytest.raises(CloudFault):
        service.get("/servers")["servers"]


def test_a_server_error_is_not_retried(httpserver, service):
    httpserver.expect_ordered_request("/servers").respond_with_data("", status=503)
    assert service.get("/servers").status == 503
    httpserver.check()


def test_redirects_are_answers_too(httpserver, service):
    httpserver.expect_request("/").respond_with_data("", status=300, headers={"Location": "/v2"})
    assert service.get("/").status == 300


def test_a_service_that_does_not_listen_is_the_networks_fault():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    session = Session(auth=NoAuth(endpoint=address))
    with pytest.raises(HarnessFault, match="network: the image service does not answer"):
        Service("image", lambda: Adapter(session)).get("/images")


def test_evidence_holds_the_last_exchanges_with_a_curl_line(httpserver, service, recorder):
    httpserver.expect_request("/servers").respond_with_json(
        {"server": {"adminPass": "canary"}}, headers={"x-openstack-request-id": "req-1"}
    )
    recorder.start()
    service.post("/servers", json={"server": {"name": "it's", "adminPass": "canary"}})
    (exchange,) = recorder.exchanges()
    assert (exchange.method, exchange.status, exchange.request_id) == ("POST", 200, "req-1")
    assert "canary" not in str(exchange.to_json())
    assert exchange.curl.startswith("curl -i -X POST")
    assert "$OS_TOKEN" in exchange.curl


def test_the_curl_line_of_a_request_without_a_token_has_none(httpserver, service, recorder):
    httpserver.expect_request("/servers").respond_with_data("", status=401)
    recorder.start()
    service.get("/servers", authenticated=False)
    (exchange,) = recorder.exchanges()
    assert "OS_TOKEN" not in exchange.curl


@pytest.mark.parametrize("error", [TypeError("none"), KeyError("id"), RecursionError("deep")])
def test_a_version_document_that_is_none_is_the_clouds_fault(error):
    class Strange:
        def get_endpoint(self):
            raise error

    with pytest.raises(CloudFault, match="the versions of the compute service cannot be read"):
        Service("compute", Strange).get("/servers")


class Token(TokenEndpoint):
    """Credentials whose token another thread renews while a request is on its way."""

    def __init__(self, endpoint, renewed):
        super().__init__(endpoint, "old")
        self.renewed, self.asked = renewed, 0

    def get_token(self, *_, **__):
        self.asked += 1
        return self.renewed if self.asked > 1 else "old"

    def invalidate(self):
        return False  # the other thread has done it


@pytest.mark.parametrize(("renewed", "requests"), [("new", 2), ("old", 1)])
def test_a_token_that_another_thread_renewed_meanwhile_is_used(httpserver, renewed, requests):
    accepted = httpserver.expect_request("/images", headers={"X-Auth-Token": "new"})
    accepted.respond_with_json({"images": []})
    httpserver.expect_request("/images").respond_with_data("", status=401)
    session = Session(auth=Token(httpserver.url_for("").rstrip("/"), renewed))
    image = Service("image", lambda: Adapter(session))
    if renewed == "new":
        assert image.get("/images").status == 200
    else:
        with pytest.raises(HarnessFault, match="refuses a fresh token"):
            image.get("/images")
    assert len(httpserver.log) == requests


SERVER = {"server": {"id": "1"}}


@pytest.fixture
def followed(httpserver, service):
    """A service that has shown a server which is followed."""
    httpserver.expect_request("/servers/1", method="GET").respond_with_json(SERVER)
    httpserver.expect_request("/servers/11/action").respond_with_data("", status=202)
    httpserver.expect_request("/servers/1/tags").respond_with_json({"tags": []})
    service.follow("/servers/1")
    service.get("/servers/1")
    return service


def test_what_was_shown_last_of_a_thing_that_is_followed_is_kept(followed):
    followed.get("/servers/1/tags")
    followed.post("/servers/11/action", json={"reboot": {}})
    assert followed.last_shown("/servers/1").json == SERVER
    assert followed.aside().last_shown("/servers/1").json == SERVER
    assert followed.last_shown("/servers/11") is None


def test_what_may_have_changed_since_is_not_what_was_shown(followed):
    followed.put("/servers/1/tags", json={"tags": ["new"]})
    assert followed.last_shown("/servers/1") is None
    followed.get("/servers/1", microversion="2.90")
    assert followed.last_shown("/servers/1") is None, "another version shows another form"
    followed.get("/servers/1")
    assert followed.last_shown("/servers/1").json == SERVER
    followed.follow("/servers/1")
    assert followed.last_shown("/servers/1") is None, "another test has it now"


def test_a_request_without_an_answer_may_have_changed_it(followed):
    followed._adapter.endpoint_override = "http://127.0.0.1:1"  # where nobody listens
    with pytest.raises(HarnessFault, match="does not answer"):
        followed.delete("/servers/1")
    assert followed.last_shown("/servers/1") is None


def test_objects_that_were_stored_are_told_once(httpserver, service):
    service.kind = "object-store"
    for path in ("/box", "/box/kept", "/box/gone"):
        httpserver.expect_request(path, method="PUT").respond_with_data("", 201)
    httpserver.expect_request("/box/refused", method="PUT").respond_with_data("no", 403)
    httpserver.expect_request("/box/gone", method="DELETE").respond_with_data("", 204)
    for path in ("/box", "/box/kept", "/box/gone", "/box/refused"):
        service.put(path, data=b"x")
    service.delete("/box/gone")
    assert service.take_stored() == ["/box/kept"]
    assert service.take_stored() == []
