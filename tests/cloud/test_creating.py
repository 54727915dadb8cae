"""What is created is written down first, and its deletion is asked for when the test ends."""

import json

import pytest
from werkzeug import Response

from refcheck.cloud.creating import Creator
from refcheck.cloud.ledger import Ledger, Undo
from refcheck.cloud.signals import CloudFault, Undecided


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def create(service, ledger, simulated):
    return Creator(lambda _kind: service, ledger, "rc-test", simulated.clock())


@pytest.fixture
def deletions(httpserver):
    """Answers every deletion; notes path and query of each, in order."""
    asked = []

    def remove(request):
        asked.append(request.full_path.rstrip("?"))
        return Response(status=204)

    def accept(*paths, status=204):
        for path in paths:
            httpserver.expect_request(path, method="DELETE").respond_with_handler(
                remove if status == 204 else lambda _request: Response("no", status)
            )
        return asked

    return accept


def makes(httpserver, path, kind, thing):
    """The collection at `path` answers each create with this thing."""
    httpserver.expect_request(path, method="POST").respond_with_json({kind: thing}, status=201)


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


def test_what_has_no_name_tells_in_its_description_whose_it_is(httpserver, create, ledger):
    makes(httpserver, "/floatingips", "floatingip", {"id": "f1"})
    create("floatingip", floating_network_id="n1")
    sent = httpserver.log[-1][0].json["floatingip"]
    assert sent["description"].startswith("rc-test-floatingip-")
    assert [entry.name for entry in ledger.open_entries()] == [sent["description"]]


def test_a_cloud_without_descriptions_is_sent_none(httpserver, service, ledger):
    makes(httpserver, "/floatingips", "floatingip", {"id": "f1"})
    create = Creator(lambda _kind: service, ledger, "rc-test", describes=False)
    create("floatingip", floating_network_id="n1")
    assert httpserver.log[-1][0].json["floatingip"] == {"floating_network_id": "n1"}


def test_what_came_of_a_request_of_the_tests_own_is_removed_too(create, ledger, deletions):
    asked = deletions("/ports/p1")
    create.adopt("port", {"id": "p1", "name": "rc-test-port"})
    assert [entry.undo.path for entry in ledger.open_entries()] == ["/ports/p1"]
    create.clean()
    assert asked == ["/ports/p1"]
    assert ledger.open_entries() == ()


def test_deletions_are_asked_for_newest_first_and_their_end_is_left_to_the_sweep(
    httpserver, create, ledger, deletions
):
    makes(httpserver, "/routers", "router", {"id": "r1"})
    makes(httpserver, "/servers", "server", {"id": "s1"})
    asked = deletions("/servers/s1", "/routers/r1")
    create("router")
    create("server")
    create.clean()
    assert asked == ["/servers/s1", "/routers/r1"]
    assert [(entry.kind, entry.leaving) for entry in ledger.open_entries()] == [("server", True)]


def test_a_subnet_goes_with_its_network(httpserver, create, ledger, deletions):
    makes(httpserver, "/networks", "network", {"id": "n1"})
    makes(httpserver, "/subnets", "subnet", {"id": "u1", "network_id": "n1"})
    asked = deletions("/networks/n1")
    create("network")
    create("subnet", network_id="n1")
    create.clean()
    assert asked == ["/networks/n1"]
    assert ledger.open_entries() == ()


def test_a_subnet_of_somebody_elses_network_goes_alone(httpserver, create, ledger, deletions):
    makes(httpserver, "/subnets", "subnet", {"id": "u1", "network_id": "theirs"})
    asked = deletions("/subnets/u1")
    create("subnet", network_id="theirs")
    create.clean()
    assert asked == ["/subnets/u1"]
    assert ledger.open_entries() == ()


def test_members_of_what_resists_are_asked_for_themselves(httpserver, create, ledger, deletions):
    makes(httpserver, "/networks", "network", {"id": "n1"})
    makes(httpserver, "/subnets", "subnet", {"id": "u1", "network_id": "n1"})
    deletions("/networks/n1", status=409)
    asked = deletions("/subnets/u1")
    create("network")
    create("subnet", network_id="n1")
    create.clean()
    assert asked == ["/subnets/u1"]
    assert [entry.kind for entry in ledger.open_entries()] == ["network"]


