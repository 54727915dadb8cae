"""`doctor` and `plan` on the real cloud: what they say is so, and they write nothing."""

import json
import re
import resource
from contextlib import contextmanager

import pytest
import yaml

from refcheck.cloud.connection import connect
from refcheck.testing import expect
from tests.journeys.proxy import recording_proxy

pytestmark = pytest.mark.journey

OTHERS = ("--os-cloud-alt", "refcloud-alt", "--os-cloud-admin", "refcloud-admin")


@pytest.fixture
def ask(refcheck, clouds_yaml):
    """Run one of the two against the real cloud, as a member."""

    def ask(command, *options, cloud="refcloud", clouds=clouds_yaml, **environ):
        return refcheck(
            command, "--os-cloud", cloud, *options, OS_CLIENT_CONFIG_FILE=str(clouds), **environ
        )

    return ask


@pytest.fixture
def admin(clouds_yaml, monkeypatch):
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    return connect("refcloud-admin")


@pytest.fixture
def project_id(clouds_yaml, monkeypatch):
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    return connect("refcloud").project_id


@contextmanager
def quota_of_servers(admin, project_id, number):
    compute = admin.service("compute")
    path = f"/os-quota-sets/{project_id}"
    expect(compute.put(path, json={"quota_set": {"instances": number}}), 200)
    try:
        yield
    finally:
        expect(compute.delete(path), 202)


@contextmanager
def hidden(images):
    """No image is public for a while."""
    patch = {"Content-Type": "application/openstack-images-v2.1-json-patch"}

    def show(visibility):
        change = f'[{{"op": "replace", "path": "/visibility", "value": "{visibility}"}}]'
        for image in images.get("/images")["images"]:
            path = f"/images/{image['id']}"
            expect(images.patch(path, data=change.encode(), headers=patch), 200)

    show("private")
    try:
        yield
    finally:
        show("public")


def said(ended):
    """The text, as it was before it was broken into lines."""
    return " ".join(ended.out.replace("→", "").split())


def obstacles(ended):
    return json.loads(ended.out)["tests"]["not_decidable"]


def test_a_healthy_cloud_is_understood(ask):
    ended = ask("doctor", *OTHERS, "--json")
    told = json.loads(ended.out)
    assert ended.code == 0, ended.told
    assert obstacles(ended) == []
    assert told["tests"]["decidable"] == told["tests"]["selected"] > 280
    assert told["tests"]["components"]["os_powered_storage"]["tests"] == 58
    assert told["quotas"]["rooms"]["server"]["limit"] == 200
    assert told["facts"]["external_network"]["name"] == "public"
    assert told["services"] == {"absent": [], "troubled": {}}


