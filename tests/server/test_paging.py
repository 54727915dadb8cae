"""Cursors: what comes back in an address is a row's place, or nothing."""

from __future__ import annotations

import pytest
from refcheck_server.accounts.models import Account
from refcheck_server.arguments import BadArgument
from refcheck_server.lists import place
from refcheck_server.paging import Order, cursor, place_of
from refcheck_server.results.models import StoredResult

BY_NAME = Order(Account.name, Account.id, descending=False)
BY_DIGEST = Order(StoredResult.target, StoredResult.id, descending=False)


def test_a_cursor_comes_back_as_the_place_that_it_names():
    assert place_of(cursor(("a name", 7)), BY_NAME) == ("a name", 7)
    assert place_of(cursor(("platform", "a" * 32)), BY_DIGEST) == ("platform", "a" * 32)


@pytest.mark.parametrize("row_id", ["a" * 32, True, -1, 2**31, 7.0, None, [7]])
def test_what_is_no_number_of_a_row_is_no_place(row_id):
    assert place_of(cursor(("a name", row_id)), BY_NAME) is None


@pytest.mark.parametrize("row_id", [7, True, "", "g", "a" * 65, None])
def test_what_is_no_digest_of_a_row_is_no_place(row_id):
    assert place_of(cursor(("platform", row_id)), BY_DIGEST) is None


def test_a_cursor_that_is_longer_than_any_is_refused():
    with pytest.raises(BadArgument):
        place(cursor(("x" * 3000, 7)), BY_NAME)
