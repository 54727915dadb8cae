"""Things that tests take as given: created, waited for, ready to use."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from refcheck.cloud.creating import Creator, Services
from refcheck.cloud.discovery import Facts
from refcheck.testing import Answer, Body, expect, wait_for

BOOT_BUDGET = 300.0
VOLUME_BUDGET = 300.0
"""Seconds for a server to become active, and for a volume to become available."""


class Given:
    """Fresh things for one test; it may do to them what it likes.

    Every method returns the resource as the cloud described it when it was ready.
    """

    def __init__(self, services: Services, create: Creator, facts: Facts, shared: Shared) -> None:
        self._services = services
        self._create = create
        self._facts = facts
        self._shared = shared

    def server(self, **fields: Any) -> Body:
        """An active server on the shared network, from the discovered image and flavor."""
        answer = self._create("server", **self.bootable(), **fields)
        made = expect(answer, 202)["server"]
        return self.server_in(made["id"], "ACTIVE")

    def bootable(self) -> dict[str, Any]:
        """The fields that a server needs besides a name."""
        boot = self._facts["boot"]
        return {
            "imageRef": boot["image"]["id"],
            "flavorRef": boot["flavor"]["id"],
            "networks": [{"uuid": self._shared.network["id"]}],
        }

    def server_in(self, server_id: str, status: str) -> Body:
        """The server, once it is in this state."""
        compute = self._services("compute")
        seen: dict[str, Body] = {}

        def state() -> str:
            seen["server"] = expect(compute.get(f"/servers/{server_id}"), 200)["server"]
            return str(seen["server"]["status"])

        never = {"ERROR"} - {status}
        wait_for(state, {status}, never=never, budget=BOOT_BUDGET, what=f"server {server_id}")
        return seen["server"]

    def volume(self, **fields: Any) -> Body:
        """An available volume, of 1 GiB unless a size is given."""
        fields.setdefault("size", 1)
        made = expect(self._create("volume", **fields), 202)["volume"]
        return self.volume_in(made["id"], "available")

    def volume_in(self, volume_id: str, status: str) -> Body:
        """The volume, once it is in this state."""
        return self._block_storage_in("volume", volume_id, status)

    def snapshot(self, volume_id: str, **fields: Any) -> Body:
        """An available snapshot of a volume."""
        made = expect(self._create("snapshot", volume_id=volume_id, **fields), 202)["snapshot"]
        return self._block_storage_in("snapshot", made["id"], "available")

    def network(self, **fields: Any) -> Body:
        """A network without subnets."""
        network: Body = expect(self._create("network", **fields), 201)["network"]
        return network

    def subnet(self, network_id: str, **fields: Any) -> Body:
        """An IPv4 subnet of a network."""
        fields = {"ip_version": 4, "cidr": "10.101.0.0/28", **fields}
        answer = self._create("subnet", network_id=network_id, **fields)
        subnet: Body = expect(answer, 201)["subnet"]
        return subnet

    def image(self, content: bytes = b"", **fields: Any) -> Body:
        """A private image; with content it is uploaded and active, without it is queued."""
        fields = {"disk_format": "raw", "container_format": "bare", **fields}
        made = expect(self._create("image", **fields), 201).json
        image = self._services("image")
        path = f"/images/{made['id']}"
        if content:
            headers = {"Content-Type": "application/octet-stream"}
            expect(image.put(f"{path}/file", data=content, headers=headers), 204)
        shown: Body = expect(image.get(path), 200).json
        return shown

    def container(self, **headers: str) -> str:
        """The name of an empty container."""
        name = self._create.name("container")
        expect(self._create.container(name, headers), 201)
        return name

    def _block_storage_in(self, kind: str, thing_id: str, status: str) -> Body:
        service = self._services("block-storage")
        seen: dict[str, Body] = {}

        def state() -> str:
            answer: Answer = service.get(f"/{kind}s/{thing_id}")
            seen[kind] = expect(answer, 200)[kind]
            return str(seen[kind]["status"])

        never = {"error", "error_deleting", "error_extending"} - {status}
        wait_for(state, {status}, never=never, budget=VOLUME_BUDGET, what=f"{kind} {thing_id}")
        return seen[kind]


class Shared:
    """Things that all tests of a worker may read and none may change; made when first needed."""

    def __init__(self, services: Services, create: Creator, facts: Facts) -> None:
        self._given = Given(services, create, facts, self)

    @cached_property
    def network(self) -> Body:
        """A network with one subnet, for servers to be on."""
        network = self._given.network()
        self._given.subnet(network["id"], cidr="10.102.0.0/24")
        return network

    @cached_property
    def server(self) -> Body:
        """An active server with one metadata item, `purpose: shared`."""
        return self._given.server(metadata={"purpose": "shared"})

    @cached_property
    def volume(self) -> Body:
        """An available volume of 1 GiB with one metadata item, `purpose: shared`."""
        return self._given.volume(metadata={"purpose": "shared"})