def test_it_is_understood_within_seconds(ask):
    """Ten seconds by the wall clock; here our own share, that others on the machine do not slow."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ask("doctor", *OTHERS)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < 6


def test_when_everything_can_be_decided_it_says_so_and_ends_with_0(ask):
    ended = ask("doctor", *OTHERS, "--target", "object")
    assert ended.code == 0, ended.told
    assert "All 58 tests can be decided." in said(ended)
    assert "✗" not in ended.out


def test_without_a_second_identity_its_tests_are_named(ask):
    ended = ask("doctor", "--target", "object")
    assert ended.code == 3, ended.told
    assert "it takes a second identity" in said(ended)
    assert "--os-cloud-alt" in said(ended)


def test_what_doctor_calls_undecidable_the_run_leaves_undecided(ask, run, small):
    """The forecast against the facts."""
    ended = ask("doctor", "--guideline", str(small), "--json")
    foreseen = {one["id"]: one["outcome"] for one in obstacles(ended)}
    ran = run()
    came = {
        test: outcome
        for capability in ran.verdict["capabilities"].values()
        for test, outcome in capability["tests"].items()
        if outcome != "passed"
    }
    assert came == foreseen


def test_a_quota_too_small_is_foreseen_with_the_size_it_must_have(ask, admin, project_id):
    with quota_of_servers(admin, project_id, 1):
        ended = ask("doctor", *OTHERS)
        planned = ask("plan", *OTHERS, "-n", "1")
    assert ended.code == 3, ended.told
    assert "half of what is free is 0" in said(ended)
    assert "Raise the quota of servers from 1 to" in said(ended)
    assert planned.code == 3, planned.told


def test_too_many_workers_do_not_fit_and_a_smaller_number_does(ask, admin, project_id):
    with quota_of_servers(admin, project_id, 30):
        ended = ask("plan", *OTHERS, "-n", "64", "--json")
        told = json.loads(ended.out)
        assert (ended.code, told["fits"]) == (3, False), ended.told
        fitting = told["workers_that_fit"]
        assert 0 < fitting < 64
        again = json.loads(ask("plan", *OTHERS, "-n", str(fitting), "--json").out)
    assert again["fits"]
    servers = next(need for need in again["peak"] if need["kind"] == "server")
    assert servers["peak"] <= servers["half"] == 15


def test_a_run_takes_as_many_workers_as_the_plan_has_room_for(run, admin, project_id):
    with quota_of_servers(admin, project_id, 3):
        ran = run("-n", "8")
    assert "instead of 8 workers" in " ".join(ran.ended.told.split())
    assert ran.outcomes() == {"passed"}, ran.ended.told


def test_a_missing_image_is_foreseen(ask, admin):
    with hidden(admin.service("image")):
        ended = ask("doctor", *OTHERS)
    assert ended.code == 3, ended.told
    assert "no active image to boot from" in said(ended)
    assert "58 of 58 tests" in said(ended), "object storage needs no image"


def test_an_image_that_another_run_made_is_not_booted_from(ask, admin):
    images = admin.service("image")
    fields = {"disk_format": "raw", "container_format": "bare", "visibility": "public"}
    made = expect(images.post("/images", json={"name": "rc-0123abcd-image-1", **fields}), 201).json
    path, raw = f"/images/{made['id']}", {"Content-Type": "application/octet-stream"}
    try:
        expect(images.put(f"{path}/file", data=b"smaller than any", headers=raw), 204)
        ended = ask("doctor", *OTHERS, "--json")
    finally:
        expect(images.delete(path), 204)
    boot = json.loads(ended.out)["facts"]["boot"]
    assert made["id"] not in {boot["image"]["id"], boot["image_alt"]["id"]}


def test_a_missing_external_network_is_foreseen(ask, admin):
    networks = admin.service("network")
    (public,) = networks.get("/networks", params={"name": "public"})["networks"]
    path = f"/networks/{public['id']}"
    policies = networks.get("/rbac-policies", params={"object_id": public["id"]})["rbac_policies"]
    for policy in policies:
        expect(networks.delete(f"/rbac-policies/{policy['id']}"), 204)
    try:
        ended = ask("doctor", *OTHERS, "--json")
    finally:
        for policy in policies:
            fields = {k: policy[k] for k in ("object_type", "object_id", "action", "target_tenant")}
            expect(networks.post("/rbac-policies", json={"rbac_policy": fields}), 201)
    assert expect(networks.get(path), 200)["network"]["router:external"]
    assert ended.code == 3, ended.told
    reasons = {one["reason"].partition(",")[0] for one in obstacles(ended)}
    assert reasons == {"the project sees no external network"}
    assert {one["outcome"] for one in obstacles(ended)} == {"error", "undecided"}


def test_a_stopped_service_is_named_and_the_others_are_looked_at(ask, refcloud):
    service = refcloud.service("cinder")
    service.stop()
    try:
        ended = ask("doctor", *OTHERS, "--json")
    finally:
        service.start()
    told = json.loads(ended.out)
    assert ended.code == 3, ended.told
    assert told["services"]["troubled"]["block-storage"]["kind"] == "network"
    stopped = {one["reason"].partition(":")[0] for one in obstacles(ended)}
    assert "block-storage" in stopped
    assert told["tests"]["components"]["os_powered_storage"]["decidable"] == 58


def test_a_service_that_is_not_in_the_catalogue_is_absent(ask, admin):
    identity = admin.service("identity")
    (service,) = identity.get("/services", params={"type": "object-store"})["services"]
    path = f"/services/{service['id']}"
    expect(identity.patch(path, json={"service": {"enabled": False}}), 200)
    try:
        ended = ask("doctor", *OTHERS, "--target", "object", "--json")
    finally:
        expect(identity.patch(path, json={"service": {"enabled": True}}), 200)
    assert ended.code == 3, ended.told
    assert {one["outcome"] for one in obstacles(ended)} == {"absent"}
    assert len(obstacles(ended)) == 58 - 2, "two of the target ask the identity service alone"


@pytest.mark.parametrize("body", ["{}", "[1, 2]", "null", "", "<html>", '{"extensions": [1]}'])
def test_services_that_answer_nonsense_break_nothing(ask, clouds_yaml, httpserver, body):
    httpserver.expect_request(re.compile("/.*")).respond_with_data(body)
    content = yaml.safe_load(clouds_yaml.read_text())
    for service in ("compute", "image", "network", "block_storage", "object_store"):
        content["clouds"]["refcloud"][f"{service}_endpoint_override"] = httpserver.url_for("/v2.1")
    clouds_yaml.write_text(yaml.safe_dump(content))
    for command in ("doctor", "plan"):
        ended = ask(command)
        assert ended.code == 3, ended.told
        assert "tests can be decided" in said(ended) or "would be decided" in said(ended)


def test_a_wrong_password_ends_with_4(ask, refcloud, tmp_path):
    content = refcloud.clouds_yaml()
    content["clouds"]["refcloud"]["auth"]["password"] = "wrong-password"
    file = tmp_path / "wrong.yaml"
    file.write_text(yaml.safe_dump(content))
    for command in ("doctor", "plan"):
        ended = ask(command, clouds=file)
        assert ended.code == 4, ended.told
        assert "refuses the credentials" in ended.err
        assert "wrong-password" not in ended.told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "platfrom"], "platform"),
        (["--guideline", "2020.6"], "2020.06"),
        (["--flavor", "no-such-flavor"], "ref.nano"),
        (["--os-cloud-alt", "refcloud"], "the same project and the same user"),
    ],
)
def test_a_wrong_word_ends_with_2(ask, options, message):
    for command in ("doctor", "plan"):
        ended = ask(command, *options)
        assert (ended.code, message in ended.err) == (2, True), ended.told


@pytest.mark.parametrize("command", ["doctor", "plan"])
def test_neither_sends_anything_but_reads_and_log_ins(ask, command):
    with recording_proxy() as proxy:
        ended = ask(command, *OTHERS, "--json", **proxy.environ)
    assert ended.code == 0, ended.told
    writes = {request for request in proxy.requests if request[0] not in ("GET", "HEAD")}
    assert {
        (method, address.rpartition(":")[2].partition("/")[2]) for method, address in writes
    } == {("POST", "v3/auth/tokens")}
    ports = {address.split("/")[2] for _, address in proxy.requests}
    assert len(ports) == 6, f"every service is asked, and all of it is seen: {ports}"
    assert len(proxy.requests) < 45
