"""Fill Keystone: services and endpoints, service users, two projects with a user each."""

from typing import Any

import openstack
from refcloud_env import IDENTITY_URL, PASSWORDS, PORTS

DOMAIN = "default"
NEVER_LOCKED = {"ignore_lockout_failure_attempts": True}
"""Option of the users that everything logs in as: a mistyped password must not stop them."""


def url(name: str, path: str = "") -> str:
    """Endpoint of a service."""
    return f"http://127.0.0.1:{PORTS[name]}{path}"


# service name, type, endpoint; `cinderv3` is a second catalogue entry of the same service
SERVICES = (
    ("glance", "image", url("glance")),
    ("placement", "placement", url("placement")),
    ("nova", "compute", url("nova", "/v2.1")),
    ("neutron", "network", url("neutron")),
    ("cinder", "block-storage", url("cinder", "/v3/$(project_id)s")),
    ("cinderv3", "volumev3", url("cinder", "/v3/$(project_id)s")),
    ("swift", "object-store", url("swift", "/v1/AUTH_$(project_id)s")),
)


def fill(identity: Any) -> None:
    """Make everything; the identity service is new, so nothing of it is there yet."""
    service_project = identity.create_project(name="service", domain_id=DOMAIN)
    for name in ("ResellerAdmin", "SwiftOperator"):
        identity.create_role(name=name)
    roles = {role.name: role for role in identity.roles()}

    for name, kind, address in SERVICES:
        service = identity.create_service(name=name, type=kind)
        for interface in ("public", "internal", "admin"):
            identity.create_endpoint(
                service_id=service.id, interface=interface, url=address, region_id="RegionOne"
            )
        if name != "cinderv3":
            user = identity.create_user(name=name, password=PASSWORDS["service"], domain_id=DOMAIN)
            for role in ("admin", "service"):
                identity.assign_project_role_to_user(service_project, user, roles[role])

    for name in ("demo", "alt"):
        project = identity.create_project(name=name, domain_id=DOMAIN)
        user = identity.create_user(
            name=name, password=PASSWORDS[name], domain_id=DOMAIN, options=NEVER_LOCKED
        )
        identity.assign_project_role_to_user(project, user, roles["member"])
    identity.update_user(identity.get_user_id(), options=NEVER_LOCKED)


fill(
    openstack.connect(
        auth_url=IDENTITY_URL,
        username="admin",
        password=PASSWORDS["admin"],
        project_name="admin",
        user_domain_id=DOMAIN,
        project_domain_id=DOMAIN,
        region_name="RegionOne",
    ).identity
)
