"""An account's metadata is shown, added to and taken from.

An account has one set of metadata for all who work in the project: each test has items of its
own and takes them away again.
api-ref: "Show account metadata", "Create, update, or delete account metadata".
"""

from contextlib import contextmanager

from refcheck.testing import expect, idempotent_id

COUNTS = ("X-Account-Container-Count", "X-Account-Object-Count", "X-Account-Bytes-Used")


@idempotent_id("b904c2e3-24c2-4dba-ad7d-04e90a761be5")
def test_an_account_shows_only_the_metadata_it_was_given(object_store, create, shared):
    _begin(shared)
    item = create.name("item")
    with _taken_away(object_store, item):
        _change(object_store, {f"X-Account-Meta-{item}": "1"})
        shown = expect(object_store.head(""), 204)
        assert not shown.content
        for count in COUNTS:
            assert shown.header(count).isdigit()
        assert shown.header("X-Timestamp")
        assert shown.header("X-Trans-Id")
        assert _items(shown, item) == {item: "1"}
    assert _items(expect(object_store.head(""), 204), item) == {}
    expect(object_store.head("", authenticated=False), 401)


@idempotent_id("64fd53f3-adbd-4639-af54-436e4982dbfb")
def test_an_item_without_a_value_is_not_kept(object_store, create, shared):
    _begin(shared)
    item = create.name("item")
    blank, full = f"{item}-blank", f"{item}-full"
    with _taken_away(object_store, blank, full):
        _change(object_store, {f"X-Account-Meta-{blank}": "", f"X-Account-Meta-{full}": "1"})
        assert _items(expect(object_store.head(""), 204), item) == {full: "1"}
        # Emptying an item removes it.
        _change(object_store, {f"X-Account-Meta-{full}": ""})
        assert _items(expect(object_store.head(""), 204), item) == {}


@idempotent_id("9f60348d-c46f-4465-ae06-d51dbd470953")
def test_an_item_is_removed_by_its_name_and_value(object_store, create, shared):
    _removes(object_store, create, shared, "1")


@idempotent_id("d4d884d3-4696-4b85-bc98-4f57c4dd2bf1")
def test_an_item_is_removed_by_its_name_alone(object_store, create, shared):
    _removes(object_store, create, shared, "")


def _removes(object_store, create, shared, value):
    """Of two items the one is removed by a header with this value, and the other stays."""
    _begin(shared)
    item = create.name("item")
    doomed, kept = f"{item}-doomed", f"{item}-kept"
    with _taken_away(object_store, doomed, kept):
        _change(object_store, {f"X-Account-Meta-{doomed}": "1", f"X-Account-Meta-{kept}": "2"})
        before = _items(expect(object_store.head(""), 204), item)
        assert before == {doomed: "1", kept: "2"}
        _change(object_store, {f"X-Remove-Account-Meta-{doomed}": value})
        assert _items(expect(object_store.head(""), 204), item) == {kept: "2"}


def _begin(shared):
    """An account begins with its first container."""
    assert shared.crowded_container


@contextmanager
def _taken_away(object_store, *items):
    try:
        yield
    finally:
        gone = {f"X-Remove-Account-Meta-{item}": "x" for item in items}
        expect(object_store.post("", headers=gone), 204)


def _change(object_store, headers):
    assert not expect(object_store.post("", headers=headers), 204).content


def _items(answer, ours):
    """The metadata items whose names begin with this."""
    start = f"x-account-meta-{ours}"
    mark = len("x-account-meta-")
    return {key[mark:]: value for key, value in answer.headers.items() if key.startswith(start)}
