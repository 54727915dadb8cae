"""A second identity is another one for certain, and where there is none a test says so."""

import json
from types import SimpleNamespace

import pytest

from refcheck.cloud.exchange import Answer
from refcheck.cloud.recorder import Recorder
from refcheck.cloud.signals import CloudFault, HarnessFault, Undecided
from refcheck.errors import CloudConfigFault, CredentialsRefused
from refcheck.plugin import identities
from refcheck.plugin.identities import Identities, Others, settle
from refcheck.plugin.throwaway import Second, ThrowawayUser


def answer(status, **body):
    return Answer("GET /x", status, {}, json.dumps(body).encode())


class Keystone:
    """Answers by method and path, and counts what it is asked."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def get(self, path, **_):
        return self._answer("GET", path)

    def put(self, path, **_):
        return self._answer("PUT", path)

    def _answer(self, method, path):
        self.asked.append(f"{method} {path}")
        return self.answers.get(path.rpartition("/")[2], answer(204))


class FakeCloud:
    """A connection to a cloud of one service."""

    def __init__(self, name, *, project="p1", user="u1", roles=("member",), catalog="s1", may=()):
        self.name, self.project_id, self.user_id = name, project, user
        self.access = SimpleNamespace(role_names=list(roles), user_domain_id="d")
        self.access.project_domain_id = "d"
        self.catalog = ({"id": catalog},)
        self.recorder = Recorder()
        enterable = [{"id": one} for one in (project, *may)]
        self.identity = Keystone(
            projects=answer(200, projects=enterable),
            roles=answer(200, roles=[{"id": "r1", "name": "member"}, {"id": "r2", "name": "x"}]),
        )
        self.logged_in = []

    def service(self, _kind):
        return self.identity

    def log_in_as(self, user_id, password, project_id):
        self.logged_in.append((user_id, project_id, len(password) > 20))
        return FakeCloud(self.name, project=project_id, user=user_id)


@pytest.fixture
def clouds(monkeypatch):
    """Clouds that can be connected to, by name; every one is another identity."""
    known = {"other": FakeCloud("other", project="p2", user="u2")}
    known["operator"] = FakeCloud("operator", project="p3", user="u3", roles=("admin",))
    monkeypatch.setattr(identities, "connect", lambda name, _recorder=None: known[name])
    return known


FIRST = FakeCloud("first")


def test_a_second_identity_that_is_another_one_is_taken(clouds):
    others = settle(FIRST, clouds["other"], None)
    assert others == Others("other", "")
    assert others.to_json()["second"] == "given"


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        ({"project": "p1", "user": "u2"}, "the same project as first"),
        ({"project": "p2", "user": "u1"}, "the same user as first"),
        ({"project": "p1", "user": "u1"}, "the same project and the same user"),
        ({"project": "p2", "user": "u2", "roles": ("admin", "member")}, "is an administrator"),
        ({"project": "p2", "user": "u2", "catalog": "s9"}, "another cloud"),
        ({"project": "p2", "user": "u2", "may": ("p1",)}, "may work in the project of first"),
    ],
)
def test_one_that_is_not_another_is_refused_before_the_first_test(clouds, other, fault):
    clouds["other"] = FakeCloud("other", **other)
    with pytest.raises(CloudConfigFault) as refusal:
        settle(FIRST, clouds["other"], None)
    assert fault in str(refusal.value)
    assert refusal.value.next_step


def test_the_first_must_not_be_at_home_in_the_second_s_project(clouds):
    with pytest.raises(CloudConfigFault, match="the user of first may work in the project of ot"):
        settle(FakeCloud("first", may=("p2",)), clouds["other"], None)


@pytest.mark.parametrize("projects", [None, 5, ["p1"], [{}]])
def test_a_cloud_that_says_nonsense_about_projects_stops_nobody(clouds, projects):
    clouds["other"].identity.answers["projects"] = answer(200, projects=projects)
    assert settle(FIRST, clouds["other"], None) == Others("other", "")


def test_an_administrator_of_another_cloud_is_refused(clouds):
    clouds["operator"] = FakeCloud("operator", project="p3", catalog="s9")
    with pytest.raises(CloudConfigFault, match="another cloud") as refusal:
        settle(FIRST, None, "operator")
    assert "--os-cloud-admin" in refusal.value.next_step


def test_the_run_s_own_user_makes_users_when_it_is_an_administrator(clouds):
    others = settle(clouds["operator"], None, None)
    assert others == Others("", "operator")
    assert others.to_json()["second"] == "made when needed"
    assert Identities(others, lambda: clouds["operator"]).administrator is clouds["operator"]


def test_who_is_named_is_preferred_to_the_run_s_own_user(clouds):
    clouds["another"] = FakeCloud("another", project="p4", user="u4", roles=("admin",))
    assert settle(clouds["operator"], None, "another").administrator == "another"


def test_an_ordinary_user_alone_has_nobody(clouds):
    others = settle(FIRST, None, None)
    assert others == Others()
    assert others.to_json()["second"] == "none"
    assert Others.from_json(others.to_json()) == others
    assert Others.from_json({}) == Others()


def test_a_test_without_a_second_identity_is_undecided_and_says_what_to_do():
    second = Second(Identities(Others(), lambda: FIRST), create=None)
    assert not second.there
    second.must_not_see("image", "/images/x")
    for use in (lambda: second.service("image"), lambda: second.project_id, lambda: second.token):
        with pytest.raises(Undecided, match="--os-cloud-alt"):
            use()


def test_what_the_second_identity_sees_of_ours_is_the_cloud_s_fault(clouds):
    second = Second(Identities(Others("other"), lambda: FIRST), create=None)
    with pytest.raises(CloudFault, match="answered 200"):
        second.must_not_see("identity", "/users/u1/projects")
    clouds["other"].identity.answers["projects"] = answer(404, message="not found")
    second.must_not_see("identity", "/users/u1/projects")
    with pytest.raises(CloudFault):
        second.must_not_see("identity", "/users/u1/projects", 403)


def made(kind, **fields):
    return answer(201, **{kind: {"id": f"new-{kind}", **fields}})


def test_a_second_identity_is_made_in_a_project_of_its_own_with_the_role_of_a_member(clouds):
    asked = []

    def create(kind, **fields):
        asked.append((kind, sorted(fields)))
        return made(kind)

    operator, own = clouds["operator"], FakeCloud("first")
    second = Second(Identities(Others("", "operator"), lambda: own), create)
    assert (second.project_id, second.user_id) == ("new-project", "new-user")
    assert [kind for kind, _ in asked] == ["project", "user"]
    assert operator.identity.asked[-1] == "PUT /projects/new-project/users/new-user/roles/r1"
    assert own.logged_in == [("new-user", "new-project", True)]
    assert second.there


def test_a_refusal_to_make_one_is_told_and_not_asked_for_again(clouds):
    asked = []

    def create(kind, **_):
        asked.append(kind)
        return answer(403, error={"message": "you may not"})

    second = Second(Identities(Others("", "operator"), lambda: FIRST), create)
    for _ in range(2):
        with pytest.raises(Undecided, match=r"answered 403 you may not.*--os-cloud-admin"):
            second.service("image")
    assert asked == ["project"]


def test_a_made_user_that_cannot_log_in_leaves_the_test_undecided(clouds):
    own = FakeCloud("first")

    def refuse(*_):
        raise CredentialsRefused("refused", next_step="none")

    own.log_in_as = refuse
    second = Second(Identities(Others("", "operator"), lambda: own), lambda kind, **_: made(kind))
    with pytest.raises(Undecided, match="cannot log in"):
        second.service("image")


def test_a_cloud_without_the_role_of_a_member_leaves_the_test_undecided(clouds):
    clouds["operator"].identity.answers["roles"] = answer(200, roles=[{"id": "r", "name": "x"}])
    second = Second(Identities(Others("", "operator"), lambda: FIRST), lambda kind, **_: made(kind))
    with pytest.raises(Undecided, match="no role member"):
        second.service("image")


def test_no_test_takes_the_access_of_the_user_it_runs_with():
    with pytest.raises(Undecided, match="--os-cloud-admin"):
        ThrowawayUser(Identities(Others("other"), lambda: FIRST), create=None)


def test_the_passwords_of_throw_away_users_reach_no_artefact(clouds):
    own = FakeCloud("first")
    users = Identities(Others("", "operator"), lambda: own)
    user = ThrowawayUser(users, lambda kind, **_: made(kind))
    for password in (user.password, user.new_password()):
        assert len(password) > 20
        told = own.recorder.scrubber.scrub(f"your password {password} is too long")
        assert password not in told
        assert told.startswith("your password ")


def test_whoever_cannot_log_in_in_the_middle_of_a_run_is_an_error(monkeypatch):
    def refuse(*_):
        raise CredentialsRefused("the cloud refuses the credentials", next_step="none")

    monkeypatch.setattr(identities, "connect", refuse)
    second = Second(Identities(Others("other"), lambda: FIRST), create=None)
    with pytest.raises(HarnessFault, match="refuses the credentials"):
        second.service("image")


def test_what_only_an_administrator_may_remove_needs_one():
    with pytest.raises(HarnessFault, match="needs an administrator"):
        Identities(Others(), lambda: FIRST).service("administrator:identity")
