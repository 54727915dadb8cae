"""What the Identity API declares is taken, and everything else is found."""

import pytest

from refcheck.cloud.schemas import identity
from refcheck.cloud.schemas.findings import NOTHING
from tests.cloud.schemas.lies import ID, PROJECT, Example, without_example

SELF = {"self": "http://cloud.example/v3/things/1"}
PAGE = {**SELF, "next": None, "previous": None}
DOMAIN = {"id": "default", "name": "Default"}
WHEN = "2026-11-20T16:30:18.000000Z"
# Texts that may say anything.
FREE = frozenset(
    [
        "audit_ids", "base", "default_project_id", "description", "domain_id", "email", "id",
        "idp_id", "member_id", "method", "methods", "name", "parent_id", "parent_region_id", "path",
        "project_id", "protocol_id", "region", "region_id", "rel", "secret", "service",
        "service_id", "status", "tags", "type", "unique_id", "url", "user_id", "access_token_id",
        "consumer_id", "x5t#S256", "system", 0, "0",
    ]
)  # fmt: skip


def example(call, body, optional=(), opened=(), **more):
    return Example("identity", call, body, frozenset(optional), FREE, frozenset(opened), **more)


VERSION = {
    "id": "v3.14",
    "status": "stable",
    "updated": "2020-04-07T00:00:00Z",
    "links": [{"rel": "self", "href": "http://cloud.example/v3/"}],
    "media-types": [{"base": "application/json", "type": "application/x+json"}],
}
VERSION_OPTIONAL = {"updated", "media-types"}
ENDPOINT = {"id": ID, "interface": "public", "url": "http://cloud.example/x/$(project_id)s"}
REGION_OF = {"region": "RegionOne", "region_id": "RegionOne"}
CATALOG = [{"id": ID, "type": "image", "name": "glance", "endpoints": [{**ENDPOINT, **REGION_OF}]}]
RULE = {"id": ID, "path": "/v2.1/servers", "method": "GET", "service": "compute"}
TOKEN = {
    "methods": ["password"],
    "user": {"id": PROJECT, "name": "u", "domain": DOMAIN},
    "audit_ids": ["mAjXQhiYRyKwkB4qygdLVg"],
    "expires_at": WHEN,
    "issued_at": WHEN,
}
SCOPES = {
    "project": {"id": PROJECT, "name": "p", "domain": DOMAIN},
    "is_domain": False,
    "is_admin_project": False,
    "roles": [{"id": ID, "name": "member"}],
    "catalog": CATALOG,
    "domain": DOMAIN,
    "system": {"all": True},
    "service_providers": [{"id": "sp", "auth_url": SELF["self"], "sp_url": SELF["self"]}],
    "OS-TRUST:trust": {
        "id": ID,
        "trustor_user": {"id": ID},
        "trustee_user": {"id": ID},
        "impersonation": False,
    },
    "OS-OAUTH1": {"access_token_id": ID, "consumer_id": ID},
    "application_credential": {"id": ID, "name": "a", "restricted": True, "access_rules": [RULE]},
    "oauth2_credential": {"x5t#S256": "abc"},
}
EXPIRES = {"password_expires_at": WHEN}
FULL_TOKEN = {**TOKEN, **SCOPES, "user": {**TOKEN["user"], **EXPIRES}}
TOKEN_OPTIONAL = {*SCOPES, *REGION_OF, *EXPIRES, "access_rules"}

