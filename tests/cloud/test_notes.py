"""What is wrong with the form of answers is kept for the test that got them, with the exchange."""

import socket

import pytest
from keystoneauth1.adapter import Adapter
from keystoneauth1.noauth import NoAuth
from keystoneauth1.session import Session

from refcheck.cloud.schemas.findings import NOTHING, Findings
from refcheck.cloud.service import Service
from refcheck.cloud.signals import HarnessFault

PAIR = {"name": "k", "fingerprint": "aa:bb", "public_key": "ssh-rsa A", "type": "ssh"}


@pytest.fixture
def noting(service, recorder):
    """The service, whose answers are looked at."""
    return Service(service.kind, service._ready, recorder.note)


@pytest.fixture
def answered(httpserver):
    """Let a call be answered with this JSON."""

    def answered(path, body, status=200, **more):
        httpserver.expect_request(path, **more).respond_with_json(body, status=status)

    return answered


def test_an_answer_of_the_declared_form_leaves_no_note(answered, noting, recorder):
    answered("/flavors", {"flavors": []})
    noting.get("/flavors")
    assert recorder.findings == NOTHING


def test_an_answer_of_another_form_is_noted_and_returned_untouched(answered, noting, recorder):
    answered("/flavors", {"flavours": []})
    assert noting.get("/flavors", params={"limit": 5}).json == {"flavours": []}
    assert recorder.findings == Findings(
        faults=("GET /flavors answered without `flavors`",), extras=("flavours",)
    )


def test_the_microversion_that_was_sent_chooses_the_rule(answered, noting, recorder):
    answered("/os-keypairs", {"keypairs": [{"keypair": PAIR}]})
    noting.get("/os-keypairs", microversion="2.2")
    assert recorder.findings == NOTHING
    noting.get("/os-keypairs")
    assert recorder.findings.extras == ("keypairs[].keypair.type",)


def test_an_action_is_looked_at_by_its_name(answered, noting, recorder):
    answered("/servers/8/action", {"colour": 1}, 202, method="POST")
    noting.post("/servers/8/action", json={"reboot": {"type": "SOFT"}})
    (fault,) = recorder.findings.faults
    assert fault == "POST /servers/{server_id}/action#reboot answered a body where the API has none"


def test_links_are_looked_at_like_paths(answered, noting, recorder):
    answered("/flavors", {"flavors": 5})
    noting.get(f"{noting.url}/flavors?marker=x")
    assert len(recorder.findings.faults) == 1


def test_what_several_tests_share_leaves_no_note(answered, noting, recorder):
    answered("/flavors", {"flavours": []})
    assert noting.aside().get("/flavors").json == {"flavours": []}
    assert recorder.findings == NOTHING


def test_what_several_tests_share_is_the_same_service():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        session = Session(auth=NoAuth(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}"))
        service = Service("compute", lambda: Adapter(session), budget=0.2)
        aside = service.aside()
        aside.known_gone.add("/servers/8")
        assert service.known_gone == {"/servers/8"}
        for one in (service, aside):
            with pytest.raises(HarnessFault, match="had not answered"):
                one.get("/servers")
        with pytest.raises(HarnessFault, match="not asked again"):
            service.get("/servers")


def test_the_next_test_starts_without_notes(answered, noting, recorder):
    answered("/flavors", {})
    noting.get("/flavors")
    recorder.start()
    assert recorder.findings == NOTHING
    assert recorder.exchanges() == ()


def test_an_exchange_with_findings_stays_in_the_evidence(answered, noting, recorder):
    answered("/flavors", {"colour": 1})
    answered("/flavors/detail", {"flavors": []})
    noting.get("/flavors")
    for _ in range(9):
        noting.get("/flavors/detail")
    bodies = [exchange.answer_body for exchange in recorder.exchanges()]
    assert "colour" in bodies[0]
    assert not any("colour" in body for body in bodies[1:])


def test_an_exchange_with_findings_is_shown_once(answered, noting, recorder):
    answered("/flavors", {"colour": 1})
    noting.get("/flavors")
    noting.get("/flavors")
    assert len(recorder.exchanges()) == 2


def test_of_many_exchanges_with_findings_the_first_three_stay(answered, noting, recorder):
    for name in "abcde":
        answered(f"/flavors/{name}", {"flavor": {}, name: 1})
    answered("/flavors", {"flavors": []})
    for name in "abcde":
        noting.get(f"/flavors/{name}")
    for _ in range(6):
        noting.get("/flavors")
    urls = [exchange.url.rpartition("/")[2] for exchange in recorder.exchanges()]
    assert urls == ["a", "b", "c"] + ["flavors"] * 6
