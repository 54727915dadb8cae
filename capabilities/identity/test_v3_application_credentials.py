"""A user gives a program a part of what it may do (api-ref: "Application credentials").

An application credential is for one project and some of the user's roles there; its secret is shown
once, when it is made.
"""

import uuid
from datetime import UTC, datetime, timedelta

from refcheck.testing import (
    Undecided,
    entries,
    expect,
    idempotent_id,
    ids,
    is_time,
    is_uuid,
    refused,
    wait_for,
)

# Seconds until a credential that is deleted or expired opens nothing any more.
END_BUDGET = 30.0
# How far ahead a credential is to expire; the next one where answers take longer than that.
MOMENTS = [timedelta(seconds=seconds) for seconds in (1, 4, 16)]


@idempotent_id("8080c75c-eddc-4786-941a-c2da7039ae61")
def test_a_credential_opens_one_project_with_some_roles_until_it_is_deleted(
    identity, cloud, create
):
    role = _one_role(cloud)
    made = _made(create, cloud, roles=[{"id": role}], description="for some program")
    secret, path = made["secret"], _path(cloud, made["id"])
    assert isinstance(secret, str)
    assert len(secret) >= 16, "a secret can be guessed when it is short"
    assert is_uuid(made["id"])
    assert made["project_id"] == cloud.project_id
    assert made["description"] == "for some program"
    assert made["expires_at"] is None
    assert not made["unrestricted"], "it may make others only if it was asked for"
    assert role in ids(made["roles"])

    shown = expect(identity.get(path), 200)["application_credential"]
    _is_described_like(shown, made)
    refused(_log_in(identity, made["id"], uuid.uuid4().hex), 401)
    answer = expect(_log_in(identity, made["id"], secret), 201)
    let_in = answer["token"]
    assert let_in["user"]["id"] == cloud.user_id
    assert let_in["project"]["id"] == cloud.project_id
    assert let_in["methods"] == ["application_credential"]
    assert sorted(ids(let_in["roles"])) == sorted(ids(made["roles"]))

    token = {"headers": {"X-Auth-Token": answer.header("X-Subject-Token")}, "authenticated": False}
    expect(identity.get("/auth/catalog", **token), 200)
    # What it may do cannot be widened: not by another scope, not by another credential.
    refused(_log_in(identity, made["id"], secret, scope="unscoped"), 401)
    more = {"application_credential": {"name": create.name("more")}}
    refused(identity.post(_path(cloud), json=more, **token), 403)
    refused(identity.delete(path, **token), 403)
    refused(create.application_credential(cloud.user_id, name=made["name"]), 409)

    assert not expect(identity.delete(path), 204).content
    refused(identity.get(path), 404)
    refused(identity.delete(path), 404)
    # Keystone says so when it does not know the credential at all.
    refused(_log_in(identity, made["id"], secret), 401, 404)
    _await_worthless(identity, token)


@idempotent_id("852daf0c-42b5-4239-8466-d193d0543ed3")
def test_a_credential_ends_when_it_expires(identity, cloud, create):
    now = _time_there(identity)
    brief = _made_for_a_moment(identity, cloud, create, now)
    later = now + timedelta(hours=1)
    lasting = _made(create, cloud, expires_at=_text(later))
    assert _moment(lasting["expires_at"]) == later
    shown = expect(identity.get(_path(cloud, lasting["id"])), 200)["application_credential"]
    assert _moment(shown["expires_at"]) == later
    past = _text(now - timedelta(hours=1))
    refused(create.application_credential(cloud.user_id, expires_at=past), 400)

    def opens():
        return str(expect(_log_in(identity, brief["id"], brief["secret"]), 201, 401).status)

    wait_for(opens, {"401"}, budget=END_BUDGET, what="the status for an expired credential")
    expect(_log_in(identity, lasting["id"], lasting["secret"]), 201)