PROJECT_REQUIRED = {"id": PROJECT, "name": "p", "enabled": True, "links": SELF}
PROJECT_OPTIONAL = {
    "domain_id": "default",
    "description": "",
    "parent_id": "default",
    "is_domain": False,
    "tags": ["a"],
    "options": {"immutable": True},
}
DOMAIN_OPTIONAL = {"description": "", "tags": [], "options": {"immutable": True}}
USER = {"id": ID, "name": "u", "domain_id": "default", "enabled": True, "links": SELF}
USER_OPTIONAL = {
    **EXPIRES,
    "default_project_id": PROJECT,
    "description": None,
    "email": "u@cloud.example",
    "federated": [{"idp_id": "i", "protocols": [{"protocol_id": "p", "unique_id": "u"}]}],
    "options": {"lock_password": True, "multi_factor_auth_rules": [["password", "totp"]]},
}
GROUP = {"id": ID, "name": "g", "domain_id": "default", "links": SELF}
ROLE = {"id": ID, "name": "member", "links": SELF}
ROLE_OPTIONAL = {"domain_id": None, "description": None, "options": {"immutable": True}}
REGION = {"id": "RegionOne", "links": SELF}
REGION_OPTIONAL = {"parent_region_id": None, "description": ""}
SERVICE = {"id": ID, "type": "image", "enabled": True, "links": SELF}
SERVICE_OPTIONAL = {"name": "glance", "description": ""}
CATALOG_ENDPOINT = {**ENDPOINT, "service_id": ID, "links": SELF}
APPLICATION_CREDENTIAL = {
    "id": ID,
    "name": "a",
    "project_id": PROJECT,
    "roles": [{"id": ID, "name": "member", **ROLE_OPTIONAL}],
    "links": SELF,
}
APPLICATION_CREDENTIAL_OPTIONAL = {
    "description": None,
    "expires_at": WHEN,
    "unrestricted": False,
    "user_id": PROJECT,
    "access_rules": [{**RULE, "links": SELF}],
    "secret": "s",
    "system": None,
}
OPTIONS = {"immutable", "lock_password", "multi_factor_auth_rules"}
SUBJECT = {"x-subject-token": "t"}


def examples_of(plural, name, required, optional):
    """The answers of a kind of resource; administrators may add attributes of their own."""
    full, path = {**required, **optional}, f"/{plural}/1"
    may = {*optional, *OPTIONS, "truncated"}
    page = {plural: [full], "links": PAGE, "truncated": False}
    opened = {name, 0}
    yield example(f"GET /{plural}", page, {*may, "next", "previous"}, opened)
    yield example(f"POST /{plural} 201", {name: full}, may, opened)
    yield example(f"GET {path}", {name: full}, may, opened)
    yield example(f"PATCH {path}", {name: full}, may, opened)


def page_of(call, plural, entry, optional=(), opened=(0,)):
    may = {*optional, *OPTIONS, "next", "previous", "truncated"}
    return example(call, {plural: [entry], "links": PAGE}, may, opened)


ASSIGNMENT = {
    "role": {"id": ID, "name": "member", "domain": DOMAIN},
    "scope": {
        "project": {"id": PROJECT, "name": "p", "domain": DOMAIN},
        "domain": DOMAIN,
        "system": {"all": True},
        "OS-INHERIT:inherited_to": "projects",
    },
    "links": {"assignment": SELF["self"], "membership": SELF["self"], "prior_role": SELF["self"]},
    "user": {"id": ID, "name": "u", "domain": DOMAIN},
    "group": {"id": ID, "name": "g", "domain": DOMAIN},
}
ASSIGNMENT_OPTIONAL = {
    "name", "domain", "project", "system", "OS-INHERIT:inherited_to", "membership", "prior_role",
    "user", "group",
}  # fmt: skip
WHOLE_PROJECT = {**PROJECT_REQUIRED, **PROJECT_OPTIONAL}
WHOLE_CREDENTIAL = {**APPLICATION_CREDENTIAL, **APPLICATION_CREDENTIAL_OPTIONAL}
CREDENTIAL_OPTIONAL = {*OPTIONS, *APPLICATION_CREDENTIAL_OPTIONAL, *ROLE_OPTIONAL, "links"}
CREDENTIALS = "/users/1/application_credentials"
TAGS = {"tags": ["a"], "links": PAGE}

