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


def made(ledger, kind, path, *, gone="", leaving=False):
    number = ledger.meant(kind, f"rc-{kind}")
    ledger.made(number, Undo("any", "DELETE", path, gone=gone))
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


def test_a_create_whose_answer_was_lost_is_found_by_its_name(httpserver, ledger, sweeping):
    ledger.meant("network", "rc-lost")
    listed = {"networks": [{"id": "n1", "name": "rc-lost"}, {"id": "n2", "name": "other"}]}
    httpserver.expect_request("/networks", method="GET").respond_with_json(listed)
    httpserver.expect_request("/networks/n1", method="DELETE").respond_with_data("", 204)
    assert sweeping() == ()
    assert paths(httpserver) == ["GET /networks", "DELETE /networks/n1"]
    assert ledger.open_entries() == ()


def test_a_create_that_never_was_is_gone(httpserver, ledger, sweeping):
    ledger.meant("network", "rc-never")
    httpserver.expect_request("/networks", method="GET").respond_with_json({"networks": []})
    assert sweeping() == ()
    assert ledger.open_entries() == ()


def test_what_cannot_be_looked_up_is_reported(httpserver, ledger, sweeping):
    ledger.meant("network", "rc-lost")
    httpserver.expect_request("/networks", method="GET").respond_with_data("{}", 200)
    (left,) = sweeping()
    assert "did not say what it created" in left
    assert len(ledger.open_entries()) == 1


class Store:
    """Containers and their objects, answering like an object store with bulk deletion."""

    def __init__(self, httpserver, *, bulk=True, **containers):
        self.containers = {name: list(objects) for name, objects in containers.items()}
        self.bulk = bulk
        httpserver.expect_request("/", method="POST").respond_with_handler(self._delete_many)
        for name in containers:
            httpserver.expect_request(f"/{name}", method="GET").respond_with_handler(self._list)
            httpserver.expect_request(f"/{name}", method="DELETE").respond_with_handler(self._one)
            for thing in set(self.containers[name]):
                path = f"/{name}/{thing}"
                httpserver.expect_request(path, method="DELETE").respond_with_handler(self._one)

    def _list(self, request):
        return Response(json.dumps([{"name": n} for n in self.containers[request.path[1:]]]))

    def _one(self, request):
        return Response("", self._remove(request.path))

    def _remove(self, path):
        name, _, thing = path[1:].partition("/")
        if name not in self.containers:
            return 404
        if thing:
            # A second entry of the same name is an older version that comes back.
            self.containers[name].remove(thing)
        elif self.containers[name]:
            return 409
        else:
            del self.containers[name]
        return 204

    def _delete_many(self, request):
        if not self.bulk or "bulk-delete" not in request.args:
            return Response("", 204)
        told = {"Number Deleted": 0, "Number Not Found": 0, "Errors": []}
        for path in request.get_data(as_text=True).split("\n"):
            status = self._remove(path)
            if status == 409:
                told["Errors"].append([path, "409 Conflict"])
        return Response(json.dumps(told), content_type="application/json")


@pytest.mark.parametrize("bulk", [True, False])
def test_containers_go_with_all_that_is_in_them(httpserver, ledger, sweeping, bulk):
    store = Store(httpserver, bulk=bulk, empty=[], full=["a", "b"], versioned=["a", "a", "a"])
    for name in store.containers:
        made(ledger, "container", f"/{name}")
    assert sweeping() == ()
    assert store.containers == {}
    assert ledger.open_entries() == ()


def test_many_containers_take_few_requests(httpserver, ledger, sweeping):
    store = Store(httpserver, **{f"c{number}": [] for number in range(40)})
    for name in store.containers:
        made(ledger, "container", f"/{name}")
    assert sweeping() == ()
    assert paths(httpserver) == ["POST /"]


def test_a_container_that_does_not_empty_is_reported(httpserver, ledger, sweeping):
    httpserver.expect_request("/", method="POST").respond_with_data("", 501)
    httpserver.expect_request("/c", method="DELETE").respond_with_data("full", 409)
    httpserver.expect_request("/c", method="GET").respond_with_json([])
    made(ledger, "container", "/c")
    (left,) = sweeping()
    assert "409 full" in left
