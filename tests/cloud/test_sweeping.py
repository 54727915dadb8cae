"""The end of a run removes, from the ledger alone, whatever is still there."""

import json

import pytest
from werkzeug import Response

from refcheck.cloud.ledger import Ledger, Undo
from refcheck.cloud.sweeping import sweep


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def sweeping(service, ledger, simulated):
    return lambda: sweep(lambda _kind: service, ledger, simulated.clock())


def made(ledger, kind, path, *, gone="", leaving=False, along=""):
    number = ledger.meant(kind, f"rc-{kind}")
    ledger.made(number, Undo("any", "DELETE", path, gone=gone, along=along))
    if leaving:
        ledger.leaving(number)


def paths(httpserver):
    return [f"{request.method} {request.path}" for request, _ in httpserver.log]


def test_a_conflict_is_tried_again_until_it_passes(httpserver, ledger, sweeping):
    made(ledger, "network", "/networks/n1")
    answers = [Response("busy", 409), Response("busy", 409), Response("", 204)]
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_handler(
        lambda _request: answers.pop(0)
    )
    assert sweeping() == ()
    assert ledger.open_entries() == ()


def test_one_list_tells_of_many_things_that_are_leaving(httpserver, ledger, sweeping):
    for number in range(5):
        path = f"/volumes/v{number}"
        made(ledger, "volume", path, gone=path, leaving=True)
    shown = [["v0", "v3", "theirs"], ["theirs"]]
    httpserver.expect_request("/volumes", method="GET").respond_with_handler(
        lambda _request: Response(json.dumps({"volumes": [{"id": one} for one in shown.pop(0)]}))
    )
    httpserver.expect_request("/volumes/v0", method="GET").respond_with_data("{}", 200)
    httpserver.expect_request("/volumes/v3", method="GET").respond_with_data("", 404)
    httpserver.expect_oneshot_request("/volumes/v0", method="GET").respond_with_data("", 404)
    assert sweeping() == ()
    assert paths(httpserver)[0] == "GET /volumes"
    assert len(paths(httpserver)) <= 4
    assert ledger.open_entries() == ()


def test_a_list_of_many_pages_is_read_to_its_end(httpserver, ledger, sweeping, simulated):
    for number in range(3):
        path = f"/servers/s{number}"
        made(ledger, "server", path, gone=path, leaving=True)

    def page(request):
        if "marker" in request.args:
            return Response(json.dumps({"servers": [{"id": "s2"}]}))
        more = [{"rel": "next", "href": "x"}]
        return Response(json.dumps({"servers": [{"id": "s0"}], "servers_links": more}))

    httpserver.expect_request("/servers", method="GET").respond_with_handler(page)
    for number in range(3):
        httpserver.expect_request(f"/servers/s{number}", method="GET").respond_with_data("{}", 200)
    left = sweeping()
    assert len(left) == 2
    assert all("accepted, yet it is still there" in what for what in left)
    assert simulated.time <= 125


@pytest.mark.parametrize("there", [False, True])
def test_what_goes_along_shares_the_fate_of_its_owner(httpserver, ledger, sweeping, there):
    made(ledger, "volume", "/volumes/v", gone="/volumes/v", leaving=True)
    for name in ("a", "b"):
        path = f"/snapshots/{name}"
        made(ledger, "snapshot", path, gone=path, leaving=True, along="/volumes/v")
    status = 200 if there else 404
    httpserver.expect_request("/volumes/v", method="GET").respond_with_data("{}", status)
    assert len(sweeping()) == 3 * there
    assert set(paths(httpserver)) == {"GET /volumes/v"}


def test_a_deletion_that_was_accepted_is_not_asked_for_again(httpserver, ledger, sweeping):
    made(ledger, "server", "/servers/s1", gone="/servers/s1", leaving=True)
    httpserver.expect_request("/servers/s1", method="GET").respond_with_data("", 404)
    assert sweeping() == ()
    assert paths(httpserver) == ["GET /servers/s1"]


def test_a_refusal_is_reported_with_the_clouds_words_and_stays_in_the_ledger(
    httpserver, ledger, sweeping, simulated
):
    made(ledger, "network", "/networks/n1")
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_data("no", status=403)
    (left,) = sweeping()
    assert left.startswith("network rc-network: DELETE")
    assert "403 no" in left
    assert len(ledger.open_entries()) == 1
    assert simulated.time == 0


def test_an_ill_service_is_asked_for_ten_seconds(httpserver, ledger, sweeping, simulated):
    made(ledger, "network", "/networks/n1")
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_data("x", status=500)
    (left,) = sweeping()
    assert "answered 500" in left
    assert 10 <= simulated.time <= 13