EXAMPLES = [
    example("GET ~/ 300", {"versions": {"values": [VERSION]}}, VERSION_OPTIONAL),
    example("GET ~/v3", {"version": VERSION}, VERSION_OPTIONAL),
    example("GET /", {"version": VERSION}, VERSION_OPTIONAL),
    example("POST /auth/tokens 201", {"token": FULL_TOKEN}, TOKEN_OPTIONAL, headers=SUBJECT),
    example("GET /auth/tokens", {"token": FULL_TOKEN}, TOKEN_OPTIONAL, headers=SUBJECT),
    example(
        "GET /auth/catalog",
        {"catalog": CATALOG, "links": PAGE},
        {*REGION_OF, "next", "previous"},
    ),
    page_of("GET /auth/projects", "projects", WHOLE_PROJECT, PROJECT_OPTIONAL),
    page_of(
        "GET /auth/domains", "domains", {**PROJECT_REQUIRED, **DOMAIN_OPTIONAL}, DOMAIN_OPTIONAL
    ),
    example(
        "GET /auth/system",
        {"system": [{"all": True}], "links": PAGE},
        {"links", "next", "previous"},
    ),
    *examples_of("projects", "project", PROJECT_REQUIRED, PROJECT_OPTIONAL),
    *examples_of("domains", "domain", PROJECT_REQUIRED, DOMAIN_OPTIONAL),
    *examples_of("users", "user", USER, USER_OPTIONAL),
    *examples_of("groups", "group", GROUP, {"description": None}),
    *examples_of("roles", "role", ROLE, ROLE_OPTIONAL),
    *examples_of("regions", "region", REGION, REGION_OPTIONAL),
    *examples_of("services", "service", SERVICE, SERVICE_OPTIONAL),
    *examples_of("endpoints", "endpoint", CATALOG_ENDPOINT, {**REGION_OF, "enabled": True}),
    *(
        page_of(f"GET {scope}/{actor}/2/roles", "roles", {**ROLE, **ROLE_OPTIONAL}, ROLE_OPTIONAL)
        for scope in ("/projects/1", "/domains/1", "/system")
        for actor in ("users", "groups")
    ),
    page_of("GET /role_assignments", "role_assignments", ASSIGNMENT, ASSIGNMENT_OPTIONAL, ()),
    page_of("GET /users/1/projects", "projects", WHOLE_PROJECT, PROJECT_OPTIONAL),
    page_of("GET /users/1/groups", "groups", {**GROUP, "description": ""}, {"description"}),
    page_of("GET /groups/1/users", "users", {**USER, **USER_OPTIONAL}, USER_OPTIONAL),
    page_of(
        f"GET {CREDENTIALS}",
        "application_credentials",
        WHOLE_CREDENTIAL,
        CREDENTIAL_OPTIONAL,
        (),
    ),
    *(
        example(call, {"application_credential": WHOLE_CREDENTIAL}, CREDENTIAL_OPTIONAL)
        for call in (f"POST {CREDENTIALS} 201", f"GET {CREDENTIALS}/2")
    ),
    page_of("GET /users/1/access_rules", "access_rules", {**RULE, "links": SELF}, {"links"}, ()),
    example("GET /users/1/access_rules/2", {"access_rule": {**RULE, "links": SELF}}, {"links"}),
    *(
        example(f"{method} /projects/1/tags", TAGS, {"links", "next", "previous"})
        for method in ("GET", "PUT")
    ),
]


def test_every_call_has_an_example():
    assert without_example(identity.RULES, EXAMPLES) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_a_documented_answer_is_taken(example):
    assert example.findings() == NOTHING


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_every_lie_in_an_answer_is_found(example):
    assert example.believed() == []
    assert example.unmissed_headers() == []


def test_a_token_without_a_scope_is_taken():
    assert example("POST /auth/tokens 201", {"token": TOKEN}, headers=SUBJECT).findings() == NOTHING


def test_administrators_may_add_attributes_of_their_own():
    full = {"user": {**USER, "badge": {"number": 5}}}
    assert example("GET /users/1", full).findings() == NOTHING
