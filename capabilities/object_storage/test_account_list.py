"""An account lists its containers by name, whole or in part.

api-ref: "Show account details and list containers".
"""

from refcheck.testing import HarnessFault, entries, expect, idempotent_id, refused, wait_for

# Seconds that the service may take to list a new container.
LISTING_BUDGET = 15.0
COUNTS = ("X-Account-Container-Count", "X-Account-Object-Count", "X-Account-Bytes-Used")


@idempotent_id("3499406a-ae53-4f8c-b43a-133d4dc6fe3f")
def test_containers_are_listed_by_name(object_store, create):
    prefix, ours = _five(object_store, create)
    answer = expect(object_store.get("", params={"prefix": prefix}), 200)
    assert answer.header("Content-Type").startswith("text/plain")
    for count in COUNTS:
        assert answer.header(count).isdigit()
    assert _lines(answer) == ours
    whole = _whole(object_store)
    assert [name for name in whole if name in ours] == ours
    assert len(whole) == len(set(whole)), "a container is listed once"
    expect(object_store.delete(f"/{ours[2]}"), 204)
    _await_listed(object_store, prefix, [*ours[:2], *ours[3:]])
    refused(object_store.get("", authenticated=False), 401)


@idempotent_id("884ec421-fbad-4fcc-916b-0580f2699565")
def test_where_there_are_no_containers_none_are_listed(object_store, create):
    # Other containers may be there; a prefix that nobody uses leaves them out.
    prefix = create.name("container")
    assert not expect(object_store.get("", params={"prefix": prefix}), 204).content
    as_json = object_store.get("", params={"prefix": prefix, "format": "json"})
    assert expect(as_json, 200).json == []
    whole = expect(object_store.get(""), 200, 204)
    assert (whole.status == 204) == (not whole.content), "204 says that nothing is listed"

    expect(create.container(prefix), 201)
    _await_listed(object_store, prefix, [prefix])
    expect(object_store.delete(f"/{prefix}"), 204)
    _await_listed(object_store, prefix, [])
    expect(object_store.get("", params={"prefix": prefix}), 204)


@idempotent_id("1c7efa35-e8a2-4b0b-b5ff-862c7fd83704")
def test_a_json_list_describes_each_container(object_store, create):
    prefix, ours = _five(object_store, create)
    answer = expect(object_store.get("", params={"prefix": prefix, "format": "json"}), 200)
    assert answer.header("Content-Type").startswith("application/json")
    assert [entry["name"] for entry in entries(answer.json)] == ours
    for entry in entries(answer.json):
        assert (entry["count"], entry["bytes"]) == (0, 0)
    by_header = object_store.get(
        "", params={"prefix": prefix}, headers={"Accept": "application/json"}
    )
    assert expect(by_header, 200).json == answer.json


@idempotent_id("5cfa4ab2-4373-48dd-a41f-a532b12b08b2")
def test_a_list_is_no_longer_than_its_limit(object_store, create):
    prefix, ours = _five(object_store, create)
    assert _listed(object_store, prefix=prefix, limit=2) == ours[:2]
    assert _listed(object_store, prefix=prefix, limit=6) == ours
    assert len(_listed(object_store, limit=1)) == 1
    refused(object_store.get("", params={"limit": 1_000_000_000}), 412)


@idempotent_id("638f876d-6a43-482a-bbb3-0840bca101c6")
def test_a_list_begins_after_its_marker(object_store, create):
    prefix, ours = _five(object_store, create)
    assert _listed(object_store, prefix=prefix, marker=ours[1]) == ours[2:]
    assert _listed(object_store, prefix=prefix, marker=ours[4]) == []
    # The marker need not be a container.
    assert _listed(object_store, prefix=prefix, marker=f"{ours[1]}-and-more") == ours[2:]
    after = _listed(object_store, marker=ours[1])
    assert [name for name in after if name in ours] == ours[2:]


@idempotent_id("5ca164e4-7bde-43fa-bafb-913b53b9e786")
def test_a_list_ends_before_its_end_marker(object_store, create):
    prefix, ours = _five(object_store, create)
    assert _listed(object_store, prefix=prefix, end_marker=ours[3]) == ours[:3]
    assert _listed(object_store, prefix=prefix, end_marker=ours[0]) == []
    assert _listed(object_store, prefix=prefix, end_marker=f"{ours[0]}-and-more") == ours[:1]


