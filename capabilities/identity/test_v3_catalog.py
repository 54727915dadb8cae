"""The catalogue lists every service under its standard type (api-ref: "Get service catalog")."""

from urllib.parse import urlsplit

from refcheck.testing import entries, expect, idempotent_id, refused

# Official types; block storage has had several.
ALWAYS = {"identity", "compute", "image", "network"}
BLOCK_STORAGE = {"block-storage", "block-store", "volume", "volumev2", "volumev3"}
ENDPOINT = ("interface", "region", "url")


@idempotent_id("56b57ced-22b8-4127-9b8a-565dfb0207e2")
def test_the_catalogue_has_the_services_under_their_standard_types(identity, cloud):
    catalog = entries(expect(identity.get("/auth/catalog"), 200)["catalog"])
    types = {str(service["type"]) for service in catalog}
    assert types >= ALWAYS
    assert types & BLOCK_STORAGE, f"no block storage among {sorted(types)}"
    for service in catalog:
        assert isinstance(service["id"], str)
        assert service["id"]
        for endpoint in entries(service["endpoints"]):
            _assert_usable(endpoint)
    assert _endpoints(catalog) == _endpoints(cloud.log_in()["token"]["catalog"])
    refused(identity.get("/auth/catalog", authenticated=False), 401)


def _assert_usable(endpoint):
    assert isinstance(endpoint["id"], str)
    assert endpoint["id"]
    assert endpoint["interface"] in ("public", "internal", "admin")
    assert endpoint["region_id"] == endpoint["region"]
    address = urlsplit(str(endpoint["url"]))
    assert address.scheme in {"http", "https"}
    assert address.hostname


def _endpoints(catalog):
    """What matters to a client, in a form that can be compared: order does not count."""
    return sorted(
        " ".join([str(service["type"]), *(str(endpoint[key]) for key in ENDPOINT)])
        for service in entries(catalog)
        for endpoint in entries(service["endpoints"])
    )
