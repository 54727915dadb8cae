"""The real cloud does what clouds do, and its figures are what we promise."""

import openstack
import pytest
import requests

from refcheck.refcloud.service import ROSTER

pytestmark = [pytest.mark.refcloud, pytest.mark.timeout(300)]

MEMORY_MIB = 1400
SERVICE_TYPES = {
    "identity",
    "image",
    "placement",
    "compute",
    "network",
    "block-storage",
    "volumev3",
    "object-store",
}


def connect(cloud, entry="refcloud"):
    settings = cloud.clouds_yaml()["clouds"][entry]
    return openstack.connect(**settings, load_yaml_config=False, load_envvars=False)


@pytest.fixture
def demo(refcloud):
    return connect(refcloud)


def boot(cloud, name):
    network = cloud.network.create_network(name=name)
    cloud.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.9.0.0/24")
    server = cloud.compute.create_server(
        name=name,
        image_id=cloud.image.find_image("refcloud-image").id,
        flavor_id=cloud.compute.find_flavor("ref.nano").id,
        networks=[{"uuid": network.id}],
    )
    return cloud.compute.wait_for_server(server, interval=0.2, wait=60)


def test_a_member_finds_what_every_user_finds(demo):
    assert {image.name for image in demo.image.images()} == {
        "refcloud-image",
        "refcloud-image-alt",
    }
    assert {flavor.name for flavor in demo.compute.flavors()} == {"ref.nano", "ref.micro"}
    assert [net.name for net in demo.network.networks(is_router_external=True)] == ["public"]


def test_a_mistyped_password_never_locks_the_users_that_come_with_the_cloud(refcloud):
    for entry in ("refcloud", "refcloud-alt", "refcloud-admin"):
        auth = connect(refcloud, entry).config.auth
        for _ in range(6):
            answer = log_in(auth, password="mistyped")
            assert answer.status_code == 401
        assert log_in(auth).status_code == 201


def log_in(auth, **changed):
    """Ask for a token, with this changed."""
    domain = {"name": auth["user_domain_name"]}
    user = {"name": auth["username"], "password": auth["password"], "domain": domain} | changed
    login = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    return requests.post(f"{auth['auth_url']}/auth/tokens", json=login, timeout=60)


def test_the_catalogue_has_every_service(demo):
    catalogue = demo.session.auth.get_access(demo.session).service_catalog.catalog
    assert {service["type"] for service in catalogue} == SERVICE_TYPES


def test_every_endpoint_is_on_this_machine(demo):
    catalogue = demo.session.auth.get_access(demo.session).service_catalog.catalog
    for service in catalogue:
        for endpoint in service["endpoints"]:
            assert endpoint["url"].startswith("http://127.0.0.1:")


def test_a_member_boots_a_server_with_a_volume(demo):
    server = boot(demo, "lives")
    assert server.status == "ACTIVE"
    volume = demo.block_storage.create_volume(size=1, name="lives")
    demo.block_storage.wait_for_status(volume, "available", interval=0.2, wait=60)
    demo.compute.create_volume_attachment(server, volume_id=volume.id)
    demo.block_storage.wait_for_status(volume, "in-use", interval=0.2, wait=60)


def test_a_member_stores_an_object(demo):
    demo.object_store.create_container("lives")
    demo.object_store.upload_object("lives", "word", data=b"hello")
    assert demo.object_store.download_object("word", container="lives") == b"hello"


def test_the_second_project_sees_nothing_of_the_first(demo, refcloud):
    demo.network.create_network(name="private")
    alt = connect(refcloud, "refcloud-alt")
    assert "private" not in {network.name for network in alt.network.networks()}


def test_a_member_is_no_administrator(demo):
    with pytest.raises(openstack.exceptions.ForbiddenException):
        demo.compute.create_flavor(name="mine", ram=1, vcpus=1, disk=1)


def test_a_wrong_password_is_refused(refcloud):
    settings = refcloud.clouds_yaml()["clouds"]["refcloud"]
    settings["auth"]["password"] = "wrong"
    cloud = openstack.connect(**settings, load_yaml_config=False, load_envvars=False)
    with pytest.raises(Exception, match="401"):
        cloud.authorize()


def test_a_stopped_service_is_refused_and_comes_back(refcloud, demo):
    glance = refcloud.service("glance")
    address = f"http://127.0.0.1:{glance.port}/v2/images"
    glance.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)
    glance.start()
    assert requests.get(address, timeout=5).status_code == 401
    assert list(demo.image.images())


def test_reset_forgets_what_users_made_at_once_and_stops_no_service(refcloud, demo):
    boot(demo, "forgotten")
    demo.object_store.create_container("forgotten")
    pids = [status.pid for status in refcloud.status()]
    refcloud.reset()
    assert [status.pid for status in refcloud.status()] == pids
    assert list(demo.compute.servers()) == []
    assert list(demo.object_store.containers()) == []
    assert [network.name for network in demo.network.networks()] == ["public"]
    assert boot(demo, "forgotten").status == "ACTIVE"


def test_it_starts_below_its_memory(refcloud):
    refcloud.down()
    refcloud.up()
    services = refcloud.status()
    assert [service.service for service in services] == list(ROSTER)
    assert sum(service.rss_mib for service in services) < MEMORY_MIB
