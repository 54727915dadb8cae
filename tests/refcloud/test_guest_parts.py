"""What a guest of refcloud tells, and who is let in to it; no OpenStack needed."""

import importlib.util
import sys

import pytest

from refcheck.refcloud import folders

GIB = 1 << 30
PORT = 15010
RULE = {
    "ethertype": "IPv4",
    "protocol": "tcp",
    "port_range_min": PORT,
    "port_range_max": PORT,
    "remote_ip_prefix": "127.0.0.1/32",
    "remote_group_id": None,
}


def part(name):
    spec = importlib.util.spec_from_file_location(name, folders.PACKAGE / "services" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine():
    return part("refcloud_machine").Machine(
        uuid="s1", host_name="one", vcpus=2, memory_mib=64, root_device="sda", root_gib=1,
        authorized_keys=("ssh-ed25519 AAAA me",), meta_data={"name": "One"}, user_data=b"hi",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("hostname", "one\n"),
        ("nproc", "2\n"),
        ("cat /proc/sys/kernel/hostname", "one\n"),
        ("cat .ssh/authorized_keys", "ssh-ed25519 AAAA me\n"),
        ("cat /mnt/config/openstack/latest/meta_data.json", '{"name": "One"}'),
        ("cat /mnt/config/openstack/latest/user_data", "hi"),
        ("cat /proc/meminfo", "MemTotal: 65536 kB\n"),
        ("lsblk", "NAME SIZE TYPE\nsda 1073741824 disk\n"),
    ],
)
def test_a_guest_tells_what_it_was_made_of(machine, command, told):
    assert machine.carry_out(command) == (told, "", 0)


def test_a_guest_has_as_many_processors_as_it_lists(machine):
    listed, _, status = machine.carry_out("cat /proc/cpuinfo")
    assert status == 0
    assert listed.count("processor\t:") == 2


@pytest.mark.parametrize(
    ("command", "status"),
    [("id", 127), ("cat /etc/passwd", 1), ("cat ../../etc/passwd", 1), ("hostname; id", 127),
     ("cat '", 2), ("", 127)],
)  # fmt: skip
def test_a_guest_knows_nothing_of_the_machine_it_runs_on(machine, command, status):
    told, complaint, ended = machine.carry_out(command)
    assert (told, ended) == ("", status)
    assert complaint


def test_disks_come_and_go_with_volumes_and_are_as_large_as_these(machine, tmp_path):
    volume = tmp_path / "volume"
    with volume.open("wb") as out:
        out.truncate(2 * GIB)
    machine.volumes["sdb"] = str(volume)
    assert machine.disks == {"sda": GIB, "sdb": 2 * GIB}
    shown, _, _ = machine.carry_out("cat /proc/partitions")
    assert shown.splitlines()[-1].split() == ["8", "16", "2097152", "sdb"]
    del machine.volumes["sdb"]
    assert machine.disks == {"sda": GIB}


def test_a_server_that_boots_from_a_volume_has_no_other_root_disk(machine, tmp_path):
    machine.volumes["sda"] = str(tmp_path / "gone")
    assert machine.disks == {"sda": 0}


def test_every_boot_has_an_id_of_its_own(machine):
    machine.boot()
    first = machine.carry_out("cat /proc/sys/kernel/random/boot_id")
    machine.boot()
    assert machine.is_on
    assert machine.carry_out("cat /proc/sys/kernel/random/boot_id") != first


@pytest.mark.parametrize(
    "change",
    [{}, {"protocol": None}, {"protocol": "6"}, {"port_range_min": None, "port_range_max": None},
     {"remote_ip_prefix": None}, {"remote_ip_prefix": "127.0.0.0/8"}, {"port_range_min": 1}],
)  # fmt: skip
def test_a_rule_lets_in_whom_it_names(change):
    assert part("refcloud_security_groups").admits([RULE | change], "127.0.0.1", PORT)


@pytest.mark.parametrize(
    "change",
    [{"protocol": "udp"}, {"ethertype": "IPv6"}, {"remote_ip_prefix": "10.0.0.0/8"},
     {"port_range_min": 22, "port_range_max": 22}, {"remote_group_id": "g"}],
)  # fmt: skip
def test_a_rule_lets_in_nobody_else(change):
    admits = part("refcloud_security_groups").admits
    assert not admits([RULE | change], "127.0.0.1", PORT)
    assert not admits([], "127.0.0.1", PORT)
