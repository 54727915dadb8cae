"""The folder that is published to: one writer, and the tree before for who still reads it."""

from __future__ import annotations

import fcntl

import pytest
from refcheck_server.marketplace.errors import PublicationFault

from tests.server import samples
from tests.server.marketplace.test_publishing import Market


@pytest.fixture
def market(registry, tmp_path):
    return Market(registry, tmp_path / "market")


def test_of_two_who_publish_at_once_one_is_told_to_wait(market):
    market.publish()
    with (market.folder.parent / ".market.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(PublicationFault, match="somebody publishes there now"):
            market.publish()
    assert market.is_whole()


def test_the_tree_before_stays_and_the_one_before_that_goes(market):
    trees = []
    for number in range(3):
        market.send(cloud=samples.digest_of(str(number)), run_id=str(number))
        market.publish()
        trees.append(market.folder.resolve())
    assert [tree.is_dir() for tree in trees] == [False, True, True]