def test_an_ill_service_is_asked_three_times_however_long_it_takes(
    httpserver, ledger, sweeping, simulated
):
    made(ledger, "network", "/networks/n1")
    answers = [Response("not now", 503), Response("not now", 503), Response("", 204)]

    def after_long(_request):
        simulated.time += 30
        return answers.pop(0)

    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_handler(after_long)
    assert sweeping() == ()
    assert ledger.open_entries() == ()


def test_what_a_service_cannot_tell_now_is_looked_up_again(httpserver, ledger, sweeping):
    ledger.meant("network", "rc-0a1b2c3d-network-1")
    ledger.meant("network", "rc-0a1b2c3d-network-2")
    listed = json.dumps({"networks": [{"id": "n1", "name": "rc-0a1b2c3d-network-1"}]})
    answers = [Response(listed), Response("not now", 503), Response(listed)]
    httpserver.expect_request("/networks", method="GET").respond_with_handler(
        lambda _request: answers.pop()
    )
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_data("", 204)
    assert sweeping() == ()
    assert paths(httpserver).count("DELETE /networks/n1") == 1
    assert ledger.open_entries() == ()


def test_what_an_ill_service_never_tells_is_reported(httpserver, ledger, sweeping, simulated):
    ledger.meant("network", "rc-0a1b2c3d-network-1")
    httpserver.expect_request("/networks", method="GET").respond_with_data("not now", 503)
    (left,) = sweeping()
    assert "networks cannot be listed: GET" in left
    assert "answered 503 not now" in left
    assert 10 <= simulated.time <= 13


def test_a_create_whose_answer_was_lost_is_found_by_its_name(httpserver, ledger, sweeping):
    ledger.meant("network", "rc-0a1b2c3d-network-1")
    listed = {
        "networks": [{"id": "n1", "name": "rc-0a1b2c3d-network-1"}, {"id": "n2", "name": "other"}]
    }
    httpserver.expect_request("/networks", method="GET").respond_with_json(listed)
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_data("", 204)
    assert sweeping() == ()
    assert paths(httpserver) == ["GET /networks", "DELETE /networks/n1"]
    assert ledger.open_entries() == ()


def test_a_create_that_never_was_is_gone(httpserver, ledger, sweeping):
    ledger.meant("network", "rc-0a1b2c3d-network-2")
    httpserver.expect_request("/networks", method="GET").respond_with_json({"networks": []})
    assert sweeping() == ()
    assert ledger.open_entries() == ()


def test_what_cannot_be_looked_up_is_reported(httpserver, ledger, sweeping):
    ledger.meant("network", "rc-0a1b2c3d-network-1")
    httpserver.expect_request("/networks", method="GET").respond_with_data("{}", 200)
    (left,) = sweeping()
    assert "did not say what it created" in left
    assert len(ledger.open_entries()) == 1


@pytest.mark.parametrize("name", ["default", "1122025696453", "rc-notes"])
@pytest.mark.parametrize("there", [True, False])
def test_what_has_a_name_that_others_may_give_is_looked_up_and_not_removed(
    httpserver, ledger, sweeping, name, there
):
    ledger.meant("security_group", name)
    listed = {"security_groups": [{"id": "g1", "name": name}] * there}
    httpserver.expect_request("/security-groups", method="GET").respond_with_json(listed)
    left = sweeping()
    assert len(left) == len(ledger.open_entries()) == there
    assert all("did not say what it created" in what for what in left)
    assert paths(httpserver) == ["GET /security-groups"]


@pytest.mark.parametrize(
    ("kind", "name"), [("container", "pictures"), ("container", "rc-notes"), ("network", "")]
)
def test_what_cannot_be_found_by_its_name_is_reported(httpserver, ledger, sweeping, kind, name):
    ledger.meant(kind, name)
    (left,) = sweeping()
    assert "did not say what it created" in left
    assert httpserver.log == []
    assert len(ledger.open_entries()) == 1


def test_a_lost_container_is_found_by_its_name(httpserver, ledger, sweeping):
    ledger.meant("container", "rc-0a1b2c3d-container-1")
    httpserver.expect_request("/rc-0a1b2c3d-container-1", method="DELETE").respond_with_data(
        "", status=204
    )
    httpserver.expect_request("/", method="POST").respond_with_data("", status=405)
    assert sweeping() == ()
    assert paths(httpserver)[-1] == "DELETE /rc-0a1b2c3d-container-1"


