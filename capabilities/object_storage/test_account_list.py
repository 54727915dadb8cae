"""An account lists its containers by name, whole or in part.

api-ref: "Show account details and list containers".
"""

from refcheck.testing import HarnessFault, entries, expect, idempotent_id, refused

COUNTS = ("X-Account-Container-Count", "X-Account-Object-Count", "X-Account-Bytes-Used")


@idempotent_id("3499406a-ae53-4f8c-b43a-133d4dc6fe3f")
def test_containers_are_listed_by_name(object_store, shared):
    prefix, ours = shared.containers.name, list(shared.containers.members)
    answer = expect(object_store.get(""), 200)
    assert answer.header("Content-Type").startswith("text/plain")
    for count in COUNTS:
        assert answer.header(count).isdigit()
    whole = _whole_until(object_store, _lines(answer), ours[-1])
    assert [name for name in whole if name.startswith(prefix)] == ours
    assert len(whole) == len(set(whole)), "a container is listed once"
    refused(object_store.get("", authenticated=False), 401)


@idempotent_id("884ec421-fbad-4fcc-916b-0580f2699565")
def test_where_there_are_no_containers_none_are_listed(object_store, create, shared, second):
    prefix, ours = shared.containers.name, list(shared.containers.members)
    # Other containers may be there; a prefix that nobody uses leaves them out.
    nobodys = {"prefix": create.name("container")}
    as_json = object_store.get("", params=nobodys, headers={"Accept": "application/json"})
    assert expect(as_json, 200).json == []
    assert _listed(object_store, **nobodys) == []
    assert _listed(object_store, prefix=prefix) == ours
    # Another account has none of these names, and ours shows its own to nobody else.
    assert _listed(second.service("object-store"), prefix=prefix) == []
    second.must_not_see("object-store", object_store.url, 403)


@idempotent_id("1c7efa35-e8a2-4b0b-b5ff-862c7fd83704")
def test_a_json_list_describes_each_container(object_store, shared):
    prefix, ours = shared.containers.name, list(shared.containers.members)
    answer = expect(object_store.get("", params={"prefix": prefix, "format": "json"}), 200)
    assert answer.header("Content-Type").startswith("application/json")
    assert [entry["name"] for entry in entries(answer.json)] == ours
    for entry in entries(answer.json):
        assert (entry["count"], entry["bytes"]) == (0, 0)


@idempotent_id("5cfa4ab2-4373-48dd-a41f-a532b12b08b2")
def test_a_list_is_no_longer_than_its_limit(object_store, shared):
    prefix, ours = shared.containers.name, list(shared.containers.members)
    assert _listed(object_store, prefix=prefix, limit=2) == ours[:2]
    refused(object_store.get("", params={"limit": 1_000_000_000}), 412)


@idempotent_id("638f876d-6a43-482a-bbb3-0840bca101c6")
def test_a_list_begins_after_its_marker(object_store, shared):
    prefix, ours = shared.containers.name, list(shared.containers.members)
    assert _listed(object_store, prefix=prefix, marker=ours[1]) == ours[2:]
    # The marker need not be a container.
    assert _listed(object_store, prefix=prefix, marker=f"{ours[1]}-and-more") == ours[2:]


@idempotent_id("5ca164e4-7bde-43fa-bafb-913b53b9e786")
def test_a_list_ends_before_its_end_marker(object_store, shared):
    prefix, ours = shared.containers.name, list(shared.containers.members)
    assert _listed(object_store, prefix=prefix, end_marker=ours[3]) == ours[:3]
    assert _listed(object_store, prefix=prefix, end_marker=f"{ours[0]}-and-more") == ours[:1]


@idempotent_id("ac8502c2-d4e4-4f68-85a6-40befea2ef5e")
def test_a_list_lies_between_its_markers(object_store, shared):
    prefix, ours = shared.containers.name, list(shared.containers.members)
    assert _listed(object_store, marker=ours[0], end_marker=ours[3]) == ours[1:3]
    assert _listed(object_store, prefix=prefix, marker=ours[3], end_marker=ours[0]) == []


@idempotent_id("f7064ae8-dbcc-48da-b594-82feef6ea5af")
def test_pages_follow_each_other(object_store, shared):
    prefix, ours = shared.containers.name, list(shared.containers.members)
    seen, marker = [], ours[0]
    for _ in ours:
        page = _listed(object_store, prefix=prefix, limit=2, marker=marker)
        assert len(page) <= 2
        seen += page
        if len(page) < 2:
            break
        marker = page[-1]
    assert seen == ours[1:]


@idempotent_id("888a3f0e-7214-4806-8e50-5e0c9a69bb5e")
def test_a_limit_and_an_end_marker_both_hold(object_store, shared):
    prefix, ours = shared.containers.name, list(shared.containers.members)
    assert _listed(object_store, prefix=prefix, limit=2, end_marker=ours[3]) == ours[:2]
    assert _listed(object_store, prefix=prefix, limit=4, end_marker=ours[2]) == ours[:2]


@idempotent_id("8cf98d9c-e3a0-4e44-971b-c87656fdddbd")
def test_a_limit_and_both_markers_all_hold(object_store, shared):
    ours = list(shared.containers.members)
    window = {"marker": ours[0], "end_marker": ours[3]}
    assert _listed(object_store, limit=1, **window) == ours[1:2]
    assert _listed(object_store, limit=5, **window) == ours[1:3]


def _whole_until(object_store, page, last):
    """The containers of the account, from the first page to the one with this container."""
    names = []
    for _ in range(1000):
        names += page
        if not page or last in page:
            return names
        page = _listed(object_store, marker=names[-1])
    raise HarnessFault("configuration: the account has more than 1,000 pages of containers")


def _listed(object_store, **options):
    answer = expect(object_store.get("", params=options), 200, 204)
    assert (answer.status == 204) == (not answer.content), "204 says that nothing is listed"
    return _lines(answer)


def _lines(answer):
    return answer.content.decode("utf-8", "replace").splitlines()
