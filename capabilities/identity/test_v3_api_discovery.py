"""The identity service describes its version 3 to anybody who asks (api-ref: "API versions")."""

from urllib.parse import urlsplit

from refcheck.testing import entries, expect, idempotent_id, is_time, refused


def _version(identity):
    """What version 3 says of itself to somebody without a token, which is how a client starts."""
    return expect(identity.get("", authenticated=False), 200)["version"]


@idempotent_id("b9232f5e-d9e5-4d97-b96c-28d3db4de1bd")
def test_version_3_tells_its_id_its_age_and_its_address(identity, create):
    answer = expect(identity.get("", authenticated=False), 200)
    version = answer["version"]
    assert isinstance(version["id"], str)
    assert version["id"] == "v3" or version["id"].startswith("v3.")
    assert is_time(version["updated"])
    own = [link["href"] for link in entries(version["links"]) if link["rel"] == "self"]
    assert len(own) == 1, "a version has one address of its own"
    assert urlsplit(str(own[0])).path.rstrip("/").endswith("/v3")
    for medium in entries(version["media-types"]):
        assert medium["base"]
        assert medium["type"]
    with_token = expect(identity.get(""), 200)["version"]
    assert with_token == version, "who asks makes no difference"
    # A server that answers every address with its version document describes nothing.
    refused(identity.get(f"/{create.name('nowhere')}"), 404)


@idempotent_id("657c1970-4722-4189-8831-7325f3bc4265")
def test_version_3_speaks_json(identity, create):
    answer = expect(identity.get("", authenticated=False), 200)
    media = entries(answer["version"]["media-types"])
    spoken = [(medium["base"], medium["type"]) for medium in media]
    assert ("application/json", "application/vnd.openstack.identity-v3+json") in spoken
    assert answer.header("Content-Type").partition(";")[0].strip() == "application/json"
    nowhere = identity.get(f"/{create.name('nowhere')}", authenticated=False)
    refused(nowhere, 401, 404)


@idempotent_id("8879a470-abfb-47bb-bb8d-5a7fd279ad1e")
def test_version_3_has_a_known_status_and_is_listed_with_it(identity):
    version = _version(identity)
    known = ("current", "stable", "supported", "experimental", "deprecated")
    assert version["status"] in known
    # 300 is the documented answer: several versions could be chosen from.
    answer = expect(identity.get(_root(identity), authenticated=False), 300)
    listed = entries(answer["versions"]["values"])
    same = [entry for entry in listed if entry["id"] == version["id"]]
    assert [entry["status"] for entry in same] == [version["status"]]


@idempotent_id("721f480f-35b6-46c7-846e-047e6acea0dc")
def test_every_version_is_listed_with_its_address(identity):
    answer = expect(identity.get(_root(identity), authenticated=False), 300)
    listed = entries(answer["versions"]["values"])
    names = [str(entry["id"]) for entry in listed]
    assert len(names) == len(set(names)), "a version is listed once"
    addresses = {}
    for entry in listed:
        assert entry["status"]
        assert is_time(entry["updated"])
        own = [link["href"] for link in entries(entry["links"]) if link["rel"] == "self"]
        assert len(own) == 1, "a version has one address of its own"
        addresses[str(entry["id"])] = urlsplit(str(own[0])).path.rstrip("/")
    assert len(set(addresses.values())) == len(addresses), "each version has another address"
    # Asked by path: the list may name the cloud as others reach it.
    version = _version(identity)
    assert version in listed
    assert addresses[version["id"]] == urlsplit(identity.url).path.rstrip("/")


def _root(identity):
    """The address above all versions."""
    address, version = identity.url.rsplit("/", 1)
    return f"{address}/" if version == "v3" else f"{identity.url}/"
