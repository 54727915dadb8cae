"""What things take of the quotas: the table is held against what the real cloud counts."""

from collections import Counter

import pytest

from refcheck.cloud import quotas
from refcheck.cloud.connection import connect
from refcheck.cloud.creating import Creator
from refcheck.cloud.demand import demand, takes
from refcheck.cloud.discovery import discover
from refcheck.cloud.ledger import Ledger
from refcheck.cloud.sweeping import sweep
from refcheck.testing import expect, wait_for

NANO = {"vcpus": 2, "ram": 64}


def test_a_server_takes_cores_memory_and_a_port():
    assert takes("server", NANO) == {"port": 1, "server": 1, "core": 2, "ram_mib": 64}


def test_an_interface_is_no_thing_of_its_own():
    assert takes("router_interface") == {"port": 1}
    assert takes("attachment") == {}


def test_several_things_add_up():
    assert demand({"server": 2, "network": 1}, NANO) == Counter(
        server=2, port=2, core=4, ram_mib=128, network=1
    )


def test_sizes_that_are_known_count_instead_of_the_usual():
    assert demand({"volume": 2})["volume_gib"] == 2
    assert demand({"volume": 2, "snapshot": 1, "volume_gib": 7})["volume_gib"] == 7


@pytest.mark.refcloud
def test_the_table_is_what_the_cloud_counts(clouds_yaml, tmp_path, monkeypatch):
    """A kind after the other is made; at no kind does the cloud count more than the table."""
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    cloud = connect("refcloud")
    boot = discover(cloud)["boot"]
    ledger = Ledger(tmp_path / "ledger.sqlite")
    create = Creator(cloud.service, ledger, "rc-demand")
    try:
        # With its first network a project gets its default security group, once for all.
        expect(create("network"), 201)
        used = _used(cloud)
        for kind, make in _makers(create, boot):
            expect(make(), 200, 201, 202)
            used = _settled(cloud, used, takes(kind, boot["flavor"]), kind)
    finally:
        create.clean()
        left = sweep(cloud.service, ledger)
    assert not left


def _settled(cloud, before, table, kind):
    """What is used once all of the table is counted; that is, for a server, a little later."""
    seen = {}

    def state():
        seen.update(_used(cloud))
        taken = {k: n - before[k] for k, n in seen.items() if n != before[k]}
        if {k: n for k, n in taken.items() if n > table.get(k, 0)}:
            return f"more: {taken}"
        counted = {k for k in table if k in seen} - {"port"}  # no agent serves DHCP there
        return "as in the table" if set(taken) >= counted else f"less: {taken}"

    wait_for(state, {"as in the table"}, budget=30, what=f"what a {kind} takes")
    return seen


def _used(cloud):
    found = quotas.free(cloud)
    assert not found.untold
    return {kind: room.used for kind, room in found.rooms.items()}


def _makers(create, boot):
    """Kind and how to make one, each after what it needs."""
    made = {}

    def keep(kind, answer, key=""):
        made[kind] = answer[key or kind]["id"]
        return answer

    yield "network", lambda: keep("network", create("network"))
    subnet = {"ip_version": 4, "cidr": "10.99.0.0/28"}
    yield "subnet", lambda: keep("subnet", create("subnet", network_id=made["network"], **subnet))
    yield "router", lambda: keep("router", create("router"))
    yield (
        "router_interface",
        lambda: create.router_interface(made["router"], subnet_id=made["subnet"]),
    )
    yield "port", lambda: create("port", network_id=made["network"])
    yield "security_group", lambda: create("security_group")
    yield "volume", lambda: keep("volume", create("volume", size=1))
    yield "keypair", lambda: create("keypair")
    yield "server", lambda: create(
        "server", imageRef=boot["image"]["id"], flavorRef=boot["flavor"]["id"],
        networks=[{"uuid": made["network"]}],
    )  # fmt: skip