def test_a_volume_takes_its_snapshots_along(httpserver, create, ledger, deletions):
    makes(httpserver, "/volumes", "volume", {"id": "v1"})
    makes(httpserver, "/snapshots", "snapshot", {"id": "s1", "volume_id": "v1"})
    asked = deletions("/volumes/v1")
    create("volume")
    create("snapshot", volume_id="v1")
    create.clean()
    assert asked == ["/volumes/v1?cascade=true"]
    assert {(entry.kind, entry.leaving) for entry in ledger.open_entries()} == {
        ("volume", True),
        ("snapshot", True),
    }


def test_what_the_cloud_said_is_gone_is_not_asked_for_again(httpserver, create, ledger, service):
    makes(httpserver, "/networks", "network", {"id": "n1"})
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_data("", status=204)
    httpserver.expect_request("/networks/n1", method="GET").respond_with_data("", status=404)
    create("network")
    assert service.delete("/networks/n1").status == 204
    assert service.get("/networks/n1").status == 404
    create.clean()
    assert ledger.open_entries() == ()
    assert [request.method for request, _ in httpserver.log] == ["POST", "DELETE", "GET"]


def test_what_one_look_did_not_find_is_asked_for_all_the_same(
    httpserver, create, service, deletions
):
    makes(httpserver, "/networks", "network", {"id": "n1"})
    httpserver.expect_request("/networks/n1", method="GET").respond_with_data("", status=404)
    create("network")
    assert service.get("/networks/n1").status == 404
    asked = deletions("/networks/n1")
    create.clean()
    assert asked == ["/networks/n1"]


def test_what_a_stranger_is_told_of_it_says_nothing(httpserver, create, service, deletions):
    makes(httpserver, "/networks", "network", {"id": "n1"})
    asked = deletions("/networks/n1")
    httpserver.expect_request("/networks/n1", method="GET").respond_with_data("", status=404)
    create("network")
    service.delete("/networks/n1")
    service.get("/networks/n1", authenticated=False)
    create.clean()
    assert asked == ["/networks/n1"] * 2


def test_what_was_made_again_under_its_old_name_is_asked_for(
    httpserver, create, service, deletions
):
    makes(httpserver, "/os-keypairs", "keypair", {"name": "rc-pair"})
    asked = deletions("/os-keypairs/rc-pair")
    httpserver.expect_request("/os-keypairs/rc-pair", method="GET").respond_with_data("", 404)
    create("keypair", name="rc-pair")
    service.delete("/os-keypairs/rc-pair")
    service.get("/os-keypairs/rc-pair")
    create("keypair", name="rc-pair")
    create.clean()
    # By the test, for the second of that name, and for the first: one that is there again.
    assert asked == ["/os-keypairs/rc-pair"] * 3


def test_nothing_is_asked_about_the_parts_of_what_is_gone(httpserver, create, service, deletions):
    makes(httpserver, "/routers", "router", {"id": "r1"})
    asked = deletions("/routers/r1")
    httpserver.expect_request("/routers/r1/add_router_interface").respond_with_json({})
    httpserver.expect_request("/routers/r1", method="GET").respond_with_data("", 404)
    create("router")
    create.router_interface("r1", subnet_id="u1")
    service.delete("/routers/r1")
    service.get("/routers/r1")
    create.clean()
    assert asked == ["/routers/r1"]
    assert [request.method for request, _ in httpserver.log] == ["POST", "PUT", "DELETE", "GET"]


def test_what_is_there_again_is_asked_for(httpserver, create, service, deletions):
    makes(httpserver, "/networks", "network", {"id": "n1"})
    statuses = [404, 200]
    httpserver.expect_request("/networks/n1", method="GET").respond_with_handler(
        lambda _request: Response("", statuses.pop(0))
    )
    asked = deletions("/networks/n1")
    create("network")
    service.delete("/networks/n1")
    assert [service.get("/networks/n1").status for _ in range(2)] == [404, 200]
    create.clean()
    assert asked == ["/networks/n1"] * 2


@pytest.mark.parametrize("status", [400, 403, 409, 500])
def test_what_resists_stays_in_the_ledger(httpserver, create, ledger, deletions, status):
    makes(httpserver, "/networks", "network", {"id": "n1", "name": "x"})
    deletions("/networks/n1", status=status)
    create("network", name="mine")
    create.clean()
    assert [entry.name for entry in ledger.open_entries()] == ["mine"]


