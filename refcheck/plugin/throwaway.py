"""Users that a run makes for itself with administrator rights, and removes again."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

from refcheck.cloud.connection import Cloud
from refcheck.cloud.creating import Creator
from refcheck.cloud.exchange import Answer, Body
from refcheck.cloud.service import Service
from refcheck.cloud.signals import Undecided
from refcheck.errors import RefcheckError
from refcheck.plugin.identities import ADMIN_ROLE, Identities, roles_of
from refcheck.testing import refused

_CREATED = 201
_MEMBER = "member"


class Second:
    """Another user, of another project, who is given or made when a test first needs one.

    A test that needs it uses it, and ends as undecided when there is none. A test that only gains
    by it asks `there` first, or leaves that to `must_not_see`.
    """

    def __init__(self, identities: Identities, create: Creator) -> None:
        self._identities = identities
        self._create = create
        self._why_not = ""
        self._services: dict[str, Service] = {}

    @property
    def there(self) -> bool:
        """Whether there is one."""
        try:
            return bool(self._cloud)
        except Undecided:
            return False

    def service(self, kind: str) -> Service:
        """A service as it answers the second identity.

        Raises:
            Undecided: there is no second identity; says what to do about it.
        """
        return self._services.setdefault(kind, self._cloud.service(kind))

    @property
    def project_id(self) -> str:
        return self._cloud.project_id

    @property
    def user_id(self) -> str:
        return self._cloud.user_id

    @property
    def token(self) -> str:
        """A token that is valid now. Secret."""
        return self._cloud.token

    def must_not_see(self, kind: str, path: str, *statuses: int) -> None:
        """See that what is ours is hidden from it; without a second identity there is no telling.

        Args:
            statuses: how the service hides it; 404 unless something else is documented.

        Raises:
            CloudFault: it is shown, or refused in another way.
        """
        if self.there:
            refused(self.service(kind).get(path), *(statuses or (404,)))

    @cached_property
    def _cloud(self) -> Cloud:
        if self._identities.others.second:
            return self._identities.given
        if self._why_not:
            raise Undecided(self._why_not)
        try:
            return self._made()
        except Undecided as reason:
            self._why_not = str(reason)
            raise

    def _made(self) -> Cloud:
        if not self._identities.others.administrator:
            raise Undecided(
                "credentials: this takes a second identity; name another user of another project"
                " with --os-cloud-alt, or with --os-cloud-admin who may make one"
            )
        own, administrator = self._identities.own, self._identities.administrator
        domain = administrator.access.project_domain_id
        project = _accepted(self._create("project", domain_id=domain), "project")
        user, password = make_user(self._identities, self._create)
        identity = administrator.service("identity")
        for role in _roles(identity, own):
            path = f"/projects/{project['id']}/users/{user['id']}/roles/{role}"
            answer = identity.put(path)
            if answer.status != 204:
                raise _refusal("the role of a member", answer)
        try:
            return own.log_in_as(str(user["id"]), password, str(project["id"]))
        except RefcheckError as error:
            raise Undecided(
                f"credentials: a user was made for the test and cannot log in: {error}"
            ) from error


class ThrowawayUser:
    """A user of one test alone, who may lose password and access.

    Attributes:
        user_id: its id.
        password: its first. Secret.
    """

    def __init__(self, identities: Identities, create: Creator) -> None:
        if not identities.others.administrator:
            raise Undecided(
                "credentials: the test takes the access of the user it runs with, so it needs one"
                " of its own; name with --os-cloud-admin who may make one"
            )
        self._identities = identities
        user, self.password = make_user(identities, create)
        self.user_id = str(user["id"])

    def log_in(self, password: str) -> Answer:
        """Ask for a token with this password; without a project, which the user has not."""
        user = {"id": self.user_id, "password": password}
        login = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
        identity = self._identities.own.service("identity")
        return identity.post("/auth/tokens", json=login, authenticated=False)

    def new_password(self) -> str:
        """A password that nobody has, and that no artefact will hold."""
        return _new_password(self._identities.own)

    def unlock(self) -> Answer:
        """Have the administrator enable the account (api-ref: "Update user")."""
        identity = self._identities.administrator.service("identity")
        return identity.patch(f"/users/{self.user_id}", json={"user": {"enabled": True}})


def make_user(identities: Identities, create: Creator) -> tuple[Body, str]:
    """Make a user without any role. Returns it and its password.

    Raises:
        Undecided: the administrator may not make users, or the domain takes none.
    """
    password = _new_password(identities.own)
    answer = create(
        "user",
        domain_id=identities.administrator.access.user_domain_id,
        password=password,
        # Else some clouds ask for another password before the first login.
        options={"ignore_change_password_upon_first_use": True},
    )
    return _accepted(answer, "user"), password


def _new_password(cloud: Cloud) -> str:
    # Of every kind of character, for clouds that ask for them.
    password = f"Rc1!{secrets.token_urlsafe(24)}"
    cloud.recorder.scrubber.know(password)
    return password


def _roles(identity: Service, own: Cloud) -> list[str]:
    """Ids of the roles that make a member: those of the run's own user, unless it may do more."""
    held = roles_of(own)
    wanted = {_MEMBER} if ADMIN_ROLE in held else held - {"reader"} or {_MEMBER}
    answer = identity.get("/roles")
    if answer.status != 200:
        raise _refusal("a list of the roles", answer)
    chosen: list[Any] = [role["id"] for role in answer["roles"] if role["name"] in wanted]
    if not chosen:
        raise Undecided(
            "credentials: a second identity was not made: the cloud has no role"
            f" {' or '.join(sorted(wanted))}; name another user of another project with"
            " --os-cloud-alt"
        )
    return [str(role) for role in chosen]


def _accepted(answer: Answer, what: str) -> Body:
    if answer.status != _CREATED:
        raise _refusal(f"a {what}", answer)
    made: Body = answer[what]
    return made


def _refusal(what: str, answer: Answer) -> Undecided:
    return Undecided(
        f"credentials: {what} for the test was not to be had ({answer.call} answered"
        f" {answer.status} {answer.message}); name an administrator with --os-cloud-admin"
    )
