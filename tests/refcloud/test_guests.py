"""Who answers at a floating IP of the real cloud, and when."""

import pytest

from refcheck.cloud.guest import Door, NoGuest, look_inside
from refcheck.cloud.guest_key import GuestKey
from refcheck.refcloud import ports
from tests.refcloud.test_cloud_lives import connect

pytestmark = [
    pytest.mark.refcloud,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not ports.reaches_floating_ips(), reason="only 127.0.0.1 on this system"),
]
KEY = GuestKey("of the tests")


@pytest.fixture
def cloud(refcloud):
    refcloud.reset()
    yield connect(refcloud)
    refcloud.reset()


def network_of(cloud):
    """A network with a way out, and a group that lets nobody in."""
    external = cloud.network.find_network("public")
    network = cloud.network.create_network(name="inner")
    subnet = cloud.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.9.0.0/24")
    router = cloud.network.create_router(
        name="out", external_gateway_info={"network_id": external.id}
    )
    cloud.network.add_interface_to_router(router, subnet_id=subnet.id)
    return external, network, cloud.network.create_security_group(name="ssh")


def boot(cloud, network, group, name):
    server = cloud.compute.create_server(
        name=name,
        image_id=cloud.image.find_image("refcloud-image").id,
        flavor_id=cloud.compute.find_flavor("ref.nano").id,
        networks=[{"uuid": network.id}],
        key_name="mine",
        security_groups=[{"name": group.id}],
    )
    server = cloud.compute.wait_for_server(server, interval=0.2, wait=60)
    (port,) = cloud.network.ports(device_id=server.id)
    return server, port


def inside(address, port):
    return look_inside(Door(address, port, "anybody", KEY), budget=5)


def shut(address, port):
    with pytest.raises(NoGuest):
        look_inside(Door(address, port, "anybody", KEY), budget=0.5)
    return True


def test_a_guest_answers_where_and_while_it_is_let(cloud, refcloud):
    at = refcloud.settings().ports["guest"]
    cloud.compute.create_keypair(name="mine", public_key=KEY.public)
    external, network, group = network_of(cloud)
    first, port = boot(cloud, network, group, "first")
    _, other_port = boot(cloud, network, group, "second")
    floating = cloud.network.create_ip(floating_network_id=external.id, port_id=port.id)
    address = floating.floating_ip_address

    assert shut(address, at), "no rule lets us in"
    cloud.network.create_security_group_rule(
        security_group_id=group.id, direction="ingress", protocol="tcp",
        port_range_min=at, port_range_max=at, remote_ip_prefix="127.0.0.1/32",
    )  # fmt: skip
    before = inside(address, at)
    assert (before.host_name, before.vcpus) == ("first", 1)
    assert before.has_key(KEY.public)

    # The address leads where the network service says, and nowhere when it says nothing.
    cloud.network.update_ip(floating, port_id=other_port.id)
    assert inside(address, at).host_name == "second"
    cloud.network.update_ip(floating, port_id=None)
    assert shut(address, at)
    cloud.network.update_ip(floating, port_id=port.id)

    cloud.compute.stop_server(first)
    cloud.compute.wait_for_server(first, status="SHUTOFF", interval=0.2, wait=60)
    assert shut(address, at)
    cloud.compute.start_server(first)
    cloud.compute.wait_for_server(first, status="ACTIVE", interval=0.2, wait=60)
    assert inside(address, at).boot_id != before.boot_id

    for name in ("nova", "neutron"):
        refcloud.service(name).stop()
        refcloud.service(name).start()
        assert inside(address, at).host_name == "first", f"lost with {name}"

    cloud.compute.delete_server(first)
    cloud.compute.wait_for_delete(first, interval=0.2, wait=60)
    assert shut(address, at)
    cloud.network.update_ip(floating, port_id=other_port.id)
    assert inside(address, at).host_name == "second"
    refcloud.reset()
    assert shut(address, at)
