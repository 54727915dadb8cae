import socket

import pytest

from refcheck.errors import RefcloudFault
from refcheck.refcloud import ports


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_every_service_gets_a_port_of_its_own():
    chosen = ports.choose()
    assert set(chosen) == set(ports.NAMES)
    assert len(set(chosen.values())) == len(ports.NAMES)
    assert all(ports.is_free(port) for port in chosen.values())


def test_a_block_another_cloud_remembers_is_avoided():
    first = ports.choose()
    second = ports.choose(avoid=set(first.values()))
    assert not set(first.values()) & set(second.values())


def test_a_taken_port_is_not_free(taken):
    assert not ports.is_free(taken)
    assert ports.listens(taken)


def test_a_wanted_block_with_a_taken_port_is_refused_and_the_port_named(taken):
    with pytest.raises(RefcloudFault, match=f"port {taken}") as caught:
        ports.choose(base=taken)
    assert "--port-base" in caught.value.next_step


def test_a_block_in_use_is_passed_over(monkeypatch):
    used = set(ports.block(ports.FIRST_BASE).values())
    monkeypatch.setattr(ports, "is_free", lambda port: port not in used)
    assert min(ports.choose().values()) == ports.FIRST_BASE + ports.STEP


def test_no_free_block_at_all_is_said(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda _: False)
    with pytest.raises(RefcloudFault, match="no block"):
        ports.choose()
