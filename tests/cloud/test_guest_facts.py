"""How guests are logged in to is found out, or told."""

import pytest

from refcheck.cloud.guest_facts import guest_fact
from refcheck.cloud.signals import HarnessFault
from refcheck.errors import CloudConfigFault

PUBLIC = {"id": "n", "name": "public"}
CIRROS = {"id": "i", "name": "cirros-0.6.2"}
NAMELESS = {"id": "i", "name": "golden"}


def test_the_name_of_an_image_suggests_whom_its_guests_know():
    fact = guest_fact("c", None, CIRROS, PUBLIC)
    assert fact == {
        "user": "cirros", "user_is": "suggested", "port": 22, "from": "", "images": ["i"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "image", "user"),
    [({"guest_user": "u"}, CIRROS, ""), (None, {**CIRROS, "os_admin_user": "u"}, ""),
     ({"guest_user": "x"}, CIRROS, "u")],
)  # fmt: skip
def test_who_is_named_counts_more_the_command_line_most(told, image, user):
    fact = guest_fact("c", told, image, PUBLIC, user)
    assert (fact["user"], fact["user_is"]) == ("u", "named")


@pytest.mark.parametrize(
    ("alt", "alike"),
    [({"id": "j", "name": "cirros-0.5.2"}, True), ({"id": "j", "name": "debian-13"}, False),
     ({"id": "j", "name": "mine", "os_admin_user": "cirros"}, True),
     ({"id": "j", "name": "cirros-x", "os_admin_user": "root"}, False),
     ({"id": "j", "name": "golden"}, False), (None, False)],
)  # fmt: skip
def test_guests_of_another_image_are_known_to_be_alike_when_they_know_the_same_user(alt, alike):
    fact = guest_fact("c", None, CIRROS, PUBLIC, alt=alt)
    assert fact["images"] == (["i", "j"] if alike else ["i"])


def test_clouds_yaml_may_say_port_and_origin():
    told = {"guest_port": "2222", "guest_from": "192.0.2.0/24"}  # the SDK makes numbers text
    fact = guest_fact("c", told, CIRROS, PUBLIC)
    assert (fact["port"], fact["from"]) == (2222, "192.0.2.0/24")


@pytest.mark.parametrize(
    ("told", "image", "external", "why"),
    [({"guests": False}, CIRROS, PUBLIC, "cannot be logged in to"),
     (None, CIRROS, None, "no external network"), (None, NAMELESS, PUBLIC, "--guest-user")],
)  # fmt: skip
def test_why_nobody_can_log_in_is_said(told, image, external, why):
    with pytest.raises(HarnessFault, match=why):
        guest_fact("c", told, image, external)


@pytest.mark.parametrize(
    "told",
    [[], {"port": 1}, {"guests": "no"}, {"guest_port": 0}, {"guest_port": "x"},
     {"guest_port": 70000}, {"guest_user": ""}, {"guest_from": "everywhere"}, {"guest_from": 4}],
)  # fmt: skip
def test_what_makes_no_sense_in_clouds_yaml_is_named(told):
    with pytest.raises(CloudConfigFault, match="refcheck"):
        guest_fact("c", told, CIRROS, PUBLIC)
