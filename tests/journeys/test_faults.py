"""A cloud with a fault: the verdict is no, with the true reason, and the rest is still tested."""

import contextlib
import re

import pytest
import yaml
from werkzeug import Response

from refcheck.cloud.connection import connect
from refcheck.result import signing
from refcheck.testing import expect

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(clouds_yaml, monkeypatch):
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    return connect("refcloud-admin")


@pytest.fixture
def member(clouds_yaml, admin):
    return connect("refcloud")


@contextlib.contextmanager
def stopped(service):
    service.stop()
    try:
        yield
    finally:
        service.start()


def assert_no(ran, *, code=3):
    assert ran.ended.code == code, ran.ended.told
    assert ran.verdict["qualifies"] is False
    assert ran.verdict["mark"] is None


def test_a_stopped_service_is_an_error_that_names_it(run, refcloud):
    with stopped(refcloud.service("cinder")):
        ran = run()
    assert_no(ran)
    assert ran.outcomes(where="volumes") == {"error"}
    assert "network: the block-storage service does not answer" in ran.reasons(where="volumes")
    assert ran.outcomes(where="objectstore") == {"passed"}


def test_a_service_that_answers_500_fails(run, clouds_yaml, httpserver):
    httpserver.expect_request(re.compile("/.*")).respond_with_handler(
        lambda _request: Response('{"message": "boom"}', 500)
    )
    content = yaml.safe_load(clouds_yaml.read_text())
    entry = content["clouds"]["refcloud"]
    entry["block_storage_endpoint_override"] = httpserver.url_for("/v3")
    clouds_yaml.write_text(yaml.safe_dump(content))
    ran = run()
    assert_no(ran, code=1)
    assert ran.outcomes(where="volumes") == {"failed"}
    assert "answered 500" in ran.reasons(where="volumes")
    assert ran.outcomes(where="networks") == {"passed"}


def test_a_wrong_image_fails_the_servers_and_says_why(run, member, admin):
    images = admin.service("image")
    made = images.post(
        "/images",
        json={"name": "broken", "disk_format": "raw", "container_format": "bare",
              "visibility": "public"},
    )  # fmt: skip
    path = f"/images/{expect(made, 201)['id']}"
    octets = {"Content-Type": "application/octet-stream"}
    expect(images.put(f"{path}/file", data=b"x" * 1024, headers=octets), 204)
    expect(images.post(f"{path}/actions/deactivate"), 204)
    try:
        ran = run("--image", "broken")
    finally:
        expect(images.delete(path), 204)
    assert_no(ran, code=1)
    assert "failed" in ran.outcomes(where="compute-servers")
    assert "not active" in ran.reasons(where="compute-servers")
    assert ran.outcomes(where="volumes") == {"passed"}


def test_no_image_at_all_is_said_before_and_after(run, admin):
    images = admin.service("image")
    patch = {"Content-Type": "application/openstack-images-v2.1-json-patch"}

    def show(visibility):
        for image in images.get("/images")["images"]:
            change = f'[{{"op": "replace", "path": "/visibility", "value": "{visibility}"}}]'
            path = f"/images/{image['id']}"
            expect(images.patch(path, data=change.encode(), headers=patch), 200)

    show("private")
    try:
        ran = run()
    finally:
        show("public")
    assert_no(ran)
    assert "no active image to boot from" in ran.ended.out
    assert "upload a small one" in ran.reasons(where="compute-servers")


def test_no_flavor_at_all_is_said_before_and_after(run, admin):
    compute = admin.service("compute")
    flavors = compute.get("/flavors/detail")["flavors"]
    for flavor in flavors:
        expect(compute.delete(f"/flavors/{flavor['id']}"), 202)
    try:
        ran = run()
    finally:
        for flavor in flavors:
            fields = {key: flavor[key] for key in ("id", "name", "ram", "vcpus", "disk")}
            expect(compute.post("/flavors", json={"flavor": fields}), 200)
    assert_no(ran, code=ran.ended.code)
    assert ran.ended.code in (1, 3)
    assert "the project sees no flavor" in ran.ended.out


def test_a_quota_of_zero_leaves_undecided_what_needs_room_and_names_the_quota(run, admin, member):
    compute = admin.service("compute")
    path = f"/os-quota-sets/{member.project_id}"
    expect(compute.put(path, json={"quota_set": {"instances": 0}}), 200)
    try:
        ran = run()
    finally:
        expect(compute.delete(path), 202)
    assert_no(ran)
    assert "undecided" in ran.outcomes(where="compute-servers")
    assert "error" not in ran.outcomes(where="compute-servers")
    assert "quota: no room for one more server" in ran.reasons(where="compute-servers")


def test_a_catalogue_without_a_service_makes_its_capabilities_absent(run, admin):
    identity = admin.service("identity")
    services = identity.get("/services", params={"type": "object-store"})["services"]

    def enable(*, enabled):
        for service in services:
            change = {"service": {"enabled": enabled}}
            expect(identity.patch(f"/services/{service['id']}", json=change), 200)

    enable(enabled=False)
    try:
        ran = run()
    finally:
        enable(enabled=True)
    assert_no(ran, code=1)
    assert ran.outcomes(where="objectstore") == {"absent"}
    assert "the catalogue has no object-store service" in ran.reasons(where="objectstore")
    assert ran.outcomes(where="networks") == {"passed"}


@pytest.mark.parametrize("body", ["{}", "[1, 2]", "null", "", "<html>", '{"objects": '])
def test_a_service_that_says_yes_to_everything_passes_no_test(run, clouds_yaml, httpserver, body):
    httpserver.expect_request(re.compile("/.*")).respond_with_data(body, status=200)
    content = yaml.safe_load(clouds_yaml.read_text())
    entry = content["clouds"]["refcloud"]
    entry["object_store_endpoint_override"] = httpserver.url_for("/v1/AUTH_x")
    clouds_yaml.write_text(yaml.safe_dump(content))
    ran = run("--target", "object")
    assert ran.ended.code in (1, 3), ran.ended.told
    assert "passed" not in ran.outcomes(where="objectstore")


def test_a_service_that_echoes_the_token_puts_it_into_no_artefact(run, clouds_yaml, httpserver):
    def echo(request):
        return Response(f'{{"message": "{request.headers.get("X-Auth-Token")}"}}', 500)

    httpserver.expect_request(re.compile("/.*")).respond_with_handler(echo)
    content = yaml.safe_load(clouds_yaml.read_text())
    entry = content["clouds"]["refcloud"]
    password = entry["auth"]["password"]
    entry["object_store_endpoint_override"] = httpserver.url_for("/v1/AUTH_x")
    clouds_yaml.write_text(yaml.safe_dump(content))
    ran = run("--target", "object")
    artefacts = [file.read_bytes() for file in ran.folder.iterdir()] + [ran.ended.out.encode()]
    artefacts.append(signing.open_envelope((ran.folder / "result.json").read_bytes()).payload)
    assert not any(b"gAAAA" in artefact for artefact in artefacts)
    assert not any(password.encode() in artefact for artefact in artefacts)
