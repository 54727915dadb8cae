"""Documented answers of the Compute API, each with all that it may have."""

from tests.cloud.schemas.lies import ID, LINKS, PROJECT, TIME

GROUP_NAMES = [{"name": "default"}]
CORE = {
    "id": ID,
    "name": "one",
    "status": "ACTIVE",
    "tenant_id": PROJECT,
    "user_id": PROJECT,
    "created": TIME,
    "updated": TIME,
    "hostId": "2091634baaccdc4c5a1d57069c833e402921df696b7f970791b12ec6",
    "accessIPv4": "",
    "accessIPv6": "2001:db8::1",
    "addresses": {"any": [{"addr": "192.168.0.3", "version": 4}]},
    "flavor": {"id": "1", "links": LINKS},
    "image": {"id": ID, "links": LINKS},
    "links": LINKS,
    "metadata": {"any": "text"},
    "OS-DCF:diskConfig": "AUTO",
}
"""A server at 2.1 wherever it is told of."""
IN_SOME_STATES = {
    "fault": {"code": 500, "created": TIME, "message": "No valid host", "details": "None"},
    "progress": 0,
}
FULL_ADDRESS = {
    "addr": "192.168.0.3",
    "version": 4,
    "OS-EXT-IPS:type": "fixed",
    "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:77:e8:dc",
}
FULL = {
    "addresses": {"any": [FULL_ADDRESS]},
    "config_drive": "",
    "OS-EXT-AZ:availability_zone": "nova",
    "OS-EXT-STS:power_state": 1,
    "OS-EXT-STS:task_state": None,
    "OS-EXT-STS:vm_state": "active",
    "OS-SRV-USG:launched_at": "2026-11-20T16:32:03.490151",
    "OS-SRV-USG:terminated_at": None,
}
ATTACHED = "os-extended-volumes:volumes_attached"
SHOWN = {**CORE, **FULL, "key_name": None, ATTACHED: [{"id": ID}]}
SHOWN_TO_SOME = {
    **IN_SOME_STATES,
    "security_groups": GROUP_NAMES,
    "OS-EXT-SRV-ATTR:host": None,
    "OS-EXT-SRV-ATTR:hypervisor_hostname": None,
    "OS-EXT-SRV-ATTR:instance_name": "instance-1",
}
EXTRA_SPECS = {"extra_specs": {"any": "text"}}
EMBEDDED = {"vcpus": 1, "ram": 8, "disk": 1, "ephemeral": 0, "swap": 0, "original_name": "nano"}
LATER = {
    "locked": False,
    "description": None,
    "tags": ["a"],
    "flavor": {**EMBEDDED, **EXTRA_SPECS},
    "trusted_image_certificates": ["a"],
    "locked_reason": None,
    "pinned_availability_zone": None,
    "image": {"id": ID, "links": LINKS, "properties": {}},
    "scheduler_hints": {},
    ATTACHED: [{"id": ID, "delete_on_termination": False}],
}
"""What 2.100 has that 2.1 has not, or not so."""
LATER_TO_SOME = {
    "host_status": "UP",
    "OS-EXT-SRV-ATTR:kernel_id": "",
    "OS-EXT-SRV-ATTR:launch_index": 0,
    "OS-EXT-SRV-ATTR:ramdisk_id": "",
    "OS-EXT-SRV-ATTR:reservation_id": "r-1",
    "OS-EXT-SRV-ATTR:root_device_name": "/dev/vda",
    "OS-EXT-SRV-ATTR:user_data": None,
}
HOST_NAME = {"OS-EXT-SRV-ATTR:hostname": "one"}
CREATED = {
    "id": ID,
    "links": LINKS,
    "security_groups": GROUP_NAMES,
    "OS-DCF:diskConfig": "MANUAL",
    "adminPass": "secret",
}
ACTION = {
    "action": "create",
    "instance_uuid": ID,
    "message": None,
    "project_id": PROJECT,
    "request_id": "req-1",
    "start_time": TIME,
    "user_id": PROJECT,
}
EVENT = {
    "event": "compute__do_build_and_run_instance",
    "start_time": TIME,
    "finish_time": None,
    "result": "Success",
    "traceback": None,
}
ATTACHMENT = {"id": ID, "serverId": ID, "volumeId": ID, "device": "/dev/vdb"}
INTERFACE = {
    "fixed_ips": [{"ip_address": "192.168.1.3", "subnet_id": ID}],
    "mac_addr": "fa:16:3e:4c:2c:30",
    "net_id": ID,
    "port_id": ID,
    "port_state": "ACTIVE",
}
KEY_PAIR = {"name": "one", "public_key": "ssh-rsa AAAA", "fingerprint": "44:fe"}
KEY_PAIR_SHOWN = {
    **KEY_PAIR,
    "id": 1,
    "user_id": PROJECT,
    "created_at": TIME,
    "updated_at": None,
    "deleted": False,
    "deleted_at": None,
}
KEY_PAIR_MADE = {**KEY_PAIR, "user_id": PROJECT, "private_key": "-----BEGIN"}
GROUP_RULE = {
    "id": ID,
    "parent_group_id": ID,
    "from_port": 22,
    "to_port": None,
    "ip_protocol": "tcp",
    "ip_range": {"cidr": "10.0.0.0/8"},
    "group": {"name": "one", "tenant_id": PROJECT},
}
GROUP = {"id": ID, "name": "one", "description": "", "tenant_id": PROJECT, "rules": [GROUP_RULE]}
QUOTAS = {
    "cores": -1,
    "instances": 10,
    "key_pairs": 100,
    "metadata_items": 128,
    "ram": 51200,
    "server_groups": 10,
    "server_group_members": 10,
}
OLD_QUOTAS = {
    "fixed_ips": -1,
    "floating_ips": 10,
    "security_groups": 10,
    "security_group_rules": 20,
    "injected_files": 5,
    "injected_file_content_bytes": 10240,
    "injected_file_path_bytes": 255,
}
USAGE = {"limit": -1, "in_use": 0, "reserved": 0}
LIMITS = {
    "maxServerMeta": 128,
    "maxServerGroups": 10,
    "maxServerGroupMembers": 10,
    "maxTotalCores": -1,
    "maxTotalInstances": 10,
    "maxTotalKeypairs": 100,
    "maxTotalRAMSize": 51200,
    "totalCoresUsed": 0,
    "totalInstancesUsed": 0,
    "totalRAMUsed": 0,
    "totalServerGroupsUsed": 0,
}
OLD_LIMITS = {
    "maxImageMeta": 128,
    "maxPersonality": 5,
    "maxPersonalitySize": 10240,
    "maxSecurityGroups": 10,
    "maxSecurityGroupRules": 20,
    "maxTotalFloatingIps": -1,
    "totalFloatingIpsUsed": 0,
    "totalSecurityGroupsUsed": 0,
}
FLAVOR = {
    "id": "1",
    "name": "m1.tiny",
    "links": LINKS,
    "vcpus": 1,
    "ram": 512,
    "disk": 1,
    "swap": "",
    "rxtx_factor": 1.0,
    "os-flavor-access:is_public": True,
    "OS-FLV-DISABLED:disabled": False,
    "OS-FLV-EXT-DATA:ephemeral": 0,
}
IMAGE = {
    "id": ID,
    "name": None,
    "links": [{"rel": "alternate", "href": "http://image.example/1", "type": "application/x"}],
    "status": "ACTIVE",
    "progress": 100,
    "created": TIME,
    "updated": TIME,
    "minDisk": 0,
    "minRam": 0,
    "metadata": {},
    "OS-EXT-IMG-SIZE:size": 1024,
    "server": {"id": ID, "links": LINKS},
    "OS-DCF:diskConfig": "AUTO",
}
ZONE = {"zoneName": "nova", "zoneState": {"available": True}, "hosts": None}
HOSTS = {"any": {"any": {"active": True, "available": True, "updated_at": TIME}}}
SERVER_GROUP = {
    "id": ID,
    "name": "one",
    "members": [ID],
    "metadata": {},
    "policies": ["affinity"],
}
EXTENSION = {
    "alias": "os-x",
    "name": "X",
    "description": "",
    "updated": TIME,
    "links": LINKS,
    "namespace": "",
}
VERSION = {
    "id": "v2.1",
    "status": "CURRENT",
    "version": "2.104",
    "min_version": "2.1",
    "updated": TIME,
    "links": LINKS,
}
MEDIA = [{"base": "application/json", "type": "application/x"}]
