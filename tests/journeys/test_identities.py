"""Tests that act as somebody else: given, made, or honestly undecided."""

import re

import pytest
import yaml
from werkzeug import Response

from refcheck.cloud.connection import connect
from refcheck.cloud.ledger import Ledger
from refcheck.guideline import library
from refcheck.result import signing
from refcheck.testing import expect
from tests.journeys.conftest import Run

pytestmark = pytest.mark.journey

CHOSEN = ("identity-v3-list-projects", "identity-v3-users", "objectstore-container-acl")
"""Capabilities whose tests need a second identity or a user of their own."""


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Guideline 2022.11 cut down to those."""
    whole = yaml.safe_load((library.folder() / "2022.11.yaml").read_text())
    whole["capabilities"] = {name: whole["capabilities"][name] for name in CHOSEN}
    for component in whole["components"].values():
        for status, names in component["capabilities"].items():
            component["capabilities"][status] = [n for n in names or () if n in CHOSEN]
    file = tmp_path_factory.mktemp("guideline") / "few.yaml"
    file.write_text(yaml.safe_dump(whole, sort_keys=False))
    return file


@pytest.fixture
def act(run, few):
    """Run those tests with these options."""
    return lambda *options, **where: run("--guideline", str(few), *options, **where)


@pytest.fixture
def admin(clouds_yaml, monkeypatch):
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    return connect("refcloud-admin")


def outcomes(ran):
    """Outcomes by the word that tells the capabilities apart."""
    return {word: ran.outcomes(where=word) for word in ("projects", "users", "acl")}


def artefacts(ran):
    files = [file.read_bytes() for file in ran.folder.iterdir()]
    payload = signing.open_envelope((ran.folder / "result.json").read_bytes()).payload
    return [*files, payload, ran.ended.told.encode()]


def made_by_us(admin, token):
    identity = admin.service("identity")
    users = expect(identity.get("/users"), 200)["users"]
    projects = expect(identity.get("/projects"), 200)["projects"]
    return [entry["name"] for entry in users + projects if token in entry["name"]]


def test_a_second_identity_that_is_given_decides_what_needs_one(act):
    ran = act("--os-cloud-alt", "refcloud-alt")
    assert outcomes(ran) == {"projects": {"passed"}, "users": {"undecided"}, "acl": {"passed"}}
    assert "--os-cloud-admin" in ran.reasons(where="users")
    fact = ran.result.facts["identities"]
    assert (fact["second"], fact["second_cloud"]) == ("given", "refcloud-alt")


def test_an_administrator_makes_whoever_is_needed_and_nobody_is_left(act, admin):
    ran = act("--os-cloud-admin", "refcloud-admin", "-n", "2")
    passed = {"passed"}
    assert outcomes(ran) == {"projects": passed, "users": passed, "acl": passed}
    assert ran.result.facts["identities"]["second"] == "made when needed"
    assert made_by_us(admin, ran.folder.name.rpartition("-")[2]) == []
    # Nobody's default security group is left either.
    projects = {
        p["id"] for p in expect(admin.service("identity").get("/projects"), 200)["projects"]
    }
    groups = expect(admin.service("network").get("/security-groups"), 200)["security_groups"]
    assert {group["project_id"] for group in groups} <= projects


def test_the_run_s_own_user_makes_them_if_it_may(act, admin):
    ran = act(cloud="refcloud-admin")
    assert outcomes(ran)["acl"] == {"passed"}, ran.ended.told
    assert outcomes(ran)["users"] == {"passed"}
    assert made_by_us(admin, ran.folder.name.rpartition("-")[2]) == []


def test_without_anybody_else_the_tests_are_undecided_and_say_what_to_do(act):
    ran = act()
    undecided = {"undecided"}
    assert outcomes(ran) == {"projects": undecided, "users": undecided, "acl": undecided}
    assert "--os-cloud-alt" in ran.reasons(where="acl")
    assert "no second identity" in ran.ended.out
    assert ran.ended.code == 3, ran.ended.told


def test_the_same_project_is_refused_before_the_first_test(refcheck, clouds_yaml, tmp_path):
    for named, fault in (
        ("refcloud", "the second identity has the same project and the same user as refcloud"),
        ("refcloud-admin", "is an administrator, who is kept out of nothing"),
        ("refcloud-atl", "no cloud 'refcloud-atl'"),
    ):
        ended = refcheck("run", "--os-cloud", "refcloud", "--os-cloud-alt", named, "--runs",
                         str(tmp_path / "runs"), OS_CLIENT_CONFIG_FILE=str(clouds_yaml))  # fmt: skip
        assert ended.code == 2, ended.told
        assert fault in " ".join(ended.err.split())
    assert not (tmp_path / "runs").exists()


def test_whom_a_killed_run_left_is_removed_by_cleanup(act, admin, refcheck, clouds_yaml):
    ran = act("--os-cloud-admin", "refcloud-admin")
    name = f"rc-{ran.folder.name.rpartition('-')[2]}-user-left"
    made = admin.service("identity").post("/users", json={"user": {"name": name}})
    expect(made, 201)
    # As if the run had died before it heard of its success.
    Ledger(ran.folder / "ledger.sqlite").meant("user", name)
    ended = refcheck("cleanup", str(ran.folder), OS_CLIENT_CONFIG_FILE=str(clouds_yaml))
    assert ended.code == 0, ended.told
    assert made_by_us(admin, name) == []


@pytest.mark.parametrize(
    "option", ["--os-cloud-alt=refcloud-alt", "--os-cloud-admin=refcloud-admin"]
)
def test_a_cloud_that_echoes_tokens_puts_nobody_s_into_an_artefact(
    act, clouds_yaml, httpserver, option
):
    def echo(request):
        return Response(f'{{"message": "{request.headers.get("X-Auth-Token")}"}}', 500)

    httpserver.expect_request(re.compile("/.*")).respond_with_handler(echo)
    content = yaml.safe_load(clouds_yaml.read_text())
    passwords = [entry["auth"]["password"] for entry in content["clouds"].values()]
    for entry in content["clouds"].values():
        entry["object_store_endpoint_override"] = httpserver.url_for("/v1/AUTH_x")
    clouds_yaml.write_text(yaml.safe_dump(content))
    ran: Run = act(option)
    assert outcomes(ran)["acl"] == {"failed"}, ran.ended.told
    secrets = [b"gAAAA", b"Rc1!", *(password.encode() for password in passwords)]
    for artefact in artefacts(ran):
        assert not any(secret in artefact for secret in secrets)