@idempotent_id("9bb5e5cc-5250-493a-8869-8b665f6aa5f6")
def test_credentials_are_found_by_name(identity, cloud, create):
    made = [_made(create, cloud) for _ in range(2)]
    for one in made:
        # A name is unique to its user, so nobody else's can be among these.
        assert ids(_listed(identity, cloud, name=one["name"])) == [one["id"]]
    assert _listed(identity, cloud, name=create.name("nobody")) == []
    expect(identity.delete(_path(cloud, made[0]["id"])), 204)
    assert _listed(identity, cloud, name=made[0]["name"]) == []
    assert ids(_listed(identity, cloud, name=made[1]["name"])) == [made[1]["id"]]


@idempotent_id("ff0cd457-6224-46e7-b79e-0ada4964a8a6")
def test_a_user_lists_its_own_credentials_without_their_secrets(identity, cloud, create, second):
    made = [_made(create, cloud) for _ in range(2)]
    listed = {entry["id"]: entry for entry in _listed(identity, cloud)}
    assert set(listed) >= {one["id"] for one in made}
    for one in made:
        _is_described_like(listed[one["id"]], one)
    assert not any("secret" in entry for entry in listed.values())
    expect(identity.delete(_path(cloud, made[0]["id"])), 204)
    left = ids(_listed(identity, cloud))
    assert made[0]["id"] not in left
    assert made[1]["id"] in left

    refused(identity.get(_path(cloud), authenticated=False), 401)
    refused(identity.get(f"/users/{uuid.uuid4().hex}/application_credentials"), 403, 404)
    second.must_not_see("identity", _path(cloud), 403)
    second.must_not_see("identity", _path(cloud, made[1]["id"]), 403)


def _made_for_a_moment(identity, cloud, create, now):
    """One that expires soon, and has not yet when the request for it arrives."""
    for moment in MOMENTS:
        ends = now + moment
        answer = create.application_credential(cloud.user_id, expires_at=_text(ends))
        if answer.status != 400 or _said_at(answer) < ends:
            break
        now = _time_there(identity)
    return _of(answer, cloud)


def _made(create, cloud, **fields):
    return _of(create.application_credential(cloud.user_id, **fields), cloud)


def _of(answer, cloud):
    if answer.status == 403 and "application_credential" in cloud.log_in()["token"]["methods"]:
        raise Undecided(
            "credentials: these are an application credential, which may not make another; name a"
            " cloud with the user's password"
        )
    return expect(answer, 201)["application_credential"]


def _path(cloud, credential_id=""):
    path = f"/users/{cloud.user_id}/application_credentials"
    return f"{path}/{credential_id}" if credential_id else path


def _listed(identity, cloud, **filters):
    answer = expect(identity.get(_path(cloud), params=filters), 200)
    return entries(answer["application_credentials"])


def _is_described_like(shown, made):
    assert "secret" not in shown, "a secret is shown once"
    for field in ("id", "name", "description", "project_id", "expires_at"):
        assert shown[field] == made[field], field
    assert sorted(ids(shown["roles"])) == sorted(ids(made["roles"]))


def _one_role(cloud):
    """The id of a role that the user holds; the last, which in most clouds is the weaker."""
    return ids(cloud.log_in()["token"]["roles"])[-1]


def _log_in(identity, credential_id, secret, **scope):
    proof = {"id": credential_id, "secret": secret}
    method = {"methods": ["application_credential"], "application_credential": proof}
    login = {"auth": {"identity": method, **scope}}
    return identity.post("/auth/tokens", json=login, authenticated=False)


def _await_worthless(identity, token):
    # Keystone's worker threads remember a token for the rest of the request they serve.
    def status():
        return str(expect(identity.get("/auth/catalog", **token), 200, 401, 404).status)

    what = "the status for a token of a deleted credential"
    wait_for(status, {"401", "404"}, budget=END_BUDGET, what=what)


def _time_there(identity):
    """The time by the cloud's own clock, which may differ from ours."""
    return _said_at(expect(identity.get("", authenticated=False), 200))


def _said_at(answer):
    told = answer.header("Date")
    return datetime.strptime(told, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)


def _text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(text):
    assert is_time(text), f"{text!r} is no time"
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
