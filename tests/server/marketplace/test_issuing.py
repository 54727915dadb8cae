"""Claims of which the time is over, and what is told of those that are renewed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from defusedxml import ElementTree
from refcheck_server.accounts.rights import OPERATOR
from refcheck_server.marketplace.errors import NoSuchClaim
from refcheck_server.marketplace.issuing import revoke
from refcheck_server.marketplace.queries import claims_of
from refcheck_server.results.queries import find_cloud

from tests.server import samples
from tests.server.marketplace.test_publishing import ATOM, Market


@pytest.fixture
def market(registry, tmp_path):
    """A cloud with a mark, published."""
    made = Market(registry, tmp_path / "market")
    made.send(mark=True)
    made.publish()
    return made


def news(market) -> list[str]:
    entries = ElementTree.fromstring(market.text("marks.atom")).iter(f"{ATOM}entry")
    return sorted(entry.find(f"{ATOM}id").text for entry in entries)


def test_what_is_renewed_is_no_news(market):
    before, signed = news(market), market.signed()
    market.registry.clock.forward(days=50)
    market.publish()
    assert market.signed() > signed
    assert news(market) == before


def test_of_what_was_renewed_and_is_taken_back_only_that_is_news(market):
    before, now = news(market), market.registry.clock
    now.forward(days=50)
    market.publish()
    with market.registry.session() as session, session.begin():
        cloud = find_cloud(session, samples.CLOUD, reader=OPERATOR)
        revoke(session, claims_of(session, cloud, "compute", now()), "a fault", now=now())
    market.publish()
    new = [one for one in news(market) if one not in before]
    assert new
    assert {one.rpartition(":")[2] for one in new} == {"revoked"}


def test_a_list_of_revocations_is_renewed_at_half_of_its_time(market):
    numbers = []
    for days in (0, 6, 2):
        market.registry.clock.forward(days=days)
        market.publish()
        numbers.append(market.revocations().number)
    assert numbers == [1, 1, 2]


def test_what_has_expired_is_in_force_no_more(market):
    now = market.registry.clock()
    with market.registry.session() as session:
        cloud = find_cloud(session, samples.CLOUD, reader=OPERATOR)
        assert claims_of(session, cloud, None, now)
        with pytest.raises(NoSuchClaim):
            claims_of(session, cloud, None, now + timedelta(days=91))
