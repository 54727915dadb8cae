"""A container lists its objects by name, whole or in part.

api-ref: "Show container details and list objects".
"""

import hashlib

from refcheck.testing import entries, expect, idempotent_id, is_time, refused, wait_for

# Seconds that the service may take to add up a container.
COUNT_BUDGET = 15.0


@idempotent_id("312ff6bd-5290-497f-bda1-7c5fec6697ab")
def test_objects_are_listed_by_name(object_store, shared):
    name, ours = shared.container.name, shared.container.members
    answer = expect(object_store.get(f"/{name}"), 200)
    assert answer.header("Content-Type").startswith("text/plain")
    assert answer.header("X-Container-Object-Count") == str(len(ours))
    assert answer.header("X-Container-Bytes-Used") == str(sum(map(len, ours)))
    assert _lines(answer) == list(ours)
    refused(object_store.get(f"/{name}", authenticated=False), 401)


@idempotent_id("4646ac2d-9bfb-4c7d-a3c5-0f527402b3df")
def test_an_empty_container_lists_nothing(object_store, given, create):
    name = given.container()
    assert not expect(object_store.get(f"/{name}"), 204).content
    refused(object_store.get(f"/{create.name('container')}"), 404)
    expect(object_store.put(f"/{name}/thing", data=b"x"), 201)
    _await_listed(object_store, name, ["thing"])
    expect(object_store.delete(f"/{name}/thing"), 204)
    _await_listed(object_store, name, [])


@idempotent_id("58ca6cc9-6af0-408d-aaec-2a6a7b2f0df9")
def test_a_path_lists_what_is_directly_below_it(object_store, shared):
    name = shared.container.name
    assert _listed(object_store, name, path="tree") == ["tree/fig"]
    assert _listed(object_store, name, path="tree/red") == ["tree/red/cherry"]


@idempotent_id("fe323a32-57b9-4704-a996-2e68f83b09bc")
def test_a_delimiter_folds_what_is_below_it(object_store, shared):
    name = shared.container.name
    fruit = ["apple", "apricot", "banana", "cherry"]
    below = _listed(object_store, name, delimiter="/", prefix="tree/")
    assert below == ["tree/fig", "tree/red/"]
    folded = object_store.get(f"/{name}", params={"delimiter": "/", "format": "json"})
    listed = entries(expect(folded, 200).json)
    assert [entry.get("name") for entry in listed] == [*fruit, None, "treehouse"]
    assert listed[len(fruit)] == {"subdir": "tree/"}


@idempotent_id("55b4fa5c-e12e-4ca9-8fcf-a79afe118522")
def test_a_list_ends_before_its_end_marker(object_store, shared):
    name = shared.container.name
    # The marker need not be an object; if it is one, it is not listed.
    assert _listed(object_store, name, end_marker="berry") == ["apple", "apricot", "banana"]
    between = _listed(object_store, name, marker="apple", end_marker="cherry")
    assert between == ["apricot", "banana"]


@idempotent_id("196f5034-6ab0-4032-9da9-a937bbb9fba9")
def test_a_json_list_describes_each_object(object_store, shared):
    name = shared.container.name
    answer = expect(object_store.get(f"/{name}", params={"format": "json"}), 200)
    assert answer.header("Content-Type").startswith("application/json")
    listed = entries(answer.json)
    assert [entry["name"] for entry in listed] == list(shared.container.members)
    for entry in listed:
        content = entry["name"].encode()
        assert entry["bytes"] == len(content)
        assert entry["hash"] == hashlib.md5(content, usedforsecurity=False).hexdigest()
        assert entry["content_type"] == "text/x-fruit"
        assert is_time(entry["last_modified"])


@idempotent_id("297ec38b-2b61-4ff4-bcd1-7fa055e97b61")
def test_a_list_is_no_longer_than_its_limit(object_store, shared):
    name, ours = shared.container.name, list(shared.container.members)
    first = _listed(object_store, name, limit=3)
    assert first == ours[:3]
    assert _listed(object_store, name, limit=3, marker=first[-1]) == ours[3:6]
    assert _listed(object_store, name, limit=len(ours) + 1) == ours


@idempotent_id("c31ddc63-2a58-4f6b-b25c-94d2937e6867")
def test_a_list_begins_after_its_marker(object_store, shared):
    name, ours = shared.container.name, list(shared.container.members)
    assert _listed(object_store, name, marker="cherry") == ours[4:]
    assert _listed(object_store, name, marker="coconut") == ours[4:]
    assert _listed(object_store, name, marker=ours[-1]) == []


@idempotent_id("77e742c7-caf2-4ec9-8aa4-f7d509a3344c")
def test_a_prefix_lists_the_names_that_begin_with_it(object_store, shared):
    name = shared.container.name
    assert _listed(object_store, name, prefix="ap") == ["apple", "apricot"]
    assert _listed(object_store, name, prefix="ape") == []


@idempotent_id("96e68f0e-19ec-4aa2-86f3-adc6a45e14dd")
def test_a_containers_metadata_comes_with_its_details(object_store, shared):
    name, ours = shared.container.name, shared.container.members
    shown = expect(object_store.head(f"/{name}"), 204)
    assert not shown.content
    # The list says the same of its container.
    listed = expect(object_store.get(f"/{name}", params={"limit": 1}), 200)
    for answer in (shown, listed):
        assert _metadata(answer) == {"shelf": "low"}
        assert answer.header("X-Container-Object-Count") == str(len(ours))
        assert answer.header("X-Container-Bytes-Used") == str(sum(map(len, ours)))


@idempotent_id("a2faf936-6b13-4f8d-92a2-c2278355821e")
def test_a_container_without_metadata_shows_none(object_store, shared):
    shown = expect(object_store.head(f"/{shared.containers.members[0]}"), 204)
    assert _metadata(shown) == {}
    assert shown.header("X-Container-Object-Count") == "0"
    assert shown.header("X-Container-Bytes-Used") == "0"
    assert shown.header("X-Timestamp")


def _await_listed(object_store, name, ours):
    """Until the container lists and counts these objects, or none as an empty list."""

    def seen():
        answer = object_store.get(f"/{name}", headers={"Accept": "application/json"})
        names = [entry["name"] for entry in entries(expect(answer, 200).json)]
        return f"{names} {answer.header('X-Container-Object-Count')}"

    what = f"the list and count of container {name}"
    wait_for(seen, {f"{ours} {len(ours)}"}, budget=COUNT_BUDGET, what=what)


def _listed(object_store, name, **options):
    # 204 is the answer when nothing is left to list.
    return _lines(expect(object_store.get(f"/{name}", params=options), 200, 204))


def _lines(answer):
    return answer.content.decode("utf-8", "replace").splitlines()


def _metadata(answer):
    mark = "x-container-meta-"
    return {k.removeprefix(mark): v for k, v in answer.headers.items() if k.startswith(mark)}
