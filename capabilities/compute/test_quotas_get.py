"""A project sees how much it may have, and how much projects have unless told otherwise.

API reference: Compute API, "Quota sets", "Show A Quota" and "List Default Quotas For Tenant".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id

_LIMITED = (
    "cores",
    "fixed_ips",
    "floating_ips",
    "injected_file_content_bytes",
    "injected_file_path_bytes",
    "injected_files",
    "instances",
    "key_pairs",
    "metadata_items",
    "ram",
    "security_group_rules",
    "security_groups",
    "server_group_members",
    "server_groups",
)
_UNLIMITED = -1


def _limits(answer, project_id):
    """The quota set, when it is this project's and every limit in it is a number."""
    quotas = expect(answer, 200)["quota_set"]
    assert quotas["id"] == project_id
    for name in _LIMITED:
        limit = quotas[name]
        assert type(limit) is int, f"{name} is {limit!r}, not a number"
        assert limit >= _UNLIMITED, f"{name} is {limit}"
    return quotas


@idempotent_id("9bfecac7-b966-4f47-913f-1a9e2c12134a")
def test_the_default_quotas_are_shown(compute, cloud):
    _limits(compute.get(f"/os-quota-sets/{cloud.project_id}/defaults"), cloud.project_id)


@idempotent_id("f1ef0a97-dbbb-4cca-adc5-c9fbc4f76107")
def test_the_quotas_of_the_project_are_those_it_is_held_to(compute, cloud):
    quotas = _limits(compute.get(f"/os-quota-sets/{cloud.project_id}"), cloud.project_id)
    limits = expect(compute.get("/limits"), 200)["limits"]["absolute"]
    held_to = {
        "cores": "maxTotalCores",
        "instances": "maxTotalInstances",
        "key_pairs": "maxTotalKeypairs",
        "metadata_items": "maxServerMeta",
        "ram": "maxTotalRAMSize",
        "server_groups": "maxServerGroups",
    }
    for quota, limit in held_to.items():
        assert quotas[quota] == limits[limit], f"quota {quota} and limit {limit} differ"
