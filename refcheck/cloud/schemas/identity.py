"""What Keystone answers.

Source: Identity API v3 reference: "API versions", "Authentication and token management", "Users",
"Application Credentials", "Projects", "Project Tags", "Domains", "Groups", "Roles", "Regions",
"Service catalog and endpoints", "Role assignments". Users, groups, projects, domains, roles,
regions, services and endpoints may carry attributes of the administrator's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    BOOLEAN,
    LINKS,
    TEXT,
    TIME,
    URL,
    Shape,
    anything,
    list_of,
    nullable,
    obj,
    one_of,
)

_SELF: Final = obj({"self": URL})
_PAGE: Final = obj({"self": URL}, {"next": nullable(URL), "previous": nullable(URL)})
_NAMED: Final = obj({"id": TEXT, "name": TEXT})
_ID: Final = obj({"id": TEXT})
_WORDS: Final = nullable(TEXT)
_FLAG: Final = nullable(BOOLEAN)
_OPTIONS: Final = obj({}, {"immutable": _FLAG})
_USER_OPTIONS: Final = obj(
    {},
    {
        "ignore_change_password_upon_first_use": _FLAG,
        "ignore_lockout_failure_attempts": _FLAG,
        "ignore_password_expiry": _FLAG,
        "ignore_user_inactivity": _FLAG,
        "lock_password": _FLAG,
        "multi_factor_auth_enabled": _FLAG,
        "multi_factor_auth_rules": nullable(list_of(list_of(TEXT))),
    },
)

_VERSION: Final = obj(
    {"id": TEXT, "status": TEXT, "links": LINKS},
    {"updated": TIME, "media-types": list_of(obj({"base": TEXT, "type": TEXT}))},
)
_VERSIONS: Final = obj({"versions": obj({"values": list_of(_VERSION)})})

_ENDPOINT: Final = obj(
    {"id": TEXT, "interface": one_of("public", "internal", "admin"), "url": TEXT},
    {"region": _WORDS, "region_id": _WORDS, "name": _WORDS, "description": _WORDS},
)
_CATALOG: Final = list_of(
    obj({"id": TEXT, "type": TEXT, "name": _WORDS, "endpoints": list_of(_ENDPOINT)})
)
_IN_DOMAIN: Final = obj({"id": TEXT, "name": TEXT, "domain": _NAMED})
_ACCESS_RULE: Final = obj(
    {"id": TEXT, "path": TEXT, "method": TEXT, "service": TEXT}, {"links": _SELF}
)
_TOKEN: Final = obj(
    {
        "methods": list_of(TEXT),
        "user": obj(
            {"id": TEXT, "name": TEXT, "domain": _NAMED},
            {"password_expires_at": nullable(TIME), "OS-FEDERATION": anything()},
        ),
        "audit_ids": list_of(TEXT),
        "expires_at": TIME,
        "issued_at": TIME,
    },
    {
        "project": _IN_DOMAIN,
        "domain": _NAMED,
        "system": obj({"all": BOOLEAN}),
        "is_domain": BOOLEAN,
        "is_admin_project": BOOLEAN,
        "roles": list_of(_NAMED),
        "catalog": _CATALOG,
        "service_providers": list_of(obj({"id": TEXT, "auth_url": URL, "sp_url": URL})),
        "OS-TRUST:trust": obj(
            {"id": TEXT, "trustor_user": _ID, "trustee_user": _ID, "impersonation": BOOLEAN}
        ),
        "OS-OAUTH1": obj({"access_token_id": TEXT, "consumer_id": TEXT}),
        "application_credential": obj(
            {"id": TEXT, "name": TEXT, "restricted": BOOLEAN},
            {"access_rules": list_of(_ACCESS_RULE)},
        ),
        "oauth2_credential": obj({"x5t#S256": TEXT}),
    },
)
_SUBJECT: Final = {"x-subject-token": TEXT}

_PROJECT: Final = obj(
    {"id": TEXT, "name": TEXT, "enabled": BOOLEAN, "links": _SELF},
    {
        "domain_id": _WORDS,
        "description": _WORDS,
        "parent_id": _WORDS,
        "is_domain": BOOLEAN,
        "tags": list_of(TEXT),
        "options": _OPTIONS,
        "parents": anything(),
        "subtree": anything(),
    },
    rest=anything(),
)
_DOMAIN: Final = obj(
    {"id": TEXT, "name": TEXT, "enabled": BOOLEAN, "links": _SELF},
    {"description": _WORDS, "tags": list_of(TEXT), "options": _OPTIONS},
    rest=anything(),
)
_FEDERATED: Final = list_of(
    obj(
        {
            "idp_id": TEXT,
            "protocols": list_of(obj({"protocol_id": TEXT, "unique_id": TEXT})),
        }
    )
)
_USER: Final = obj(
    {"id": TEXT, "name": TEXT, "domain_id": TEXT, "enabled": BOOLEAN, "links": _SELF},
    {
        "password_expires_at": nullable(TIME),
        "default_project_id": _WORDS,
        "description": _WORDS,
        "email": _WORDS,
        "federated": _FEDERATED,
        "options": _USER_OPTIONS,
    },
    rest=anything(),
)
_GROUP: Final = obj(
    {"id": TEXT, "name": TEXT, "domain_id": TEXT, "links": _SELF},
    {"description": _WORDS},
    rest=anything(),
)
_ROLE: Final = obj(
    {"id": TEXT, "name": TEXT, "links": _SELF},
    {"domain_id": _WORDS, "description": _WORDS, "options": _OPTIONS},
    rest=anything(),
)
_REGION: Final = obj(
    {"id": TEXT, "links": _SELF}, {"parent_region_id": _WORDS, "description": _WORDS}, anything()
)
_SERVICE: Final = obj(
    {"id": TEXT, "type": TEXT, "enabled": BOOLEAN, "links": _SELF},
    {"name": _WORDS, "description": _WORDS},
    rest=anything(),
)
_CATALOG_ENDPOINT: Final = obj(
    {
        "id": TEXT,
        "interface": one_of("public", "internal", "admin"),
        "service_id": TEXT,
        "url": TEXT,
        "links": _SELF,
    },
    {"region": _WORDS, "region_id": _WORDS, "enabled": BOOLEAN},
    rest=anything(),
)
_APPLICATION_CREDENTIAL: Final = obj(
    {
        "id": TEXT,
        "name": TEXT,
        "project_id": TEXT,
        "roles": list_of(
            obj(
                {"id": TEXT, "name": TEXT},
                {"domain_id": _WORDS, "description": _WORDS, "options": nullable(_OPTIONS)},
            )
        ),
        "links": _SELF,
    },
    {
        "description": _WORDS,
        "expires_at": nullable(TIME),
        "unrestricted": _FLAG,
        "user_id": TEXT,
        "system": _WORDS,
        "access_rules": list_of(_ACCESS_RULE),
        # Only the answer that creates it tells the secret.
        "secret": TEXT,
    },
)
_ASSIGNMENT: Final = obj(
    {
        "role": obj({"id": TEXT}, {"name": TEXT, "domain": _NAMED}),
        "scope": obj(
            {},
            {
                "project": obj({"id": TEXT}, {"name": TEXT, "domain": _NAMED}),
                "domain": obj({"id": TEXT}, {"name": TEXT}),
                "system": obj({"all": BOOLEAN}),
                "OS-INHERIT:inherited_to": one_of("projects"),
            },
        ),
        "links": obj({"assignment": URL}, {"membership": URL, "prior_role": URL}),
    },
    {
        "user": obj({"id": TEXT}, {"name": TEXT, "domain": _NAMED}),
        "group": obj({"id": TEXT}, {"name": TEXT, "domain": _NAMED}),
    },
)


def _page(name: str, entry: Shape) -> Shape:
    return obj({name: list_of(entry), "links": _PAGE}, {"truncated": BOOLEAN})


def _crud(plural: str, name: str, entry: Shape) -> Iterator[Rule]:
    """List, create, show, change and delete of one kind of resource."""
    one = f"/{plural}/{{id}}"
    yield Rule("GET", f"/{plural}", (200,), _page(plural, entry))
    yield Rule("POST", f"/{plural}", (201,), obj({name: entry}))
    yield Rule("GET", one, (200,), obj({name: entry}))
    yield Rule("PATCH", one, (200,), obj({name: entry}))
    yield Rule("DELETE", one, (204,), None)


def _grants() -> Iterator[Rule]:
    """Roles of users and groups on projects, domains and the system."""
    for scope in ("/projects/{project_id}", "/domains/{domain_id}", "/system"):
        for actor in ("users/{user_id}", "groups/{group_id}"):
            roles = f"{scope}/{actor}/roles"
            yield Rule("GET", roles, (200,), _page("roles", _ROLE))
            for method in ("PUT", "HEAD", "DELETE"):
                yield Rule(method, f"{roles}/{{role_id}}", (204,), None)


def _versions() -> Iterator[Rule]:
    yield Rule("GET", "~/", (200, 300), _VERSIONS)
    for path in ("", "~/v3"):
        yield Rule("GET", path, (200,), obj({"version": _VERSION}))


def _members() -> Iterator[Rule]:
    yield Rule("GET", "/users/{user_id}/groups", (200,), _page("groups", _GROUP))
    yield Rule("GET", "/groups/{group_id}/users", (200,), _page("users", _USER))
    for method in ("PUT", "HEAD", "DELETE"):
        yield Rule(method, "/groups/{group_id}/users/{user_id}", (204,), None)


def _of_users() -> Iterator[Rule]:
    """What users do for themselves."""
    credentials = "/users/{user_id}/application_credentials"
    rules = "/users/{user_id}/access_rules"
    one = obj({"application_credential": _APPLICATION_CREDENTIAL})
    page = _page("application_credentials", _APPLICATION_CREDENTIAL)
    yield Rule("GET", "/users/{user_id}/projects", (200,), _page("projects", _PROJECT))
    yield Rule("POST", "/users/{user_id}/password", (204,), None)
    yield Rule("GET", credentials, (200,), page)
    yield Rule("POST", credentials, (201,), one)
    yield Rule("GET", f"{credentials}/{{id}}", (200,), one)
    yield Rule("DELETE", f"{credentials}/{{id}}", (204,), None)
    yield Rule("GET", rules, (200,), _page("access_rules", _ACCESS_RULE))
    yield Rule("GET", f"{rules}/{{id}}", (200,), obj({"access_rule": _ACCESS_RULE}))
    yield Rule("DELETE", f"{rules}/{{id}}", (204,), None)


def _tags() -> Iterator[Rule]:
    tags = "/projects/{project_id}/tags"
    whole = obj({"tags": list_of(TEXT)}, {"links": _PAGE})
    yield Rule("GET", tags, (200,), whole)
    yield Rule("PUT", tags, (200,), whole)
    yield Rule("DELETE", tags, (204,), None)
    yield Rule("GET", f"{tags}/{{tag}}", (204,), None)
    yield Rule("PUT", f"{tags}/{{tag}}", (201,), None)
    yield Rule("DELETE", f"{tags}/{{tag}}", (204,), None)


def _auth() -> Iterator[Rule]:
    system = obj({"system": list_of(obj({"all": BOOLEAN}))}, {"links": _PAGE})
    yield Rule("POST", "/auth/tokens", (201,), obj({"token": _TOKEN}), headers=_SUBJECT)
    yield Rule("GET", "/auth/tokens", (200,), obj({"token": _TOKEN}), headers=_SUBJECT)
    yield Rule("HEAD", "/auth/tokens", (200, 204), None)
    yield Rule("DELETE", "/auth/tokens", (204,), None)
    yield Rule("GET", "/auth/catalog", (200,), obj({"catalog": _CATALOG, "links": _PAGE}))
    yield Rule("GET", "/auth/projects", (200,), _page("projects", _PROJECT))
    yield Rule("GET", "/auth/domains", (200,), _page("domains", _DOMAIN))
    yield Rule("GET", "/auth/system", (200,), system)


RULES: Final[tuple[Rule, ...]] = (
    *_versions(),
    *_auth(),
    *_crud("projects", "project", _PROJECT),
    *_crud("domains", "domain", _DOMAIN),
    *_crud("users", "user", _USER),
    *_crud("groups", "group", _GROUP),
    *_crud("roles", "role", _ROLE),
    *_crud("regions", "region", _REGION),
    *_crud("services", "service", _SERVICE),
    *_crud("endpoints", "endpoint", _CATALOG_ENDPOINT),
    *_grants(),
    Rule("GET", "/role_assignments", (200,), _page("role_assignments", _ASSIGNMENT)),
    *_members(),
    *_of_users(),
    *_tags(),
)
