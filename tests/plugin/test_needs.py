"""What a test cannot do without is read from what it used."""

from refcheck.plugin.needs import needs_of
from tests.plugin.outlooks import recorded


def test_credentials_come_first_then_things_then_features():
    one = recorded(
        needs=("extension dns", "second identity", "another token"),
        creates={"server": 1},
        facts=("boot.image", "external_network.id"),
        features=("slo",),
    )
    assert needs_of(one, ["compute", "throwaway_user"]) == (
        "administrator", "second identity", "another token", "server", "image",
        "external network", "feature slo", "extension dns",
    )  # fmt: skip


def test_the_needs_of_what_is_shared_are_needs():
    server = recorded(creates={"server": 1}, facts=("boot.flavor",))
    assert needs_of(recorded(shares={"server": server}), []) == ("server", "flavor")


def test_who_asks_a_guest_needs_one_and_who_can_do_without_does_not():
    assert needs_of(recorded(shares={"guest": recorded()}), []) == ("guest",)
    assert needs_of(recorded(shares={"look_into": recorded()}), []) == ()


def test_each_need_is_said_once_and_what_only_helps_is_not():
    one = recorded(facts=("boot.image", "boot.image"), needs=("perhaps a second identity",))
    assert needs_of(one, []) == ("image",)


def test_nothing_is_known_of_what_was_not_recorded_but_its_fixtures():
    assert needs_of(None, ["throwaway_user"]) == ("administrator",)
