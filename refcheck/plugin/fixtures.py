"""The fixtures that capability tests ask for.

Services are named as people call them: `identity`, `compute`, `image`, `network`, `volume`,
`object_store`. `create` makes things that are removed after the test, `given` makes them ready
for use, `shared` holds what all tests of the run may read and none may change. `second` is another
user of another project, `throwaway_user` one whose access a test may take away.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from refcheck.cloud.connection import Cloud
from refcheck.cloud.creating import Creator
from refcheck.cloud.discovery import Facts
from refcheck.cloud.service import Service
from refcheck.plugin.bench import Bench
from refcheck.plugin.given import Given, Shared
from refcheck.plugin.throwaway import Second, ThrowawayUser


def bench_of(config: pytest.Config) -> Bench:
    """What this process tests with."""
    return config.stash[Bench.KEY]


@pytest.fixture(scope="session")
def cloud(pytestconfig: pytest.Config) -> Cloud:
    return bench_of(pytestconfig).cloud


@pytest.fixture(scope="session")
def facts(pytestconfig: pytest.Config) -> Facts:
    return bench_of(pytestconfig).facts


@pytest.fixture(scope="session")
def identity(pytestconfig: pytest.Config) -> Service:
    return bench_of(pytestconfig).service("identity")


@pytest.fixture(scope="session")
def compute(pytestconfig: pytest.Config) -> Service:
    return bench_of(pytestconfig).service("compute")


@pytest.fixture(scope="session")
def image(pytestconfig: pytest.Config) -> Service:
    return bench_of(pytestconfig).service("image")


@pytest.fixture(scope="session")
def network(pytestconfig: pytest.Config) -> Service:
    return bench_of(pytestconfig).service("network")


@pytest.fixture(scope="session")
def volume(pytestconfig: pytest.Config) -> Service:
    return bench_of(pytestconfig).service("block-storage")


@pytest.fixture(scope="session")
def object_store(pytestconfig: pytest.Config) -> Service:
    return bench_of(pytestconfig).service("object-store")


@pytest.fixture
def create(pytestconfig: pytest.Config) -> Iterator[Creator]:
    with bench_of(pytestconfig).creator() as creator:
        yield creator


@pytest.fixture
def given(pytestconfig: pytest.Config, create: Creator, shared: Shared) -> Given:
    bench = bench_of(pytestconfig)
    return Given(bench.service, create, bench.facts, shared)


@pytest.fixture
def shared(pytestconfig: pytest.Config) -> Shared:
    return bench_of(pytestconfig).shared


@pytest.fixture(scope="session")
def second(pytestconfig: pytest.Config) -> Iterator[Second]:
    bench = bench_of(pytestconfig)
    with bench.creator() as creator:
        yield Second(bench.identities, creator)


@pytest.fixture
def throwaway_user(pytestconfig: pytest.Config, create: Creator) -> ThrowawayUser:
    return ThrowawayUser(bench_of(pytestconfig).identities, create)
