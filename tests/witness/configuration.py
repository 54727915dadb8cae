"""The tempest.conf for refcloud."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openstack

_TEMPLATE = """\
[DEFAULT]
log_file = {work}/tempest.log
[oslo_concurrency]
lock_path = {work}/lock
[auth]
use_dynamic_credentials = true
admin_username = {admin[username]}
admin_password = {admin[password]}
admin_project_name = {admin[project_name]}
admin_domain_name = Default
tempest_roles = member
create_isolated_networks = true
[identity]
uri_v3 = {admin[auth_url]}
auth_version = v3
region = RegionOne
v3_endpoint_type = public
# As keystone.conf of refcloud has them.
user_lockout_failure_attempts = 5
user_lockout_duration = 4
user_unique_last_password_count = 2
# As refcloud's keystone.conf says.
user_lockout_failure_attempts = 5
user_lockout_duration = 4
user_unique_last_password_count = 2
user_minimum_password_age = 0
[identity-feature-enabled]
api_v2 = false
api_v3 = true
security_compliance = true
security_compliance = true
application_credentials = true
[service_available]
cinder = true
glance = true
neutron = true
nova = true
swift = true
horizon = false
[compute]
image_ref = {image}
image_ref_alt = {image_alt}
flavor_ref = {flavor}
flavor_ref_alt = {flavor_alt}
min_compute_nodes = 1
build_interval = 1
build_timeout = 60
max_microversion = latest
fixed_network_name = private
volume_device_name = sdb
hypervisor_type = fake
[compute-feature-enabled]
resize = true
cold_migration = false
live_migration = false
vnc_console = false
console_output = true
attach_encrypted_volume = false
swap_volume = false
[image]
build_interval = 1
build_timeout = 60
[image-feature-enabled]
# With Glance's own enforcement off, else ListUserImagesTest skips.
image_format_enforcement = false
[network]
public_network_id = {network}
floating_network_name = public
project_network_cidr = 10.100.0.0/16
project_network_mask_bits = 26
build_interval = 1
build_timeout = 60
[network-feature-enabled]
api_extensions = all
ipv6 = true
ipv6_subnet_attributes = true
port_security = true
floating_ips = true
[validation]
# No guest boots, so nobody can log in to one.
run_validation = false
[volume]
build_interval = 1
build_timeout = 60
volume_size = 1
# qcow2, the default, would need qemu-img.
disk_format = raw
max_microversion = latest
storage_protocol = local
vendor_name = refcloud
catalog_type = block-storage
[volume-feature-enabled]
backup = false
snapshot = true
clone = true
extend_attached_volume = false
api_extensions = all
[object-storage]
operator_role = member
reseller_admin_role = ResellerAdmin
build_timeout = 30
[object-storage-feature-enabled]
discoverability = true
discoverable_apis = all
object_versioning = true
container_sync = false
"""


def write(file: Path, admin_entry: Mapping[str, Any]) -> None:
    """Write the configuration, with the ids the cloud has given its images, flavors and network.

    Args:
        file: where; Tempest's log and locks go beside it.
        admin_entry: clouds.yaml entry of the administrator.
    """
    settings = {key: value for key, value in admin_entry.items() if key != "profile"}
    cloud = openstack.connect(**settings, load_yaml_config=False, load_envvars=False)
    images = {image.name: image.id for image in cloud.image.images()}
    flavors = {flavor.name: flavor.id for flavor in cloud.compute.flavors()}
    network = cloud.network.find_network("public", ignore_missing=False)
    file.write_text(
        _TEMPLATE.format(
            work=file.parent,
            admin=admin_entry["auth"],
            image=images["refcloud-image"],
            image_alt=images["refcloud-image-alt"],
            flavor=flavors["ref.nano"],
            flavor_alt=flavors["ref.micro"],
            network=network.id,
        )
    )
