"""Clouds that are not ours alone: other defaults, other people's names, another run, little room."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from refcheck.cloud.connection import connect
from refcheck.testing import expect
from tests.faults.faults import as_user_too
from tests.faults.leftovers import leftovers
from tests.journeys.conftest import Run

pytestmark = pytest.mark.journey

GROUPS = (
    "networks/test_security_groups_crud.py::test_a_group",
    "networks/test_security_groups_crud.py::test_a_rule",
)
EACH_SERVICE = (
    "networks/test_subnet_pools_crud.py",
    "volumes/test_v3_metadata.py",
    "images/test_v2_update.py",
    "object_storage/test_container_create.py",
    "compute/test_keypairs_create.py",
)


@pytest.fixture
def admin(clouds_yaml, monkeypatch):
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    return connect("refcloud-admin")


@pytest.fixture
def member(clouds_yaml, admin):
    return connect("refcloud")


@pytest.fixture
def stranger(clouds_yaml, admin):
    return connect("refcloud-alt")


def test_no_default_rules_of_security_groups_are_taken_for_granted(
    behind, refcloud, admin, clouds_yaml
):
    network = admin.service("network")
    path = "/default-security-group-rules"
    ssh = {"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 22,
           "port_range_max": 22, "used_in_default_sg": False, "used_in_non_default_sg": True}  # fmt: skip
    try:
        for rule in expect(network.get(path), 200)["default_security_group_rules"]:
            expect(network.delete(f"{path}/{rule['id']}"), 204)
        expect(network.post(path, json={"default_security_group_rule": ssh}), 201)
        ran = behind.run(clouds_yaml, *GROUPS)
    finally:
        refcloud.reset()
    assert ran.outcomes() == {"passed"}, ran.ended.told


def test_names_that_others_have_as_well_are_told_apart(behind, member, stranger):
    made = []

    def creates(request):
        by_us = request.token != stranger.token
        return by_us and request.method == "POST" and request.path.endswith(NAMED)

    with behind.proxy(as_user_too(stranger.token, creates, made)) as proxy:
        ran = behind.run(behind.clouds(proxy), *EACH_SERVICE)
    twins = leftovers(stranger)
    for kind, path, key in COLLECTIONS:
        service = stranger.service(kind)
        for one in service.get(path)[key]:
            if str(one["name"]).startswith("rc-"):
                expect(service.delete(f"{path}/{one['id']}"), 202, 204)
    assert len(twins) >= 3, "there were no names in common"
    assert ran.outcomes() == {"passed"}, ran.ended.told
    assert leftovers(member) == []


NAMED = ("/subnetpools", "/networks", "/images", "/volumes")
COLLECTIONS = (
    ("network", "/subnetpools", "subnetpools"),
    ("network", "/networks", "networks"),
    ("image", "/images", "images"),
    ("block-storage", "/volumes", "volumes"),
)


def test_two_runs_at_once_in_one_project_do_not_meet(
    behind, refcheck, clouds_yaml, member, tmp_path
):
    assert refcheck("key", "new").code == 0
    guideline = str(behind.guideline(EACH_SERVICE))

    def run(name):
        ended = refcheck(
            "run", "--os-cloud", "refcloud", "--guideline", guideline, "-n", "1",
            "--runs", str(tmp_path / name), OS_CLIENT_CONFIG_FILE=str(clouds_yaml),
        )  # fmt: skip
        folder = next((tmp_path / name).glob("*"), None)
        assert folder, ended.told
        return Run(ended, folder)

    with ThreadPoolExecutor(2) as pool:
        for ran in pool.map(run, ("one", "other")):
            assert ran.outcomes() == {"passed"}, ran.ended.told
    assert leftovers(member) == []


def test_a_quota_for_hardly_anything_is_shared_out_or_told(behind, admin, member, clouds_yaml):
    storage = admin.service("block-storage")
    path = f"/os-quota-sets/{member.project_id}"
    places = (
        "volumes/test_v3_metadata.py",
        "volumes/test_v3_update.py",
        "volumes/test_v3_clone.py",
    )
    expect(storage.put(path, json={"quota_set": {"volumes": 2}}), 200)
    try:
        ran = behind.run(clouds_yaml, *places, options=("-n", "2"))
    finally:
        expect(storage.delete(path), 200)
    assert ran.outcomes() <= {"passed", "undecided"}, ran.ended.told
    assert "passed" in ran.outcomes()
    if "undecided" in ran.outcomes():
        assert "quota: no room for one more volume" in ran.reasons()
    assert leftovers(member) == []
