"""Whom a run may act as besides the user it is started with: settled before the first test.

A second identity is another user, of another project, without any right in the first one's. An
administrator is asked for nothing but to make such users and to remove them again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from refcheck.cloud.connection import Cloud, connect
from refcheck.cloud.kinds import AS_ADMINISTRATOR
from refcheck.cloud.login import shut_out
from refcheck.cloud.service import Service
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault
from refcheck.errors import CloudConfigFault, RefcheckError

ADMIN_ROLE = "admin"


@dataclass(frozen=True, slots=True)
class Others:
    """Clouds of clouds.yaml, "" for none.

    Attributes:
        second: the second identity's.
        administrator: of whoever may make users; the run's own when its user may.
    """

    second: str = ""
    administrator: str = ""

    def to_json(self) -> dict[str, Any]:
        """The fact of a run: which way its second identity comes."""
        made = "made when needed" if self.administrator else "none"
        return {
            "second": "given" if self.second else made,
            "second_cloud": self.second,
            "administrator_cloud": self.administrator,
        }

    @classmethod
    def from_json(cls, fact: Mapping[str, Any]) -> Others:
        """The inverse of `to_json`; a run of an earlier version had nobody."""
        return cls(fact.get("second_cloud", ""), fact.get("administrator_cloud", ""))


def settle(cloud: Cloud, second: Cloud | None, administrator: str | None) -> Others:
    """See that those who are named can do what they are named for.

    Args:
        cloud: the run's own.
        second: whom `--os-cloud-alt` names.
        administrator: as `--os-cloud-admin` names it; without it the run's own user is one when it
            holds the role `admin`.

    Raises:
        CloudConfigFault: the second identity is not another one, or somebody is of another cloud.
        RefcheckError: a login fails.
    """
    if second:
        _check_second(cloud, second)
    if administrator:
        _check_same_cloud(cloud, connect(administrator, cloud), "--os-cloud-admin")
    elif ADMIN_ROLE in roles_of(cloud):
        administrator = cloud.name
    return Others(second.name if second else "", administrator or "")


def _check_second(first: Cloud, second: Cloud) -> None:
    _check_same_cloud(first, second, "--os-cloud-alt")
    shared = [
        what
        for what, same in (
            ("project", first.project_id == second.project_id),
            ("user", first.user_id == second.user_id),
        )
        if same
    ]
    if shared:
        raise CloudConfigFault(
            f"the second identity has the same {' and the same '.join(shared)} as {first.name}",
            where=second.name,
            next_step="Name another user of another project with --os-cloud-alt.",
        )
    if ADMIN_ROLE in roles_of(second):
        raise CloudConfigFault(
            "the second identity is an administrator, who is kept out of nothing",
            where=second.name,
            next_step="Name an ordinary user with --os-cloud-alt.",
        )
    for who, other in ((first, second), (second, first)):
        if other.project_id in _enterable(who):
            raise CloudConfigFault(
                f"the user of {who.name} may work in the project of {other.name}",
                where=second.name,
                next_step="Name a user and a project that have nothing to do with each other.",
            )


def _enterable(cloud: Cloud) -> set[str]:
    """Ids of the projects that a user may work in; none when the cloud does not tell."""
    try:
        answer = cloud.service("identity").get("/auth/projects")
        listed = answer["projects"] if answer.status == 200 else []
        return {str(project["id"]) for project in listed}
    except (HarnessFault, Absent, CloudFault, TypeError):
        return set()


def _check_same_cloud(first: Cloud, other: Cloud, option: str) -> None:
    # Catalogues may differ by project; two clouds have no service in common.
    ours, theirs = ({str(entry.get("id")) for entry in one.catalog} for one in (first, other))
    if not ours & theirs:
        raise CloudConfigFault(
            f"it has no service in common with {first.name}: it is another cloud",
            where=other.name,
            next_step=f"Name credentials of the same cloud with {option}.",
        )


def roles_of(cloud: Cloud) -> set[str]:
    """Names of the roles that a user holds in the project it logged in for."""
    return set(cloud.access.role_names or ())


class Identities:
    """Connections of one process besides its own; each is made at the first need.

    Their exchanges and secrets are kept by the recorder of the run's own connection, so that all
    of a test's evidence is in one place and no secret in any.

    Args:
        own: gives the run's own connection.
        second: the second identity's, if it is there already.
    """

    def __init__(
        self, others: Others, own: Callable[[], Cloud], second: Cloud | None = None
    ) -> None:
        self.others = others
        self._own = own
        self._second = second

    @property
    def own(self) -> Cloud:
        """The run's own user."""
        return self._own()

    @cached_property
    def given(self) -> Cloud:
        """The second identity that was named."""
        return self._second or log_in(self.others.second, self.own)

    @cached_property
    def administrator(self) -> Cloud:
        """Who may make users."""
        if self.others.administrator == self.own.name:
            return self.own
        return log_in(self.others.administrator, self.own)

    def service(self, kind: str) -> Service:
        """A service of our own, or with `AS_ADMINISTRATOR` before its type of the administrator."""
        if kind.startswith(AS_ADMINISTRATOR):
            return self.administrator.service(kind.removeprefix(AS_ADMINISTRATOR))
        return self.own.service(kind)


def log_in(name: str, beside: Cloud) -> Cloud:
    """Connect in the middle of a run, beside a connection that is there.

    Raises:
        HarnessFault: the cloud does not let it in now, or nobody was named.
    """
    if not name:
        raise HarnessFault("credentials: this needs an administrator, and none is named")
    try:
        return connect(name, beside)
    except RefcheckError as error:
        raise shut_out(error) from error
