"""Guests of the real cloud: asked by the suite, missed by it, and wrong."""

from __future__ import annotations

import contextlib
import json

import pytest
import yaml

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

HOST_NAME = "compute/test_servers_host.py"
VCPUS = "compute/test_servers_verify.py::test_a_server_has_the_processors"
KEY_PAIR = "compute/test_keypairs_create.py"
ATTACHED = "compute/test_volume_attach.py::test_a_volume_is_attached"
REBOOTED = "compute/test_servers_reboot.py::test_a_hard_reboot"
REBUILT = "compute/test_servers_rebuild.py::test_a_rebuilt_server"
RESIZED = "compute/test_servers_resize.py::test_a_confirmed_resize"
REVERTED = "compute/test_servers_resize.py::test_a_reverted_resize"
ALL = (HOST_NAME, VCPUS, KEY_PAIR, ATTACHED, REBOOTED, REBUILT, RESIZED, REVERTED)
NAMES = {
    HOST_NAME: "test_host_name_is_same_as_server_name",
    VCPUS: "test_verify_created_server_vcpus",
    KEY_PAIR: "test_create_specify_keypair",
    ATTACHED: "test_attach_detach_volume",
    REBOOTED: "test_reboot_server_hard",
    REBUILT: "test_rebuild_server",
    RESIZED: "test_resize_server_confirm",
    REVERTED: "test_resize_server_revert",
}


@contextlib.contextmanager
def wrong(refcloud, **faults):
    """Guests that differ in this from what Nova described."""
    file = refcloud.home.path / "guest-faults.json"
    file.write_text(json.dumps(faults))
    try:
        yield
    finally:
        file.unlink()


def outcomes(ran):
    """Place → outcome and reason, of the tests that ran."""
    by_name = {one.name.rpartition(".")[2]: one for one in ran.result.outcomes}
    return {place: by_name[name] for place, name in NAMES.items() if name in by_name}


def told(ran):
    return {place: one.outcome.value for place, one in outcomes(ran).items()}


def test_guests_are_asked_and_no_private_key_is_in_any_artefact(behind, clouds_yaml):
    ran = behind.run(clouds_yaml, *ALL)
    assert told(ran) == dict.fromkeys(ALL, "passed"), ran.ended.told
    assert ran.result.facts["guest"]["port"] > 1024
    artefacts = b"".join(file.read_bytes() for file in ran.folder.iterdir() if file.is_file())
    assert b"ecdsa-sha2-nistp256 " in artefacts
    assert b"BEGIN PRIVATE KEY" not in artefacts


def test_a_wrong_host_name_and_a_wrong_number_of_processors_fail_their_tests(
    behind, clouds_yaml, refcloud
):
    with wrong(refcloud, host_name="somebody", vcpus=3):
        ran = behind.run(clouds_yaml, HOST_NAME, VCPUS, KEY_PAIR)
    assert told(ran) == {HOST_NAME: "failed", VCPUS: "failed", KEY_PAIR: "passed"}
    assert "somebody" in outcomes(ran)[HOST_NAME].reason


def test_a_key_that_is_not_in_the_guest_fails_the_key_pair_and_leaves_the_rest_undecided(
    behind, clouds_yaml, refcloud
):
    with wrong(refcloud, authorized_keys=[]):
        ran = behind.run(clouds_yaml, HOST_NAME, VCPUS, KEY_PAIR)
    assert told(ran) == {HOST_NAME: "undecided", VCPUS: "undecided", KEY_PAIR: "failed"}
    assert "the guest refuses refcloud@127.24." in outcomes(ran)[KEY_PAIR].reason


def test_a_volume_that_the_guest_does_not_see_fails_its_attachment(behind, clouds_yaml, refcloud):
    with wrong(refcloud, volumes={}):
        ran = behind.run(clouds_yaml, HOST_NAME, ATTACHED)
    assert told(ran) == {HOST_NAME: "passed", ATTACHED: "failed"}
    assert "the disks that the guest of server" in outcomes(ran)[ATTACHED].reason


def test_a_guest_that_never_started_anew_fails_reboot_and_rebuild(behind, clouds_yaml, refcloud):
    with wrong(refcloud, boot_id="always"):
        ran = behind.run(clouds_yaml, HOST_NAME, REBOOTED, REBUILT)
    assert told(ran) == {HOST_NAME: "passed", REBOOTED: "failed", REBUILT: "failed"}
    assert "the guest goes on as if nothing had happened" in outcomes(ran)[REBUILT].reason


def test_a_guest_that_never_gets_another_size_fails_the_resize_that_is_kept(
    behind, clouds_yaml, refcloud
):
    with wrong(refcloud, vcpus=1):
        ran = behind.run(clouds_yaml, RESIZED, REVERTED)
    assert told(ran) == {RESIZED: "failed", REVERTED: "passed"}
    assert "the guest has not the processors of its new size" in outcomes(ran)[RESIZED].reason


def test_without_a_way_to_a_guest_only_what_it_alone_can_tell_is_undecided(behind, clouds_yaml):
    content = yaml.safe_load(clouds_yaml.read_text())
    content["clouds"]["refcloud"]["refcheck"] = {"guests": False}
    clouds_yaml.write_text(yaml.safe_dump(content))
    ran = behind.run(clouds_yaml, *ALL)
    only_inside = {HOST_NAME: "undecided", VCPUS: "undecided"}
    assert told(ran) == dict.fromkeys(ALL, "passed") | only_inside
    for place in only_inside:
        assert "clouds.yaml says that guests" in outcomes(ran)[place].reason
