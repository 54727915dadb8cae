"""Make what every user of the cloud finds: two flavors, two images, the external network."""

import openstack
from refcloud_env import IDENTITY_URL, PASSWORDS

MIB = 1 << 20

cloud = openstack.connect(
    auth_url=IDENTITY_URL,
    username="admin",
    password=PASSWORDS["admin"],
    project_name="admin",
    user_domain_id="default",
    project_domain_id="default",
    region_name="RegionOne",
)
# Whoever is resized from the one to the other sees it inside, by the processors.
for name, flavor_id, ram, vcpus in (("ref.nano", "42", 128, 1), ("ref.micro", "84", 192, 2)):
    cloud.compute.create_flavor(name=name, id=flavor_id, ram=ram, vcpus=vcpus, disk=1)
for name, fill in (("refcloud-image", b"A"), ("refcloud-image-alt", b"B")):
    cloud.image.create_image(
        name,
        data=fill * MIB,
        disk_format="raw",
        container_format="bare",
        visibility="public",
        os_admin_user="refcloud",  # whom its guests know
        allow_duplicates=True,  # spares a search: the image service is new
    )
public = cloud.network.create_network(
    name="public",
    is_router_external=True,
    is_shared=False,
    provider_network_type="flat",
    provider_physical_network="public",
)
cloud.network.create_subnet(
    name="public-subnet",
    network_id=public.id,
    ip_version=4,
    cidr="127.24.4.0/22",  # floating IPs are addresses of this machine, and of no other
    is_dhcp_enabled=False,
)
