"""Clouds that are hard to find one's way in: several regions, path prefixes, certificates."""

from __future__ import annotations

import ssl

import pytest
import trustme

from tests.faults.faults import catalogue

pytestmark = pytest.mark.journey

# Something of each service, version documents and signed addresses among it.
FEW = (
    "identity/test_v3_api_discovery.py",
    "identity/test_v3_catalog.py",
    "compute/test_list_api_versions.py",
    "compute/test_flavors_list.py",
    "networks/test_list_api_versions.py",
    "volumes/test_list_api_versions.py",
    "volumes/test_v3_availability_zones.py",
    "images/test_v2_list.py",
    "object_storage/test_info_request.py",
    "object_storage/test_temp_url_get.py",
)
ONE = "compute/test_flavors_list.py"


def edited(change):
    """The catalogue with each of its endpoints replaced by what `change` makes of it."""
    return catalogue(
        lambda entries: [
            {
                **entry,
                "endpoints": [new for old in entry["endpoints"] for new in change(entry, old)],
            }
            for entry in entries
        ]
    )


def in_two_regions(_entry, endpoint):
    far = "http://far.invalid/none"
    yield {**endpoint, "id": "f" * 32, "region": "Far", "region_id": "Far", "url": far}
    yield endpoint


def behind_interfaces(_entry, endpoint):
    nowhere = "http://admin.invalid/none"
    if endpoint["interface"] == "public":
        yield {**endpoint, "interface": "admin", "url": nowhere}
        yield {**endpoint, "interface": "internal"}
        yield {**endpoint, "url": nowhere}


def with_slash(_entry, endpoint):
    yield {**endpoint, "url": endpoint["url"] + "/"}


def without_version(entry, endpoint):
    address = endpoint["url"]
    if entry["type"] not in ("object-store", "placement"):
        for version in ("/v3", "/v2.1", "/v2.0", "/v2"):
            address = address.partition(version)[0]
    yield {**endpoint, "url": address}


def test_of_several_regions_the_chosen_one_is_tested(behind):
    with behind.proxy(edited(in_two_regions)) as proxy:
        ran = behind.run(behind.clouds(proxy), ONE)
    assert ran.outcomes() == {"passed"}, ran.ended.told


def test_several_regions_and_none_chosen_is_an_error_that_names_them(behind):
    with behind.proxy(edited(in_two_regions)) as proxy:
        ended, folder = behind.start(behind.clouds(proxy, region_name=None), ONE)
    assert (ended.code, folder) == (2, None), ended.told
    assert "2 regions and clouds.yaml chooses none" in ended.err
    assert "region_name` to one of: Far, RegionOne" in ended.err


def test_of_several_interfaces_the_chosen_one_is_tested(behind):
    with behind.proxy(edited(behind_interfaces)) as proxy:
        ran = behind.run(behind.clouds(proxy, interface="internal"), ONE)
    assert ran.outcomes() == {"passed"}, ran.ended.told


@pytest.mark.parametrize(
    ("change", "links"), [(with_slash, ""), (without_version, "http://internal.invalid")]
)
def test_endpoints_below_a_prefix_are_found_however_they_are_written(behind, change, links):
    with behind.proxy(edited(change), links=links) as proxy:
        ran = behind.run(behind.clouds(proxy), *FEW)
    assert ran.outcomes() == {"passed"}, ran.ended.told


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused_with_the_way_out(behind, tls):
    with behind.proxy(tls=tls) as proxy:
        ended, folder = behind.start(behind.clouds(proxy), ONE)
    assert (ended.code, folder) == (4, None), ended.told
    assert "certificate is not accepted" in ended.err
    assert "`cacert`" in ended.err
    assert "`verify: false`" in ended.err


def test_a_certificate_is_accepted_when_its_authority_is_named(behind, authority, tls, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with behind.proxy(tls=tls) as proxy:
        clouds = behind.clouds(proxy, cacert=str(tmp_path / "ca.pem"))
        ran = behind.run(clouds, ONE)
    assert ran.outcomes() == {"passed"}, ran.ended.told
    assert "certificates" not in ran.result.facts


def test_going_without_checking_certificates_is_told_everywhere(behind, tls):
    with behind.proxy(tls=tls) as proxy:
        ran = behind.run(behind.clouds(proxy, verify=False), ONE)
    assert ran.outcomes() == {"passed"}, ran.ended.told
    assert ran.result.facts["certificates"] == "not checked"
    assert "attention certificates: " in ran.ended.out
    assert "`verify: false`" in ran.ended.out
    assert "whoever is in between" in (ran.folder / "report.html").read_text()
    assert "InsecureRequestWarning" not in ran.ended.err
