"""Quotas are read from each service's own answer, and half of what is free is the most to take."""

import pytest
from keystoneauth1.adapter import Adapter
from keystoneauth1.exceptions import EndpointNotFound
from keystoneauth1.noauth import NoAuth
from keystoneauth1.session import Session

from refcheck.cloud import quotas
from refcheck.cloud.quotas import Quotas, Room
from refcheck.cloud.service import Service

COMPUTE = {
    "maxTotalInstances": 10, "totalInstancesUsed": 3, "maxTotalCores": -1, "totalCoresUsed": 3,
    "maxTotalRAMSize": 51200, "totalRAMUsed": 192, "maxTotalKeypairs": 100,
}  # fmt: skip
BLOCK_STORAGE = {
    "maxTotalVolumes": 5, "totalVolumesUsed": 5,
    "maxTotalVolumeGigabytes": 100, "totalGigabytesUsed": 7,
}  # fmt: skip
DETAILS = {
    "network": {"limit": 100, "used": 4, "reserved": 2},
    "floatingip": {"limit": 1, "used": 0},
}


class SmallCloud:
    """Services side by side on one loopback server; those named are not in its catalogue."""

    project_id = "p1"

    def __init__(self, server, absent=()):
        self._server = server
        self._absent = absent

    def service(self, kind):
        session = Session(auth=NoAuth(endpoint=self._server.url_for(f"/{kind}")))

        def connect():
            if kind in self._absent:
                raise EndpointNotFound
            return Adapter(session, service_type=kind)

        return Service(kind, connect)


def answer(server, path, document=None, **options):
    handler = server.expect_request(path)
    if document is None:
        handler.respond_with_data("", **options)
    else:
        handler.respond_with_json(document, **options)


@pytest.fixture
def server(httpserver):
    answer(httpserver, "/compute/limits", {"limits": {"rate": [], "absolute": COMPUTE}})
    answer(httpserver, "/compute/os-keypairs", {"keypairs": [{}, {}]})
    answer(httpserver, "/block-storage/limits", {"limits": {"absolute": BLOCK_STORAGE}})
    return httpserver


def rest(server, *, but=()):
    """The services that a test says nothing about."""
    if "network" not in but:
        answer(server, "/network/quotas/p1/details.json", {"quota": DETAILS})
    if "image" not in but:
        answer(server, "/image/info/usage", {"usage": {}})
    if "object-store" not in but:
        answer(server, "/object-store", status=204)


def test_limits_and_usage_of_every_service_are_read(server):
    rest(server)
    found = quotas.free(SmallCloud(server))
    assert found.untold == {}
    assert found.rooms["server"] == Room(10, 3)
    assert found.rooms["keypair"] == Room(100, 2)
    assert found.rooms["volume_gib"] == Room(100, 7)
    assert found.rooms["network"] == Room(100, 6), "what is reserved is taken"
    assert (found.free("server"), found.half("server")) == (7, 3)


def test_minus_one_is_no_limit(server):
    rest(server)
    found = quotas.free(SmallCloud(server))
    assert found.rooms["core"] == Room(None, 3)
    assert (found.free("core"), found.half("core")) == (None, None)


def test_what_is_not_told_has_no_limit_that_we_know(server):
    rest(server)
    assert quotas.free(SmallCloud(server)).free("snapshot") is None


def test_more_used_than_allowed_leaves_nothing():
    assert Room(3, 5).free == 0


def test_half_is_rounded_down(server):
    rest(server)
    found = quotas.free(SmallCloud(server))
    assert (found.free("floatingip"), found.half("floatingip")) == (1, 0)


def test_without_the_extension_that_counts_we_count(server):
    rest(server, but=["network"])
    answer(server, "/network/quotas/p1/details.json", {}, status=404)
    answer(server, "/network/quotas/p1", {"quota": {"network": 8, "port": -1}})
    answer(server, "/network/networks", {"networks": [{"id": "a"}, {"id": "b"}]})
    found = quotas.free(SmallCloud(server))
    assert found.rooms["network"] == Room(8, 2)
    assert found.rooms["port"] == Room(None, 0)
    asked = [request.path for request, _ in server.log]
    assert "/network/ports" not in asked, "what has no limit need not be counted"


def test_images_have_quotas_where_the_service_tells_them(server):
    rest(server, but=["image"])
    usage = {"image_count_total": {"limit": 20, "usage": 4}}
    answer(server, "/image/info/usage", {"usage": usage})
    assert quotas.free(SmallCloud(server)).rooms["image"] == Room(20, 4)


def test_an_older_image_service_tells_nothing_and_that_is_no_fault(server):
    rest(server, but=["image"])
    answer(server, "/image/info/usage", status=404)
    found = quotas.free(SmallCloud(server))
    assert "image" not in found.untold
    assert "image" not in found.rooms


@pytest.mark.parametrize("header", ["X-Account-Quota-Bytes", "X-Account-Meta-Quota-Bytes"])
def test_the_quota_of_an_account_is_in_its_headers(server, header):
    rest(server, but=["object-store"])
    headers = {header: str(10 << 20), "X-Account-Bytes-Used": str((1 << 20) + 1)}
    answer(server, "/object-store", status=204, headers=headers)
    assert quotas.free(SmallCloud(server)).rooms["object_mib"] == Room(10, 2)


def test_a_service_that_refuses_is_named_and_the_others_are_told(server):
    rest(server, but=["network"])
    for path in ("/network/quotas/p1/details.json", "/network/quotas/p1"):
        answer(server, path, {"NeutronError": {"message": "not for you"}}, status=403)
    found = quotas.free(SmallCloud(server))
    assert "403 not for you" in found.untold["network"]
    assert "server" in found.rooms


def test_a_service_that_is_not_there_is_named(server):
    rest(server)
    found = quotas.free(SmallCloud(server, absent=["block-storage"]))
    assert found.untold == {"block-storage": "the catalogue has no block-storage service"}


@pytest.mark.parametrize(
    "document",
    [
        {"quota": "network"},
        {"quota": {"network": 5}},
        {"quota": {"network": {"limit": "many", "used": 0}}},
        {"quota": {"network": {"used": 0}}},
        {},
        [1],
        "null",
    ],
)
def test_nonsense_is_told_and_never_breaks_us(server, document):
    rest(server, but=["network"])
    answer(server, "/network/quotas/p1/details.json", document)
    found = quotas.free(SmallCloud(server))
    assert "network" in found.untold
    assert "server" in found.rooms


def test_what_fits_is_bounded_by_the_scarcest():
    rooms = {"server": Room(20, 0), "core": Room(8, 0), "ram_mib": Room(None, 0)}
    found = Quotas(rooms)
    one = {"server": 1, "core": 2, "ram_mib": 512, "port": 1}
    assert found.fitting(one) == 2, "half of 8 vCPUs is 4, two each"
    assert found.fitting({"port": 1}) is None
    assert found.fitting({"core": 5}) == 0


def test_what_it_is_short_of_is_named_with_what_half_is():
    found = Quotas({"server": Room(4, 0), "volume": Room(4, 0)})
    assert found.short_of({"server": 3, "volume": 2, "port": 9}) == {"server": 2}


def test_reading_quotas_writes_nothing(server):
    rest(server)
    quotas.free(SmallCloud(server))
    assert {request.method for request, _ in server.log} == {"GET", "HEAD"}
