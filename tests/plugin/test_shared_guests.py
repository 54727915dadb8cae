"""Which guests are asked, and who is let in to them: those who come from where we are."""

from dataclasses import asdict

import pytest

from refcheck.cloud.discovery import Facts
from refcheck.cloud.guest import Inside, NoGuest
from refcheck.plugin.shared_guests import SharedGuests, seen_from
from refcheck.testing import Body, CloudFault, Undecided

INSIDE = Inside("one", 1, ("ssh-ed25519 AAAA",), {"vda": 1}, "b1")


class Looking(SharedGuests):
    """A cloud where the guest of another server could be asked, made from the image `i`."""

    def __init__(self):
        self._facts = Facts({"guest": {"images": ["i"]}})
        vars(self).update(key_pair=Body(name="ours"), _first_look=Body(asdict(INSIDE)))

    def _door(self, server):
        return server["id"]


def server(image="i", key="ours"):
    return Body(id="s1", image=Body(id=image), key_name=key)


@pytest.fixture
def looking(monkeypatch):
    def look_inside(_door, *, budget):
        assert budget > 0
        return INSIDE

    monkeypatch.setattr("refcheck.plugin.shared_guests.look_inside", look_inside)
    return Looking()


def test_a_guest_that_must_know_us_is_asked_and_no_other(looking):
    assert looking.look_into(server()) == INSIDE
    assert looking.look_into(server(image="of somebody else's")) is None
    assert looking.look_into(server(key="of somebody else")) is None


def test_what_a_guest_told_can_be_kept_and_so_can_its_silence(looking, monkeypatch):
    assert looking.kept_look(server())["host_name"] == "one"
    assert looking.kept_look(server(image="another")) == {}

    def nobody(*_, **__):
        raise NoGuest("no guest lets in")

    monkeypatch.setattr("refcheck.plugin.shared_guests.look_inside", nobody)
    with pytest.raises(CloudFault, match="the guest of another server could be asked"):
        looking.look_into(server())
    assert "no guest lets in" in looking.kept_look(server())["fault"]


def test_on_this_machine_we_come_from_its_own_address():
    assert seen_from("127.0.0.1") == "127.0.0.1/32"


@pytest.mark.parametrize("own", ["10.1.2.3", "172.17.0.2"])
def test_behind_a_translation_of_addresses_nothing_is_opened_to_a_guess(own, monkeypatch):
    class Probe:
        def __init__(self, *_): ...
        def __enter__(self):
            return self

        def __exit__(self, *_): ...
        def connect(self, _address): ...
        def getsockname(self):
            return own, 1

    monkeypatch.setattr("refcheck.plugin.shared_guests.socket.socket", Probe)
    with pytest.raises(Undecided, match="guest_from"):
        seen_from("8.8.8.8")
    assert seen_from("10.9.9.9") == f"{own}/32"