@idempotent_id("ac8502c2-d4e4-4f68-85a6-40befea2ef5e")
def test_a_list_lies_between_its_markers(object_store, create):
    prefix, ours = _five(object_store, create)
    assert _listed(object_store, marker=ours[0], end_marker=ours[4]) == ours[1:4]
    assert _listed(object_store, prefix=prefix, marker=ours[3], end_marker=ours[4]) == []
    assert _listed(object_store, prefix=prefix, marker=ours[4], end_marker=ours[0]) == []


@idempotent_id("f7064ae8-dbcc-48da-b594-82feef6ea5af")
def test_pages_follow_each_other(object_store, create):
    prefix, ours = _five(object_store, create)
    seen, marker = [], ours[0]
    for _ in ours:
        page = _listed(object_store, prefix=prefix, limit=2, marker=marker)
        assert len(page) <= 2
        if not page:
            break
        seen += page
        marker = page[-1]
    assert seen == ours[1:]
    assert _listed(object_store, marker=ours[1], limit=1) == ours[2:3]


@idempotent_id("888a3f0e-7214-4806-8e50-5e0c9a69bb5e")
def test_a_limit_and_an_end_marker_both_hold(object_store, create):
    prefix, ours = _five(object_store, create)
    assert _listed(object_store, prefix=prefix, limit=2, end_marker=ours[4]) == ours[:2]
    assert _listed(object_store, prefix=prefix, limit=4, end_marker=ours[2]) == ours[:2]


@idempotent_id("8cf98d9c-e3a0-4e44-971b-c87656fdddbd")
def test_a_limit_and_both_markers_all_hold(object_store, create):
    _, ours = _five(object_store, create)
    window = {"marker": ours[0], "end_marker": ours[4]}
    assert _listed(object_store, limit=2, **window) == ours[1:3]
    assert _listed(object_store, limit=3, **window) == ours[1:4]
    assert _listed(object_store, limit=5, **window) == ours[1:4]


@idempotent_id("b904c2e3-24c2-4dba-ad7d-04e90a761be5")
def test_an_account_shows_only_the_metadata_it_was_given(object_store, create, given):
    # An account begins with its first container.
    given.container()
    item = create.name("item")
    header = f"X-Account-Meta-{item}"
    shown = expect(object_store.head(""), 204)
    assert not shown.content
    for count in COUNTS:
        assert shown.header(count).isdigit()
    assert shown.header("X-Timestamp")
    assert shown.header("X-Trans-Id")
    assert header.lower() not in shown.headers
    try:
        expect(object_store.post("", headers={header: "1"}), 204)
        assert expect(object_store.head(""), 204).header(header) == "1"
    finally:
        expect(object_store.post("", headers={f"X-Remove-Account-Meta-{item}": "x"}), 204)
    assert header.lower() not in expect(object_store.head(""), 204).headers
    expect(object_store.head("", authenticated=False), 401)


def _five(object_store, create):
    """A prefix of their own, and the names of five containers in order."""
    prefix = create.name("container")
    names = [f"{prefix}-{letter}" for letter in "abcde"]
    for name in reversed(names):
        expect(create.container(name), 201)
    _await_listed(object_store, prefix, names)
    return prefix, names


def _await_listed(object_store, prefix, names):
    def listed():
        return " ".join(_listed(object_store, prefix=prefix))

    what = f"the list of containers called {prefix}*"
    wait_for(listed, {" ".join(names)}, budget=LISTING_BUDGET, what=what)


def _whole(object_store):
    """All containers of the account, page by page."""
    names = []
    for _ in range(1000):
        page = _listed(object_store, marker=names[-1] if names else "")
        if not page:
            return names
        names += page
    raise HarnessFault("the account has more than 1,000 pages of containers")


def _listed(object_store, **options):
    # 204 is the answer when nothing is left to list.
    return _lines(expect(object_store.get("", params=options), 200, 204))


def _lines(answer):
    return answer.content.decode("utf-8", "replace").splitlines()