def test_a_refused_create_leaves_nothing_to_clean(httpserver, create, ledger):
    httpserver.expect_request("/networks", method="POST").respond_with_json(
        {"error": {"message": "bad"}}, status=400
    )
    assert create("network").status == 400
    assert ledger.open_entries() == ()


def test_a_create_that_ended_in_a_fault_of_the_service_stays_in_the_ledger(
    httpserver, create, ledger
):
    httpserver.expect_request("/networks", method="POST").respond_with_data("ouch", status=500)
    assert create("network").status == 500
    assert [entry.kind for entry in ledger.open_entries()] == ["network"]


FULL = {"forbidden": {"message": "Quota exceeded for cores"}}


def test_a_quota_in_the_way_is_no_fault_of_the_cloud(httpserver, create, ledger):
    httpserver.expect_request("/servers", method="POST").respond_with_json(FULL, status=403)
    with pytest.raises(Undecided, match=r"quota: no room for one more server .*exceeded for cores"):
        create("server")
    assert ledger.open_entries() == ()
    assert len(httpserver.log) == 1


def test_room_that_another_test_of_the_run_makes_is_waited_for(httpserver, create, ledger):
    other = ledger.meant("server", "rc-other")
    ledger.made(other, Undo("compute", "DELETE", "/servers/s0"))
    answers = [Response(json.dumps(FULL), 403)] * 2 + [Response('{"server": {"id": "s1"}}', 202)]
    httpserver.expect_request("/servers", method="POST").respond_with_handler(
        lambda _request: answers.pop(0)
    )
    assert create("server").status == 202


def test_room_that_nobody_makes_is_not_waited_for_for_ever(httpserver, create, ledger):
    httpserver.expect_request("/servers", method="POST").respond_with_json(FULL, status=403)
    other = ledger.meant("server", "rc-other")
    ledger.made(other, Undo("compute", "DELETE", "/servers/s0"))
    with pytest.raises(Undecided, match="quota"):
        create("server")
    assert 3 < len(httpserver.log) < 20


def test_an_accepted_create_without_an_id_is_the_clouds_fault(httpserver, create, ledger):
    httpserver.expect_request("/networks", method="POST").respond_with_json(
        {"network": {}}, status=201
    )
    with pytest.raises(CloudFault, match="no field 'id'"):
        create("network")
    assert [entry.undo for entry in ledger.open_entries()] == [None]


@pytest.mark.parametrize("thing", [[], None, "n1", {"id": ""}, {"id": ".."}, {"id": 5}])
def test_an_answer_that_names_nothing_we_could_remove_is_the_clouds_fault(
    httpserver, create, ledger, thing
):
    makes(httpserver, "/networks", "network", thing)
    with pytest.raises(CloudFault, match="the answer to a create"):
        create("network")
    assert [entry.undo for entry in ledger.open_entries()] == [None]


def test_an_id_stays_one_step_of_the_path(httpserver, create, ledger):
    credential = {"id": "../../../projects/p1"}
    makes(httpserver, "/users/u1/application_credentials", "application_credential", credential)
    create.application_credential("u1")
    (entry,) = ledger.open_entries()
    assert entry.undo.path == "/users/u1/application_credentials/..%2F..%2F..%2Fprojects%2Fp1"


def test_a_create_that_the_service_failed_at_may_have_been_done_and_stays_open(
    httpserver, create, ledger
):
    httpserver.expect_request("/networks", method="POST").respond_with_data("", status=502)
    assert create("network").status == 502
    assert [(entry.kind, entry.undo) for entry in ledger.open_entries()] == [("network", None)]


def test_what_was_seen_to_be_gone_is_noted_before_anything_is_cleaned(
    httpserver, create, ledger, service
):
    for name in ("gone", "there"):
        makes(httpserver, "/servers", "server", {"id": name})
        create("server")
        httpserver.clear()
    httpserver.expect_request("/servers/gone", method="DELETE").respond_with_data("", 204)
    httpserver.expect_request("/servers/gone", method="GET").respond_with_data("", 404)
    service.delete("/servers/gone")
    create.note_gone()
    assert len(ledger.open_entries()) == 2, "only what was seen to be gone is"
    service.get("/servers/gone")
    create.note_gone()
    assert [entry.undo.path for entry in ledger.open_entries()] == ["/servers/there"]