def test_a_lost_key_pair_is_removed_by_its_name_which_no_list_need_tell(
    httpserver, ledger, sweeping
):
    ledger.meant("keypair", "rc-0a1b2c3d-keypair-1")
    ledger.meant("keypair", "mine")
    httpserver.expect_request(
        "/os-keypairs/rc-0a1b2c3d-keypair-1", method="DELETE"
    ).respond_with_data("", status=204)
    (left,) = sweeping()
    assert left.startswith("keypair mine: ")
    assert len(paths(httpserver)) == 1


def test_a_lost_interface_of_a_router_is_found_by_its_ports(httpserver, ledger, sweeping):
    ledger.meant("router_interface", "r1")
    ports = [
        {"id": "p1", "device_id": "r1", "device_owner": "network:router_interface"},
        {"id": "p2", "device_id": "r2", "device_owner": "network:router_interface"},
        {"id": "p3", "device_id": "r1", "device_owner": "network:router_gateway"},
    ]
    httpserver.expect_request("/ports", method="GET").respond_with_json({"ports": ports})
    httpserver.expect_request(
        "/routers/r1/remove_router_interface", method="PUT", json={"port_id": "p1"}
    ).respond_with_data("{}")
    assert sweeping() == ()
    assert len(paths(httpserver)) == 2


def test_a_lost_floating_ip_is_found_by_its_description(httpserver, ledger, sweeping):
    ledger.meant("floatingip", "rc-0a1b2c3d-floatingip-1")
    listed = [
        {"id": "f1", "description": "rc-0a1b2c3d-floatingip-1"},
        {"id": "f2", "description": ""},
    ]
    httpserver.expect_request(
        "/floatingips", method="GET", query_string={"description": "rc-0a1b2c3d-floatingip-1"}
    ).respond_with_json({"floatingips": listed})
    httpserver.expect_request("/floatingips/f1", method="DELETE").respond_with_data("", 204)
    assert sweeping() == ()
    assert len(paths(httpserver)) == 2


def test_what_is_lost_and_has_no_name_is_reported(httpserver, ledger, sweeping):
    ledger.meant("floatingip", "")
    (left,) = sweeping()
    assert "did not say what it created" in left


@pytest.mark.parametrize("listed", [None, 5, "x", [5], [None], [[]], {"id": "v1"}])
def test_a_list_of_the_wrong_form_ends_no_sweep(httpserver, ledger, sweeping, listed):
    ledger.meant("network", "rc-0a1b2c3d-network-1")
    for number in range(3):
        path = f"/volumes/v{number}"
        made(ledger, "volume", path, gone=path, leaving=True)
    httpserver.expect_request("/networks").respond_with_json({"networks": listed})
    httpserver.expect_request("/volumes").respond_with_json({"volumes": listed})
    assert len(sweeping()) == 4
    assert len(ledger.open_entries()) == 4


def test_a_list_that_gives_the_same_page_for_ever_has_an_end(httpserver, ledger, sweeping):
    for number in range(3):
        path = f"/servers/s{number}"
        made(ledger, "server", path, gone=path, leaving=True)
    page = {"servers": [{"id": "other"}], "servers_links": [{"rel": "next", "href": "x"}]}
    httpserver.expect_request("/servers").respond_with_json(page)
    assert sweeping() == ()
    assert paths(httpserver) == ["GET /servers"] * 2


def test_servers_are_asked_to_go_first_because_they_take_long_and_hold_networks(
    httpserver, ledger, sweeping
):
    made(ledger, "server", "/servers/s1", gone="/servers/s1")
    made(ledger, "network", "/networks/n1")
    made(ledger, "container", "/c1")
    for path in ("/servers/s1", "/networks/n1", "/c1"):
        httpserver.expect_request(path, method="DELETE").respond_with_data("", 204)
    httpserver.expect_request("/servers/s1", method="GET").respond_with_data("", 404)
    assert sweeping() == ()
    deletions = [path for path in paths(httpserver) if path.startswith("DELETE")]
    assert deletions[0] == "DELETE /servers/s1"
    assert sorted(deletions[1:]) == ["DELETE /c1", "DELETE /networks/n1"]
    assert ledger.open_entries() == ()


def test_objects_of_containers_that_are_ours_go_with_them_and_no_others(
    httpserver, ledger, sweeping
):
    made(ledger, "container", "/ours")
    for path in ("/ours/thing", "/theirs/thing"):
        made(ledger, "object", path)
    for path in ("/ours", "/ours/thing"):
        httpserver.expect_request(path, method="DELETE").respond_with_data("", 204)
    assert sweeping() == ()
    deletions = [path for path in paths(httpserver) if path.startswith("DELETE")]
    assert deletions == ["DELETE /ours/thing", "DELETE /ours"]
    assert ledger.open_entries() == ()
