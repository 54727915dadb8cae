"""Containers go with all that is in them, and nothing else goes, whatever the store says."""

import json
import re

import pytest
from werkzeug import Response

from refcheck.cloud.emptying import remove_containers


class Store:
    """Containers and their objects, answering like an object store with bulk deletion.

    Attributes:
        says: what it answers to a bulk deletion instead, without doing anything.
        lists: what it lists instead of objects.
    """

    def __init__(self, httpserver, *, says=None, lists=None, **containers):
        self.containers = {name: list(objects) for name, objects in containers.items()}
        self.says, self.lists = says, lists
        ways = {"POST": self._many, "HEAD": self._show, "GET": self._list, "DELETE": self._one}
        for method, way in ways.items():
            httpserver.expect_request(re.compile("/.*"), method=method).respond_with_handler(way)

    def _show(self, request):
        return Response(status=204 if request.path[1:] in self.containers else 404)

    def _list(self, request):
        names = self.lists or self.containers[request.path[1:]]
        return Response(json.dumps([{"name": name} for name in names]))

    def _one(self, request):
        return Response("", self._remove(request.path))

    def _remove(self, path):
        name, _, thing = path[1:].partition("/")
        if name not in self.containers or (thing and thing not in self.containers[name]):
            return 404
        if thing:
            # A second entry of the same name is an older version that comes back.
            self.containers[name].remove(thing)
        elif self.containers[name]:
            return 409
        else:
            del self.containers[name]
        return 204

    def _many(self, request):
        if self.says:
            return self.says
        paths = request.get_data(as_text=True).split("\n")
        statuses = [self._remove(path) for path in paths]
        resisting = [path for path, status in zip(paths, statuses, strict=True) if status == 409]
        return told(
            deleted=statuses.count(204),
            not_found=statuses.count(404),
            errors=[[path, "409 Conflict"] for path in resisting],
        )


def told(deleted=0, not_found=0, errors=()):
    document = {
        "Number Deleted": deleted, "Number Not Found": not_found, "Errors": errors,
    }  # fmt: skip
    return Response(json.dumps(document), content_type="application/json")


def of_type_json(text):
    return Response(text, content_type="application/json")


@pytest.fixture
def store(httpserver):
    return lambda **about: Store(httpserver, **about)


NO_BULK = Response("", 204)


@pytest.mark.parametrize("says", [None, NO_BULK])
def test_containers_go_with_all_that_is_in_them(service, store, says):
    it = store(says=says, empty=[], full=["a", "b"], versioned=["a", "a", "a"], theirs=["x"])
    assert remove_containers(service, ["empty", "full", "versioned"]) == {}
    assert it.containers == {"theirs": ["x"]}


def test_many_containers_take_few_requests(httpserver, service, store):
    it = store(**{f"c{number}": [] for number in range(40)})
    assert remove_containers(service, list(it.containers)) == {}
    assert [request.method for request, _ in httpserver.log] == ["POST", "HEAD"]


def test_a_container_that_does_not_empty_is_reported(service, store):
    it = store(full=["a"], lists=["b"])
    assert remove_containers(service, ["full"]) == {"full": "409 Conflict"}
    assert it.containers == {"full": ["a"]}


@pytest.mark.parametrize(
    "says",
    [
        told(),
        told(deleted=2),
        told(not_found=2),
        told(deleted="2"),
        told(errors=[["/theirs", "409"]]),
        told(errors=[["/full", 409], "x"]),
        told(errors={"/full": "409"}),
        of_type_json("{}"),
        of_type_json("[]"),
        Response("<html>"),
    ],
)
def test_a_bulk_deletion_that_lies_is_not_believed(service, store, says):
    it = store(says=says, empty=[], full=["a"], theirs=["x"])
    left = remove_containers(service, ["empty", "full"])
    assert set(left) == set(it.containers) - {"theirs"}
    assert it.containers["theirs"] == ["x"]


@pytest.mark.parametrize("name", ["../theirs/precious", "a/../../theirs/precious", "..", "."])
@pytest.mark.parametrize("says", [None, NO_BULK])
def test_a_listing_leads_to_no_other_container(service, store, says, name):
    it = store(says=says, full=["a"], theirs=["precious"], lists=[name])
    assert "409" in remove_containers(service, ["full"])["full"]
    assert it.containers == {"full": ["a"], "theirs": ["precious"]}


def test_objects_that_are_known_are_not_asked_for(httpserver, service):
    store = Store(httpserver, full=["one", "two"], more=["unknown"])
    assert (
        remove_containers(service, ["full", "more"], ["/full/one", "/full/two", "/full/gone"]) == {}
    )
    assert store.containers == {}
    asked = [f"{request.method} {request.path}" for request, _ in httpserver.log]
    assert asked.count("GET /full") == 0
    assert asked.count("GET /more") == 1
