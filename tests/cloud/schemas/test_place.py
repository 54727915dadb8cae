"""A call is told in the words of the rules, whatever the endpoint looks like."""

import pytest

from refcheck.cloud.schemas.place import place_of

NOVA = "http://cloud:8774/v2.1"
BEHIND = "https://cloud/compute/v2.1"
CINDER = "https://cloud/volume/v3/0123abcd"
SWIFT = "http://cloud:8080/v1/AUTH_1"
BARE = "http://cloud:9696"


@pytest.mark.parametrize(
    ("endpoint", "path", "place"),
    [
        (NOVA, "", ""),
        (NOVA, "/servers/8?x=1", "/servers/8"),
        (NOVA, f"{NOVA}/servers?marker=8", "/servers"),
        (NOVA, NOVA, ""),
        (NOVA, "http://cloud:8774", "~/"),
        (NOVA, "http://cloud:8774/", "~/"),
        (NOVA, "http://cloud:8774/v2.1", ""),
        (NOVA, "http://cloud:8774/v2", "~/v2"),
        (NOVA, "http://cloud:8774/v2.10/x", "~/v2.10/x"),
        (BEHIND, "https://cloud/compute/", "~/"),
        (BEHIND, "https://cloud/compute/v2.1/servers", "/servers"),
        # Where a proxy ends TLS, services write links that do not match the catalogue.
        (BEHIND, "http://inner:8774/compute/v2.1/servers?marker=8", "/servers"),
        (CINDER, "https://cloud/volume/", "~/"),
        (CINDER, "https://cloud/volume/v3/", "~/v3/"),
        (CINDER, f"{CINDER}/volumes", "/volumes"),
        (SWIFT, "http://cloud:8080/info", "~/info"),
        (SWIFT, f"{SWIFT}/box/thing?temp_url_sig=x", "/box/thing"),
        (SWIFT, "http://cloud:8080/v1/AUTH_2/box", "~/v1/AUTH_2/box"),
        (SWIFT, "http://cloud:8080/v1/AUTH_11/box", "~/v1/AUTH_11/box"),
        (BARE, "http://cloud:9696/v2.0/networks", "/v2.0/networks"),
    ],
)
def test_the_place_of_a_call(endpoint, path, place):
    assert place_of(path, endpoint) == place


def test_an_action_is_named_by_what_was_sent():
    assert place_of("/servers/8/action", NOVA, {"reboot": {}}) == "/servers/8/action#reboot"
    assert place_of("/servers/8/action", NOVA, {}) == "/servers/8/action"
    assert place_of("/servers/8", NOVA, {"server": {}}) == "/servers/8"


@pytest.mark.parametrize(
    ("path", "asked"), [("/networks", True), ("/networks?limit=1&fields=id", False)]
)
def test_asking_for_some_properties_is_another_place(path, asked):
    assert place_of(path, BARE, in_part=asked) == "/networks#fields"
