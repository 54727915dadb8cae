"""Real paths become the templates that API references write."""

import pytest

from tests.calls.templates import template


@pytest.mark.parametrize(
    ("kind", "place", "path"),
    [
        ("network", "/networks/5f2c", "/networks/{network_id}"),
        ("network", "/security-groups/5f2c", "/security-groups/{security_group_id}"),
        ("network", "/routers/9/add_router_interface", "/routers/{router_id}/add_router_interface"),
        ("network", "/quotas/5/details.json", "/quotas/{project_id}/details.json"),
        ("network", "/extensions/quotas", "/extensions/{alias}"),
        ("compute", "/servers/detail", "/servers/detail"),
        ("compute", "/servers/9/action#reboot", "/servers/{server_id}/action#reboot"),
        ("compute", "/servers/9/metadata/key", "/servers/{server_id}/metadata/{key}"),
        ("compute", "/servers/9/os-volume_attachments/8",
         "/servers/{server_id}/os-volume_attachments/{volume_id}"),
        ("compute", "/os-quota-sets/4/defaults", "/os-quota-sets/{project_id}/defaults"),
        ("block-storage", "/volumes/invalid", "/volumes/{volume_id}"),
        ("image", "/images/no-such-image", "/images/{image_id}"),
        ("identity", "/rc-1-nowhere-2", "/{path}"),
        ("identity", "/auth/tokens", "/auth/tokens"),
        ("identity", "~/v3", "~/{version}"),
        ("compute", "~/", "~/"),
        ("compute", "/", "/"),
        ("object-store", "", "/{account}"),
        ("object-store", "/c", "/{account}/{container}"),
        ("object-store", "/c/a%2Fb/c", "/{account}/{container}/{object}"),
        ("object-store", "~/v1/AUTH_x/c/o", "/{account}/{container}/{object}"),
        ("object-store", "~/info", "~/info"),
    ],
)  # fmt: skip
def test_ids_and_names_become_placeholders(kind, place, path):
    assert template(kind, "GET", place) == f"{kind} GET {path}"
