"""The networking service tells which resources its version 2.0 has.

API reference: Networking API, "API versions", "List API versions" and "Show API v2 details".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id


@idempotent_id("cac8a836-c2e0-4304-b556-cd299c7281d1")
def test_version_2_0_is_listed_and_names_its_resources(network):
    root, found, _ = network.url.rpartition("/v2.0")
    assert found, f"the endpoint {network.url} is not one of version 2.0"
    versions = expect(network.get(f"{root}/", authenticated=False), 200)["versions"]
    current = {entry["id"]: entry for entry in versions}["v2.0"]
    assert current["status"] == "CURRENT"
    assert "self" in [link["rel"] for link in current["links"]]

    resources = expect(network.get("/"), 200)["resources"]
    collections = {entry["name"]: entry["collection"] for entry in resources}
    for name in ("network", "subnet", "port"):
        assert collections[name] == f"{name}s"
    for entry in resources:
        assert [link["rel"] for link in entry["links"]] == ["self"]
        assert entry["links"][0]["href"].endswith(f"/v2.0/{entry['collection']}")
