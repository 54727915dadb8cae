"""What is created is written down first, and removed whatever happens."""

import pytest
from werkzeug import Response

from refcheck.cloud.creating import Creator, clean
from refcheck.cloud.ledger import Ledger
from refcheck.cloud.signals import CloudFault, HarnessFault
from refcheck.cloud.waiting import Clock


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def create(service, ledger):
    time = [0.0]

    def sleep(seconds):
        time[0] += seconds

    return Creator(lambda _kind: service, ledger, "rc-test", Clock(lambda: time[0], sleep))


def test_a_create_is_in_the_ledger_before_it_is_sent(httpserver, create, ledger):
    seen = []

    def answer(_request):
        seen.extend((entry.kind, entry.undo) for entry in ledger.open_entries())
        return Response('{"network": {"id": "n1"}}', 201)

    httpserver.expect_request("/networks", method="POST").respond_with_handler(answer)
    create("network")
    assert seen == [("network", None)]
    assert ledger.open_entries()[0].undo.path == "/networks/n1"


def test_names_show_whose_they_are(create):
    assert create.name("server").startswith("rc-test-server-")
    assert create.name("server") != create.name("server")


def test_what_came_of_a_request_of_the_tests_own_is_removed_too(httpserver, create, ledger):
    httpserver.expect_oneshot_request("/ports/p1", method="DELETE").respond_with_data(status=204)
    create.adopt("port", {"id": "p1", "name": "rc-test-port"})
    assert [entry.undo.path for entry in ledger.open_entries()] == ["/ports/p1"]
    assert create.clean() == ()
    assert ledger.open_entries() == ()
    httpserver.check()


def test_cleaning_removes_newest_first_and_waits_until_gone(httpserver, create, ledger):
    removed = []
    for kind, path, made in (("network", "networks", "n1"), ("server", "servers", "s1")):
        httpserver.expect_request(f"/{path}", method="POST").respond_with_json(
            {kind: {"id": made}}, status=202
        )

    def remove(request):
        removed.append(request.path)
        return Response(status=204)

    answers = [Response("{}", 200), Response("{}", 200), Response("{}", 404)]
    httpserver.expect_request("/servers/s1", method="DELETE").respond_with_handler(remove)
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_handler(remove)
    httpserver.expect_request("/servers/s1", method="GET").respond_with_handler(
        lambda _request: answers.pop(0)
    )
    create("network")
    create("server")
    assert create.clean() == ()
    assert removed == ["/servers/s1", "/networks/n1"]
    assert answers == []
    assert ledger.open_entries() == ()


def test_a_conflict_is_tried_again_until_it_passes(httpserver, create):
    httpserver.expect_request("/networks", method="POST").respond_with_json(
        {"network": {"id": "n1"}}, status=201
    )
    answers = [Response("busy", 409), Response("busy", 409), Response("", 204)]
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_handler(
        lambda _request: answers.pop(0)
    )
    create("network")
    assert create.clean() == ()


def test_what_cannot_be_removed_is_reported_and_stays_in_the_ledger(httpserver, create, ledger):
    httpserver.expect_request("/networks", method="POST").respond_with_json(
        {"network": {"id": "n1", "name": "x"}}, status=201
    )
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_data("no", status=403)
    create("network", name="mine")
    (left,) = create.clean()
    assert left.startswith("network mine: DELETE")
    assert "403" in left
    assert [entry.name for entry in ledger.open_entries()] == ["mine"]


def test_a_later_process_can_clean_from_the_ledger_alone(httpserver, create, ledger, service):
    httpserver.expect_request("/networks", method="POST").respond_with_json(
        {"network": {"id": "n1"}}, status=201
    )
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_data("", status=204)
    create("network")
    assert clean(lambda _kind: service, ledger, ledger.open_entries()) == ()
    assert ledger.open_entries() == ()


def test_a_refused_create_leaves_nothing_to_clean(httpserver, create, ledger):
    httpserver.expect_request("/networks", method="POST").respond_with_json(
        {"error": {"message": "bad"}}, status=400
    )
    assert create("network").status == 400
    assert ledger.open_entries() == ()


def test_a_quota_in_the_way_is_no_fault_of_the_cloud(httpserver, create):
    httpserver.expect_request("/servers", method="POST").respond_with_json(
        {"forbidden": {"message": "Quota exceeded for cores"}}, status=403
    )
    with pytest.raises(HarnessFault, match="quota: no room for one more server"):
        create("server")


def test_an_accepted_create_without_an_id_is_the_clouds_fault(httpserver, create, ledger):
    httpserver.expect_request("/networks", method="POST").respond_with_json(
        {"network": {}}, status=201
    )
    with pytest.raises(CloudFault, match="no field 'id'"):
        create("network")
    assert [entry.undo for entry in ledger.open_entries()] == [None]
